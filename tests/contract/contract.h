// Every store is held to the same tests on every engine: begin a test case with
//
//   contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
//   sql::Database& database = fresh.database();
//
// and it runs once for each engine on a migrated, empty database of its own. SQLite uses files on tmpfs,
// because a database in memory has no WAL.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <utility>

#include "common/base/clock.h"
#include "common/sql/sql.h"
#include "common/sql/sqlite_driver.h"
#include "server/storage/migrate.h"
#include "tests/temporary_folder.h"

namespace rollcall::contract {

enum class Engine { sqlite };

inline auto every_engine() {
  return Catch::Generators::values({Engine::sqlite});
}

class FreshDatabase {
 public:
  explicit FreshDatabase(Engine engine) : engine_(engine) {
    open();
    auto migrated = storage::migrate(*database_, storage::sqlite_migrations(), clock_,
                                     [](int) { return Result<std::string>(""); });
    INFO((migrated ? "" : migrated.error().message));
    REQUIRE(migrated);
  }

  sql::Database& database() { return *database_; }
  const std::string& folder() const { return folder_.path(); }  // holds its files

  // Closes and opens again, as a restart does.
  void reopen() {
    database_.reset();
    open();
  }

 private:
  void open() {
    REQUIRE(engine_ == Engine::sqlite);
    auto opened = sql::SqliteDatabase::open({.path = folder_ / "rollcall.db"});
    INFO((opened ? "" : opened.error().message));
    REQUIRE(opened);
    database_ = std::move(*opened);
  }

  Engine engine_;
  TemporaryFolder folder_;
  FakeClock clock_;
  std::unique_ptr<sql::Database> database_;
};

}  // namespace rollcall::contract
