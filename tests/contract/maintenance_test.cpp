#include "server/storage/maintenance.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/temporary_folder.h"

using namespace rollcall;
using namespace rollcall::storage;
namespace fs = std::filesystem;

namespace {

constexpr Migration kKnown[] = {{1, "one", "CREATE TABLE a (x INTEGER)"}};

struct Scene {
  TemporaryFolder folder;
  FakeClock clock;
  const std::string path = folder / "rollcall.db";
  const std::string target = folder / "backup.db";
  std::unique_ptr<sql::SqliteDatabase> database;

  Scene() { open(); }
  void open() {
    auto opened = sql::SqliteDatabase::open({.path = path});
    INFO((opened ? "" : opened.error().message));
    REQUIRE(opened);
    database = std::move(*opened);
    REQUIRE(migrate(*database, kKnown, clock, [](int) { return Result<std::string>(""); }));
  }
  void add(int x) {
    REQUIRE(database->write([&](sql::Transaction& t) { return t.execute("INSERT INTO a VALUES ($1)", x); }));
  }
  std::int64_t sum() {
    const auto sum = database->read([](sql::Snapshot& snapshot) -> Result<std::int64_t> {
      auto rows = TRY(snapshot.query("SELECT coalesce(sum(x), 0) FROM a"));
      TRY(rows->next());
      return rows->integer(0);
    });
    REQUIRE(sum);
    return *sum;
  }
};

void overwrite(const std::string& path, std::streamoff offset, const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(offset);
  file << bytes;
  REQUIRE(file.good());
}

Errc code_of(const auto& result) {
  REQUIRE_FALSE(result);
  return result.error().code;
}

}  // namespace

TEST_CASE("a backup of a database in use is restored to what it was") {
  Scene scene;
  scene.add(1);
  const auto made = backup_database(*scene.database, scene.target, kKnown);
  REQUIRE(made);
  CHECK(made->schema == 1);
  CHECK(made->bytes == fs::file_size(scene.target));
  struct stat status {};
  REQUIRE(stat(scene.target.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  scene.add(10);
  scene.database.reset();

  const auto restored = restore_database(scene.target, scene.path, kKnown, scene.clock);
  INFO((restored ? "" : restored.error().message));
  REQUIRE(restored);
  CHECK(fs::exists(scene.target));
  scene.open();
  CHECK(scene.sum() == 1);
  scene.add(100);
  CHECK(scene.sum() == 101);
  scene.database.reset();

  // What was replaced is whole, and can be put back in the same way as it was found: by its name.
  fs::rename(restored->kept_path, scene.path);
  scene.open();
  CHECK(scene.sum() == 11);
}

TEST_CASE("a backup never replaces a file and leaves nothing half-made") {
  Scene scene;
  std::ofstream(scene.target) << "precious";
  CHECK(code_of(backup_database(*scene.database, scene.target, kKnown)) == Errc::already_exists);
  CHECK(fs::file_size(scene.target) == 8);
  CHECK(code_of(backup_database(*scene.database, scene.folder / "no/such/folder", kKnown)) ==
        Errc::not_found);
  std::ofstream(scene.folder / "b.db.part") << "left by a crash";
  CHECK(backup_database(*scene.database, scene.folder / "b.db", kKnown));
  CHECK_FALSE(fs::exists(scene.folder / "b.db.part"));
}

TEST_CASE("a damaged, foreign, cut or newer backup is refused before anything is replaced") {
  Scene scene;
  for (int i = 0; i < 2'000; ++i) scene.add(i);
  const auto before = scene.sum();
  REQUIRE(backup_database(*scene.database, scene.target, kKnown));
  REQUIRE(scene.database->checkpoint());
  const std::string bad = scene.folder / "bad.db";
  const auto refused = [&](Errc expected) {
    INFO(fs::file_size(bad));
    const auto verified = verify_backup(bad, kKnown);
    CHECK(code_of(verified) == expected);
    scene.database.reset();
    CHECK(code_of(restore_database(bad, scene.path, kKnown, scene.clock)) == expected);
    scene.open();
    CHECK(scene.sum() == before);
  };
  const auto copy = [&](const std::string& from) {
    fs::copy_file(from, bad, fs::copy_options::overwrite_existing);
  };

  copy(scene.target);
  overwrite(bad, 3 * 4096 + 1000, "X");
  refused(Errc::corrupt);
  copy(scene.target);
  fs::resize_file(bad, fs::file_size(bad) - 100);
  refused(Errc::corrupt);
  copy(scene.target);
  fs::resize_file(bad, fs::file_size(bad) - 4096);
  refused(Errc::corrupt);
  std::ofstream(bad, std::ios::trunc) << "not a database";
  refused(Errc::corrupt);
  std::ofstream(bad, std::ios::trunc).flush();
  refused(Errc::corrupt);
  copy(scene.path);
  refused(Errc::corrupt);

  constexpr Migration kNewer[] = {kKnown[0], {2, "two", "CREATE TABLE c (z INTEGER)"}};
  const auto newer = sql::SqliteDatabase::open({.path = scene.folder / "newer.db"});
  REQUIRE(newer);
  REQUIRE(migrate(**newer, kNewer, scene.clock, [](int) { return Result<std::string>(""); }));
  fs::remove(bad);
  REQUIRE(backup_database(**newer, bad, kNewer));
  refused(Errc::conflict);
  fs::remove(bad);
  CHECK(code_of(verify_backup(bad, kKnown)) == Errc::not_found);
}

TEST_CASE("a backup is put in the place of a missing and of a destroyed database") {
  Scene scene;
  scene.add(5);
  REQUIRE(backup_database(*scene.database, scene.target, kKnown));
  scene.database.reset();
  fs::remove(scene.path);
  const auto first = restore_database(scene.target, scene.path, kKnown, scene.clock);
  REQUIRE(first);
  CHECK(first->kept_path.empty());
  scene.open();
  CHECK(scene.sum() == 5);
  scene.database.reset();

  std::ofstream(scene.path, std::ios::trunc) << "destroyed";
  std::ofstream(scene.path + "-wal") << "a WAL that must not be played into another file";
  const auto second = restore_database(scene.target, scene.path, kKnown, scene.clock);
  REQUIRE(second);
  CHECK(fs::exists(second->kept_path));
  CHECK(fs::exists(second->kept_path + "-wal"));
  scene.open();
  CHECK(scene.sum() == 5);
}

TEST_CASE("what is no file, or more than its pages, is no backup") {
  Scene scene;
  REQUIRE(backup_database(*scene.database, scene.target, kKnown));
  const auto pipe = scene.folder / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(code_of(verify_backup(pipe, kKnown)) == Errc::invalid_argument);
  CHECK(code_of(verify_backup(scene.folder / "missing.db", kKnown)) == Errc::not_found);
  fs::resize_file(scene.target, fs::file_size(scene.target) + 4'096);
  CHECK(code_of(verify_backup(scene.target, kKnown)) == Errc::corrupt);
}

TEST_CASE("a backup is moved to whoever asked for it, or nothing is left of it") {
  Scene scene;
  scene.add(7);
  const auto inside = scene.folder / "inside.db";
  REQUIRE(backup_database(*scene.database, inside, kKnown));
  REQUIRE(move_backup(inside, scene.target, kKnown));
  CHECK(verify_backup(scene.target, kKnown));
  CHECK_FALSE(fs::exists(inside));
  REQUIRE(backup_database(*scene.database, inside, kKnown));
  CHECK(code_of(move_backup(inside, scene.folder / "no/such/folder", kKnown)) == Errc::not_found);
  CHECK_FALSE(fs::exists(inside));
}

TEST_CASE("what must not come back is taken out of the copy before it gets its name") {
  Scene scene;
  scene.add(7);
  REQUIRE(backup_database(*scene.database, scene.target, kKnown));
  scene.database.reset();
  const auto refuses = [](sql::SqliteDatabase&) -> Result<> { return fail(Errc::io, "no"); };
  CHECK_FALSE(restore_database(scene.target, scene.path, kKnown, scene.clock, refuses));
  CHECK_FALSE(fs::exists(scene.path + ".restoring"));
  const auto empties = [](sql::SqliteDatabase& copy) {
    return copy.write([](sql::Transaction& t) -> Result<> {
      TRY(t.execute("DELETE FROM a"));
      return {};
    });
  };
  REQUIRE(restore_database(scene.target, scene.path, kKnown, scene.clock, empties));
  CHECK_FALSE(fs::exists(scene.path + ".restoring-wal"));
  scene.open();
  CHECK(scene.sum() == 0);
}

TEST_CASE("a check reads everything and names what is wrong") {
  Scene scene;
  for (int i = 0; i < 2'000; ++i) scene.add(i);
  REQUIRE(scene.database->checkpoint());
  const auto sound = check_database(*scene.database, kKnown);
  REQUIRE(sound);
  CHECK(sound->schema == 1);
  overwrite(scene.path, 4 * 4096 + 500, "X");
  const auto damaged = check_database(*scene.database, kKnown);
  REQUIRE(code_of(damaged) == Errc::corrupt);
  CHECK(damaged.error().message.find("does not match its checksum") != std::string::npos);
}

TEST_CASE("of the backups made before migrations the two newest schemas' newest stay, and other files") {
  Scene scene;
  const std::string backups = scene.folder / "backups";
  const auto back_up = [&](int from) {
    scene.clock.advance(1'000);
    const auto made = backup_before_migration(*scene.database, backups, from, kKnown, scene.clock);
    INFO((made ? "" : made.error().message));
    REQUIRE(made);
    CHECK(verify_backup(*made, kKnown));
    return *made;
  };
  const auto first = back_up(1);
  std::ofstream(backups + "/before-migration-from-1-mine.db") << "mine";
  std::ofstream(backups + "/before-fair.db") << "mine";
  const auto second = back_up(2);
  CHECK(fs::exists(first));
  const auto retried = back_up(2);
  CHECK(fs::exists(first));
  CHECK_FALSE(fs::exists(second));
  const auto third = back_up(3);
  CHECK_FALSE(fs::exists(first));
  CHECK(fs::exists(retried));
  CHECK(fs::exists(third));
  CHECK(std::distance(fs::directory_iterator(backups), fs::directory_iterator()) == 4);
  struct stat folder{};
  REQUIRE(::stat(backups.c_str(), &folder) == 0);
  CHECK((folder.st_mode & 0777) == 0700);
}
