// What an operator does to the database as a whole: check it, copy it while it is in use, put a copy back.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/sql/sqlite_driver.h"
#include "server/storage/migrate.h"

namespace rollcall::storage {

struct DatabaseState {
  int schema;           // number of the last migration
  std::uint64_t bytes;  // of the file
};

// Reads every page in use and compares its checksum, then the structure, the foreign keys and the schema.
// Reads and writes go on meanwhile. Errors: corrupt (with what is wrong), conflict (newer schema), io.
Result<DatabaseState> check_database(sql::SqliteDatabase& database, std::span<const Migration> known);

// Writes a consistent, compact, verified copy to `target` while reads and writes go on. It appears under its
// name only when it is complete and on disk; mode 0600. Errors: already_exists, storage_full, corrupt, io.
Result<DatabaseState> backup_database(sql::SqliteDatabase& database, const std::string& target,
                                      std::span<const Migration> known);

// Brings a backup that backup_database made to `target` in the same manner, and removes it where it was: the server
// writes in its own folder only, whoever asked for the backup takes it from there, with rights of his own. Errors:
// those of backup_database.
Result<DatabaseState> move_backup(const std::string& from, const std::string& target, std::span<const Migration> known);

// A backup in `folder` (made when missing) from before the database leaves schema `from`; returns its path. What
// an earlier try left of the same schema goes, and so do all but the kMigrationBackups newest. Errors: those of
// backup_database; nothing is removed then.
inline constexpr std::size_t kMigrationBackups = 2;
Result<std::string> backup_before_migration(sql::SqliteDatabase& database, const std::string& folder, int from,
                                            std::span<const Migration> known, const Clock& clock);

// Holds a file made by backup_database to everything that check_database looks at, and each of its pages to
// its checksum. Changes nothing. Errors: not_found, corrupt (also: a copy of a database in use), conflict,
// invalid_argument (not a file).
Result<DatabaseState> verify_backup(const std::string& path, std::span<const Migration> known);

struct Restored {
  DatabaseState state;
  std::string kept_path;  // the database as it was; empty when there was none
};

// Puts a backup in the place of the database at `path`, which nobody may have open. The backup is verified
// first and copied, so it stays; the old database is kept beside the new one, with its WAL. A crash leaves
// the old or the new database in place. `prepare` changes what must not come back, in the copy and before it gets
// its name. Errors: those of verify_backup and `prepare`, storage_full, io.
Result<Restored> restore_database(const std::string& backup, const std::string& path,
                                  std::span<const Migration> known, const Clock& clock,
                                  const std::function<Result<>(sql::SqliteDatabase&)>& prepare = {});

}  // namespace rollcall::storage
