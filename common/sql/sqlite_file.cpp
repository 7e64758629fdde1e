// What is done to a database file as a whole, beside a driver that may have it open.
#include "common/sql/sqlite_connection.h"
#include "common/sql/sqlite_driver.h"

namespace rollcall::sql {
namespace {

constexpr int kPatienceMs = 2'000;
constexpr int kCacheKib = 2'048;

Result<std::unique_ptr<SqliteConnection>> open_for_reading(const std::string& path) {
  return SqliteConnection::open(
      {.path = path, .vfs = {}, .writes = false, .busy_timeout_ms = kPatienceMs, .cache_kib = kCacheKib});
}

Result<> check_structure(SqliteConnection& connection, const std::string& path) {
  auto rows = TRY(connection.query("PRAGMA integrity_check(10)", {}));
  std::string problems;
  while (TRY(rows->next())) {
    if (rows->text(0) != "ok") problems += (problems.empty() ? "" : "; ") + rows->string(0);
  }
  if (!problems.empty()) return fail(Errc::corrupt, path + ": " + problems);
  return {};
}

Result<> check_references(SqliteConnection& connection, const std::string& path) {
  auto rows = TRY(connection.query("PRAGMA foreign_key_check", {}));
  if (!TRY(rows->next())) return {};
  return fail(Errc::corrupt,
              path + ": a row of " + rows->string(0) + " refers to a missing row of " + rows->string(2));
}

}  // namespace

Result<> check_integrity(const std::string& path) {
  auto connection = TRY(open_for_reading(path));
  TRY(check_structure(*connection, path));
  return check_references(*connection, path);
}

Result<> read_file_erased(const std::string& path, const std::function<Result<>(Snapshot&)>& function) {
  auto connection = TRY(open_for_reading(path));
  TRY(connection->run("BEGIN"));
  Snapshot snapshot(*connection);
  return function(snapshot);
}

}  // namespace rollcall::sql
