#include "common/sql/sqlite_connection.h"

#include <fmt/core.h>
#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "common/base/check.h"
#include "common/base/files.h"
#include "common/base/log.h"
#include "common/base/text.h"
#include "common/sql/vfs_shim.h"

namespace rollcall::sql {

class SqliteRows final : public Rows {
 public:
  SqliteRows(SqliteConnection& connection, Sql sql, Prepared prepared)
      : connection_(connection), sql_(sql), prepared_(std::move(prepared)) {
    ++connection_.open_rows_;
  }
  ~SqliteRows() override {
    --connection_.open_rows_;
    connection_.give_back(sql_, std::move(prepared_));
  }

  Result<bool> next() override {
    if (ended_) return false;
    const int code = sqlite3_step(prepared_.statement);
    if (code == SQLITE_ROW) return true;
    ended_ = true;
    if (code == SQLITE_DONE) return false;
    return std::unexpected(connection_.failure(code));
  }
  const Prepared& prepared() const { return prepared_; }
  bool is_null(int column) const override {
    return sqlite3_column_type(prepared_.statement, column) == SQLITE_NULL;
  }
  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(prepared_.statement, column);
  }
  double real(int column) const override { return sqlite3_column_double(prepared_.statement, column); }
  std::string_view text(int column) const override {
    const auto* bytes = sqlite3_column_text(prepared_.statement, column);
    if (bytes == nullptr) return {};
    const int size = sqlite3_column_bytes(prepared_.statement, column);
    return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
  }
  Blob blob(int column) const override {
    const auto* bytes = sqlite3_column_blob(prepared_.statement, column);
    if (bytes == nullptr) return {};
    const int size = sqlite3_column_bytes(prepared_.statement, column);
    return {static_cast<const std::byte*>(bytes), static_cast<std::size_t>(size)};
  }

 private:
  SqliteConnection& connection_;
  Sql sql_;
  Prepared prepared_;
  bool ended_ = false;
};

namespace {

Errc kind_of(int extended, int system_errno) {
  switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return Errc::already_exists;
    case SQLITE_IOERR_DATA:
    case SQLITE_IOERR_CORRUPTFS:
      return Errc::corrupt;
    default:
      break;
  }
  const bool no_space = system_errno == ENOSPC || system_errno == EDQUOT;
  switch (extended & 0xff) {
    case SQLITE_CONSTRAINT:
      return Errc::conflict;
    case SQLITE_FULL:
      return Errc::storage_full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Errc::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Errc::corrupt;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return Errc::permission_denied;
    case SQLITE_TOOBIG:
      return Errc::too_large;
    case SQLITE_CANTOPEN:
      return system_errno == 0 ? Errc::io : system_error(system_errno, "").code;
    case SQLITE_IOERR:
      return no_space ? Errc::storage_full : Errc::io;
    default:
      return Errc::internal;
  }
}

void initialize_once() {
  // Memory statistics take a process-wide mutex at every allocation, and nothing here reads them.
  static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(configured);
}

int bind_one(sqlite3_stmt* statement, int position, const Value& value, bool copy) {
  const auto lifetime = copy ? SQLITE_TRANSIENT : SQLITE_STATIC;
  struct Visitor {
    sqlite3_stmt* statement;
    int position;
    sqlite3_destructor_type lifetime;
    int operator()(std::nullptr_t) const { return sqlite3_bind_null(statement, position); }
    int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, position, number); }
    int operator()(double number) const { return sqlite3_bind_double(statement, position, number); }
    // A null pointer would bind NULL, where an empty text is meant.
    int operator()(std::string_view text) const {
      return sqlite3_bind_text64(statement, position, text.data() == nullptr ? "" : text.data(), text.size(),
                                 lifetime, SQLITE_UTF8);
    }
    int operator()(Blob blob) const {
      if (blob.empty()) return sqlite3_bind_zeroblob(statement, position, 0);
      return sqlite3_bind_blob64(statement, position, blob.data(), blob.size(), lifetime);
    }
  };
  return std::visit(Visitor{statement, position, lifetime}, value.variant());
}

}  // namespace

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const Settings& settings) {
  initialize_once();
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(settings));
  const int flags = (settings.writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX |
                    SQLITE_OPEN_EXRESCODE;
  const std::string& vfs = settings.vfs.empty() ? checksum_vfs() : settings.vfs;
  const int code = sqlite3_open_v2(settings.path.c_str(), &connection->handle_, flags, vfs.c_str());
  if (code != SQLITE_OK) return std::unexpected(connection->failure(code));
  TRY(connection->configure());
  return connection;
}

SqliteConnection::~SqliteConnection() {
  for (auto& [literal, prepared] : idle_) sqlite3_finalize(prepared.statement);
  sqlite3_close(handle_);
}

Result<> SqliteConnection::configure() {
  sqlite3_busy_timeout(handle_, settings_.busy_timeout_ms);
  // What a hostile or damaged schema could otherwise run or reach.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, settings_.writes ? 0 : 1, nullptr);
  // Temporary files would be personal data outside the data folder.
  TRY(run("PRAGMA temp_store = MEMORY"));
  return run_script("PRAGMA cache_size = -" + std::to_string(settings_.cache_kib));
}

Error SqliteConnection::failure(int code) {
  if (handle_ == nullptr) return Error{Errc::internal, settings_.path + ": out of memory"};
  // A statement's own code is more precise than the connection's, which a later call may have replaced.
  const int extended = code > 0xff ? code : sqlite3_extended_errcode(handle_);
  if (settings_.writes && (extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC)) {
    log::error("{}: fsync failed: {}; stopping, because what was written may be lost without a further sign",
               settings_.path, system_error(sqlite3_system_errno(handle_), settings_.path).message);
    std::abort();
  }
  const int system_errno = sqlite3_system_errno(handle_);
  const Errc kind = kind_of(extended, system_errno);
  const int group = extended & 0xff;
  std::string message = fmt::format("{}: {}", settings_.path, sqlite3_errmsg(handle_));
  if (extended == SQLITE_IOERR_DATA) {
    message = settings_.path + ": a page does not match its checksum";
  } else if ((group == SQLITE_IOERR || group == SQLITE_CANTOPEN) && system_errno != 0) {
    message =
        fmt::format("{} (SQLite code {})", system_error(system_errno, settings_.path).message, extended);
  }
  return Error{kind, std::move(message)};
}

bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

Result<Prepared> SqliteConnection::take(Sql sql) {
  const auto found = idle_.find(sql.text().data());
  if (found != idle_.end() && found->second.statement != nullptr) {
    return std::exchange(found->second, Prepared{});
  }
  Prepared prepared;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.text().data(), static_cast<int>(sql.text().size()),
                                      SQLITE_PREPARE_PERSISTENT, &prepared.statement, &rest);
  if (code != SQLITE_OK) return std::unexpected(failure(code));
  CHECK(prepared.statement != nullptr && trim(rest).empty());
  const int count = sqlite3_bind_parameter_count(prepared.statement);
  for (int position = 1; position <= count; ++position) {
    const char* name = sqlite3_bind_parameter_name(prepared.statement, position);
    CHECK(name != nullptr && name[0] == '$');
    const auto number = parse_number<std::size_t>(name + 1);
    CHECK(number && *number >= 1);
    prepared.numbers.push_back(*number);
    prepared.value_count = std::max(prepared.value_count, *number);
  }
  return prepared;
}

void SqliteConnection::give_back(Sql sql, Prepared prepared) {
  sqlite3_reset(prepared.statement);
  sqlite3_clear_bindings(prepared.statement);
  auto& slot = idle_[sql.text().data()];
  std::swap(slot, prepared);
  // The same text was in use twice at a time; one of the two is enough to keep.
  sqlite3_finalize(prepared.statement);
}

Result<> SqliteConnection::bind(const Prepared& prepared, std::span<const Value> values, bool copy) {
  CHECK(values.size() == prepared.value_count);
  for (std::size_t i = 0; i < prepared.numbers.size(); ++i) {
    const int code =
        bind_one(prepared.statement, static_cast<int>(i) + 1, values[prepared.numbers[i] - 1], copy);
    if (code != SQLITE_OK) return std::unexpected(failure(code));
  }
  return {};
}

Result<std::unique_ptr<Rows>> SqliteConnection::query(Sql sql, std::span<const Value> values) {
  auto rows = std::make_unique<SqliteRows>(*this, sql, TRY(take(sql)));
  TRY(bind(rows->prepared(), values, true));
  return rows;
}

Result<std::int64_t> SqliteConnection::execute(Sql sql, std::span<const Value> values) {
  Prepared prepared = TRY(take(sql));
  auto bound = bind(prepared, values, false);
  Result<std::int64_t> changed = 0;
  int code = SQLITE_ROW;
  while (bound && code == SQLITE_ROW) code = sqlite3_step(prepared.statement);
  if (!bound) {
    changed = std::unexpected(std::move(bound).error());
  } else if (code != SQLITE_DONE) {
    changed = std::unexpected(failure(code));
  } else {
    changed = sqlite3_changes64(handle_);
  }
  give_back(sql, std::move(prepared));
  return changed;
}

Result<> SqliteConnection::run(Sql sql) {
  TRY(execute(sql, {}));
  return {};
}

Result<> SqliteConnection::run_script(std::string_view sql) {
  const int code = sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(failure(code));
  return {};
}

}  // namespace rollcall::sql
