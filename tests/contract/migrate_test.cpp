#include "server/storage/migrate.h"

#include <catch2/catch.hpp>
#include <vector>

#include "common/sql/sqlite_driver.h"
#include "tests/temporary_folder.h"

using namespace rollcall;
using namespace rollcall::storage;

namespace {

constexpr Migration kOne{1, "one", "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);"};
constexpr Migration kTwo{2, "two", "CREATE TABLE b (y INTEGER);\nINSERT INTO b SELECT x + 1 FROM a;"};
constexpr Migration kBroken{3, "broken", "INSERT INTO b VALUES (99); INSERT INTO nowhere VALUES (1);"};

struct Scene {
  TemporaryFolder folder;
  FakeClock clock;
  std::unique_ptr<sql::SqliteDatabase> database;
  int backups = 0;

  Scene() {
    auto opened = sql::SqliteDatabase::open({.path = folder / "a.db"});
    REQUIRE(opened);
    database = std::move(*opened);
  }
  Result<SchemaChange> migrate(const std::vector<Migration>& known, Result<std::string> backup = "copy") {
    return storage::migrate(*database, known, clock, [&](int) {
      ++backups;
      return backup;
    });
  }
  Result<std::int64_t> number(sql::Sql sql) {
    return database->read([&](sql::Snapshot& snapshot) -> Result<std::int64_t> {
      auto rows = TRY(snapshot.query(sql));
      TRY(rows->next());
      return rows->integer(0);
    });
  }
};

}  // namespace

TEST_CASE("an empty database is brought to the last step without a backup") {
  Scene scene;
  const auto change = scene.migrate({kOne, kTwo});
  REQUIRE(change);
  CHECK(change->from == 0);
  CHECK(change->to == 2);
  CHECK(scene.backups == 0);
  CHECK(scene.number("SELECT y FROM b") == 2);
  const auto again = scene.migrate({kOne, kTwo});
  REQUIRE(again);
  CHECK(again->from == 2);
  CHECK(again->to == 2);
  CHECK(scene.backups == 0);
}

TEST_CASE("a database with data is backed up once before its first missing step") {
  Scene scene;
  REQUIRE(scene.migrate({kOne}));
  const auto change = scene.migrate({kOne, kTwo});
  REQUIRE(change);
  CHECK(change->from == 1);
  CHECK(change->backup_path == "copy");
  CHECK(scene.backups == 1);
}

TEST_CASE("when the backup fails nothing is migrated") {
  Scene scene;
  REQUIRE(scene.migrate({kOne}));
  const auto refused = scene.migrate({kOne, kTwo}, fail(Errc::storage_full, "no space"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::storage_full);
  CHECK_FALSE(scene.number("SELECT y FROM b"));
}

TEST_CASE("a step that fails leaves the steps before it and nothing of its own") {
  Scene scene;
  const auto refused = scene.migrate({kOne, kTwo, kBroken});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("migration 0003 (broken)") == 0);
  CHECK(scene.number("SELECT max(number) FROM schema_migrations") == 2);
  CHECK(scene.number("SELECT count(*) FROM b") == 1);
  CHECK(scene.migrate({kOne, kTwo, {3, "mended", "DROP TABLE a"}}));
}

TEST_CASE("a schema newer than the program is refused and left alone") {
  Scene scene;
  REQUIRE(scene.migrate({kOne, kTwo, {3, "three", "DROP TABLE a"}}));
  const auto refused = scene.migrate({kOne});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::conflict);
  CHECK(refused.error().message.find("at step 3, this program knows 1") != std::string::npos);
  CHECK(scene.number("SELECT max(number) FROM schema_migrations") == 3);
}

TEST_CASE("numbers may be left out, and a step that is put in later between two applied ones is refused") {
  Scene scene;
  const Migration five{5, "five", "CREATE TABLE e (x INTEGER)"}, seven{7, "seven", "CREATE TABLE g (x INTEGER)"};
  CHECK(scene.migrate({kOne, five})->to == 5);
  const auto change = scene.migrate({kOne, five, seven});
  REQUIRE(change);
  CHECK(change->from == 5);
  CHECK(change->to == 7);
  const auto refused = scene.migrate({kOne, kTwo, five, seven});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::corrupt);
  CHECK(refused.error().message.find("step 2 is missing") != std::string::npos);
}

TEST_CASE("a step that was changed after it was applied is refused") {
  Scene scene;
  REQUIRE(scene.migrate({kOne}));
  const auto refused = scene.migrate({{1, "one", "CREATE TABLE a (x TEXT)"}, kTwo});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::corrupt);
}
