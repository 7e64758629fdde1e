#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "common/sql/page_checksum.h"
#include "tests/temporary_folder.h"
#include "tests/unit/sql/sample.h"

using namespace rollcall;
using namespace rollcall::sql;

namespace {

Errc code_of(const Result<>& result) {
  REQUIRE_FALSE(result);
  return result.error().code;
}

Errc open_error(const std::string& path, bool create = false) {
  auto database = SqliteDatabase::open({.path = path, .create = create, .busy_timeout_ms = 20});
  REQUIRE_FALSE(database);
  CHECK(database.error().message.find(path) != std::string::npos);
  return database.error().code;
}

// A database that some other program made: without room for checksums.
void make_foreign_database(const std::string& path) {
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "unix") ==
          SQLITE_OK);
  REQUIRE(sqlite3_exec(handle, "CREATE TABLE t (x)", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(handle);
}

// Runs `body` in another process and returns its exit code.
template <class Body>
int in_child(Body body) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) _exit(body());
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("a constraint that fails says which kind it was") {
  TemporaryFolder folder;
  const auto database = sample::open_with_table({.path = folder / "a.db"});
  REQUIRE(database->write([](Transaction& t) {
    return t.run_script("CREATE TABLE child (number INTEGER REFERENCES rows (number), CHECK (number < 100))");
  }));
  REQUIRE(sample::add(*database, 1));
  CHECK(code_of(sample::add(*database, 1)) == Errc::already_exists);
  const auto run = [&](Sql sql) {
    return database->write([&](Transaction& t) -> Result<> {
      TRY(t.execute(sql));
      return {};
    });
  };
  CHECK(code_of(run("INSERT INTO rows (number, text) VALUES (2, NULL)")) == Errc::conflict);
  CHECK(code_of(run("INSERT INTO child VALUES (77)")) == Errc::conflict);
  CHECK(code_of(run("INSERT INTO child VALUES (100)")) == Errc::conflict);
  CHECK(code_of(run("INSERT INTO nowhere VALUES (1)")) == Errc::internal);
  CHECK(run("INSERT INTO child VALUES (1)"));
}

TEST_CASE("a read cannot write") {
  TemporaryFolder folder;
  const auto database = sample::open_with_table({.path = folder / "a.db"});
  const auto tried = database->read([](Snapshot& snapshot) -> Result<> {
    auto rows = TRY(snapshot.query("INSERT INTO rows VALUES (1, 'x') RETURNING number"));
    TRY(rows->next());
    return {};
  });
  CHECK(code_of(tried) == Errc::permission_denied);
}

TEST_CASE("a file that is missing, no database or not ours is refused with its name") {
  TemporaryFolder folder;
  CHECK(open_error(folder / "missing.db") == Errc::not_found);
  CHECK(open_error(folder / "no/folder/a.db", true) == Errc::not_found);
  std::ofstream(folder / "garbage.db") << std::string(10'000, 'x');
  CHECK(open_error(folder / "garbage.db") == Errc::corrupt);
  make_foreign_database(folder / "foreign.db");
  CHECK(open_error(folder / "foreign.db") == Errc::corrupt);
  CHECK_FALSE(verify_pages(folder / "foreign.db"));
}

TEST_CASE("a database is readable by its owner only") {
  TemporaryFolder folder;
  const auto database = sample::open_with_table({.path = folder / "a.db"});
  REQUIRE(database->copy_into(folder / "copy.db"));
  for (const char* name : {"a.db", "a.db-wal", "a.db-shm", "copy.db"}) {
    struct stat status {};
    INFO(name);
    REQUIRE(stat((folder / name).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
  }
}

TEST_CASE("a database that may not be written is refused at the start") {
  TemporaryFolder folder;
  { const auto database = sample::open_with_table({.path = folder / "a.db"}); }
  REQUIRE(chmod((folder / "a.db").c_str(), 0444) == 0);
  REQUIRE(chmod(folder.path().c_str(), 0555) == 0);
  const int code = in_child([&] {
    // The superuser may write to anything.
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) return 200;
    auto database = SqliteDatabase::open({.path = folder / "a.db"});
    return database ? 201 : static_cast<int>(database.error().code);
  });
  REQUIRE(chmod(folder.path().c_str(), 0755) == 0);
  CHECK(code == static_cast<int>(Errc::permission_denied));
}

TEST_CASE("a database locked by another process is unavailable until that one lets go") {
  TemporaryFolder folder;
  auto database = sample::open_with_table({.path = folder / "a.db", .busy_timeout_ms = 20});
  int locked[2], release[2];
  REQUIRE((pipe(locked) == 0 && pipe(release) == 0));
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // SQLite forbids carrying a connection over a fork: this one is the child's own.
    sqlite3* handle = nullptr;
    char byte = 'x';
    close(release[1]);
    const bool held =
        sqlite3_open_v2((folder / "a.db").c_str(), &handle, SQLITE_OPEN_READWRITE, "unix") == SQLITE_OK &&
        sqlite3_exec(handle, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK;
    if (!held) byte = 'f';
    static_cast<void>(!write(locked[1], &byte, 1));
    static_cast<void>(!read(release[0], &byte, 1));
    _exit(held ? 0 : 1);
  }
  char byte = 0;
  REQUIRE(read(locked[0], &byte, 1) == 1);
  CHECK(byte == 'x');
  CHECK(code_of(sample::add(*database, 1)) == Errc::unavailable);
  CHECK(sample::numbers(*database)->empty());
  for (const int fd : {release[1], release[0], locked[0], locked[1]}) close(fd);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(sample::add(*database, 1));
}
