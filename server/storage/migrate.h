// Brings a database's schema to the one that this program knows: forward only, one transaction a step.
//
// A migration is `migrations/NNNN_name.sqlite.sql`, embedded when building. It is frozen once it has shipped:
// the SHA-256 of what was applied is kept in the table schema_migrations, and a difference is refused.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/sql/sql.h"

namespace rollcall::storage {

struct Migration {
  int number;  // from 1, ascending; numbers may be left out
  std::string_view name;
  std::string_view sql;
};

// What this program carries, in order.
std::span<const Migration> sqlite_migrations();

struct SchemaChange {
  int from;  // 0: the database was empty
  int to;
  std::string backup_path;  // of the database as it was; empty when there was nothing to keep or to do
};

// The number of the last migration applied; 0 for an empty database. Errors: corrupt (an applied migration is
// not the one known under its number), conflict (newer than `known`).
Result<int> schema_version(sql::Snapshot& snapshot, std::span<const Migration> known);

// Applies what is missing. `backup` is called once before the first step, when there is something to lose,
// and returns where the copy lies; its error stops everything. A step that fails leaves the steps before it
// in place, and the next start goes on from there. Errors: those of schema_version, of `backup` and of the
// step.
Result<SchemaChange> migrate(sql::Database& database, std::span<const Migration> known, const Clock& clock,
                             const std::function<Result<std::string>(int from)>& backup);

}  // namespace rollcall::storage
