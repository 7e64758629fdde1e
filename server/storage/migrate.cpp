#include "server/storage/migrate.h"

#include <fmt/core.h>

#include "common/base/check.h"
#include "common/base/digest.h"
#include "common/base/log.h"

namespace rollcall::storage {
namespace {

constexpr Migration kMigrations[] = {
#include "server/storage/migrations.inc"
};

std::string checksum_of(const Migration& migration) {
  return to_hex(bytes_of(sha256(migration.sql)));
}

Result<> make_table(sql::Transaction& transaction) {
  TRY(
      transaction.execute("CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER NOT NULL PRIMARY "
                          "KEY, name TEXT NOT NULL, "
                          "sha256 TEXT NOT NULL, applied_ms BIGINT NOT NULL)"));
  return {};
}

Result<> apply(sql::Transaction& transaction, const Migration& migration, std::int64_t now_ms) {
  TRY(transaction.run_script(migration.sql));
  TRY(transaction.execute(
      "INSERT INTO schema_migrations (number, name, sha256, applied_ms) VALUES ($1, $2, $3, $4)",
      migration.number, migration.name, checksum_of(migration), now_ms));
  return {};
}

}  // namespace

std::span<const Migration> sqlite_migrations() {
  return kMigrations;
}

Result<int> schema_version(sql::Snapshot& snapshot, std::span<const Migration> known) {
  auto rows = TRY(snapshot.query("SELECT number, name, sha256 FROM schema_migrations ORDER BY number"));
  int version = 0;
  auto expected = known.begin();
  while (TRY(rows->next())) {
    version = static_cast<int>(rows->integer(0));
    if (expected == known.end()) {
      // Counting on, so that the message names where the database really is.
      while (TRY(rows->next())) version = static_cast<int>(rows->integer(0));
      return fail(
          Errc::conflict,
          fmt::format("schema: the database is at step {}, this program knows {}: it was written by a newer "
                      "version, install that one (nothing was changed)",
                      version, known.empty() ? 0 : known.back().number));
    }
    const Migration& migration = *expected++;
    if (version != migration.number) {
      return fail(Errc::corrupt, fmt::format("schema: step {} is missing from schema_migrations", migration.number));
    }
    if (rows->text(2) != checksum_of(migration)) {
      return fail(Errc::corrupt,
                  fmt::format("schema: step {} ({}) was applied in another form than this program "
                              "carries as {}",
                              version, rows->text(1), migration.name));
    }
  }
  return version;
}

Result<SchemaChange> migrate(sql::Database& database, std::span<const Migration> known, const Clock& clock,
                             const std::function<Result<std::string>(int from)>& backup) {
  for (std::size_t i = 1; i < known.size(); ++i) CHECK(known[i - 1].number < known[i].number);
  TRY(database.write([](sql::Transaction& transaction) { return make_table(transaction); }));
  const int from =
      TRY(database.read([&](sql::Snapshot& snapshot) { return schema_version(snapshot, known); }));
  SchemaChange change{from, from, {}};
  for (const Migration& migration : known) {
    if (migration.number <= from) continue;
    if (from > 0 && change.backup_path.empty()) {
      change.backup_path = TRY(with(backup(from), "backup before migrating"));
    }
    auto applied = database.write(
        [&](sql::Transaction& transaction) { return apply(transaction, migration, clock.wall_ms()); });
    TRY(with(std::move(applied), fmt::format("migration {:04} ({})", migration.number, migration.name)));
    log::info("schema: step {} ({}) applied", migration.number, migration.name);
    change.to = migration.number;
  }
  return change;
}

}  // namespace rollcall::storage
