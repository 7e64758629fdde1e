#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "common/sql/simulated_disk.h"
#include "tests/temporary_folder.h"
#include "tests/unit/sql/sample.h"

using namespace rollcall;
using namespace rollcall::sql;

namespace {

constexpr int kRows = 12;

// Which rows were acknowledged; plain memory, so that it can be shared with another process.
struct Acknowledged {
  bool row[kRows] = {};
};

// A little of everything: opening, single rows, a larger row, a failing function, reads, a checkpoint,
// closing.
void run_workload(const std::string& path, const std::string& vfs, Acknowledged& acknowledged) {
  auto opened =
      SqliteDatabase::open({.path = path, .readers = 1, .busy_timeout_ms = 0, .cache_kib = 64, .vfs = vfs});
  if (!opened) return;
  SqliteDatabase& database = **opened;
  if (!database.write([](Transaction& transaction) { return sample::make_table(transaction); })) return;
  for (int i = 0; i < kRows; ++i) {
    const std::string text(i % 4 == 3 ? 20'000 : 100, 'x');
    acknowledged.row[i] = sample::add(database, i, text).has_value();
    static_cast<void>(sample::add(database, 0, "taken"));
    if (i % 3 == 0) static_cast<void>(sample::numbers(database));
    if (i == kRows / 2) static_cast<void>(database.checkpoint());
  }
}

// After the fault is gone: the file opens, is sound, has every acknowledged row and takes new ones.
void verify_recovery(const std::string& path, const Acknowledged& acknowledged) {
  const auto database = sample::open_with_table({.path = path});
  const auto numbers = sample::numbers(*database);
  REQUIRE(numbers);
  for (int i = 0; i < kRows; ++i) {
    if (acknowledged.row[i]) CHECK(std::find(numbers->begin(), numbers->end(), i) != numbers->end());
  }
  CHECK(check_integrity(path));
  CHECK(sample::add(*database, 1'000));
}

// Fails the first access, then the second, and so on until the workload meets no fault any more.
int sweep(Access::Operation operation, int code, bool lasting) {
  for (int nth = 1;; ++nth) {
    TemporaryFolder folder;
    SimulatedDisk disk;
    const FaultyVfs vfs(disk);
    disk.inject({.operation = operation, .nth = nth, .code = code, .lasting = lasting});
    Acknowledged acknowledged;
    run_workload(folder / "a.db", vfs.name(), acknowledged);
    INFO("access " << nth);
    verify_recovery(folder / "a.db", acknowledged);
    if (!disk.fault_happened()) return nth - 1;
  }
}

}  // namespace

TEST_CASE("whichever access fails, nothing that was acknowledged is lost") {
  using enum Access::Operation;
  CHECK(sweep(write, SQLITE_IOERR_WRITE, false) > 30);
  CHECK(sweep(write, SQLITE_IOERR_WRITE, true) > 30);
  CHECK(sweep(write, SQLITE_FULL, false) > 30);
  CHECK(sweep(read, SQLITE_IOERR_READ, false) > 5);
  CHECK(sweep(read, SQLITE_IOERR_READ, true) > 5);
  CHECK(sweep(open, SQLITE_CANTOPEN, false) > 1);
  CHECK(sweep(truncate, SQLITE_IOERR_TRUNCATE, false) >= 0);
  CHECK(sweep(remove, SQLITE_IOERR_DELETE, false) > 0);
}

TEST_CASE("a failed fsync ends the process and nothing acknowledged is lost") {
  int ended = 0;
  for (int nth = 1;; ++nth) {
    TemporaryFolder folder;
    auto* acknowledged = static_cast<Acknowledged*>(
        mmap(nullptr, sizeof(Acknowledged), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    REQUIRE(acknowledged != MAP_FAILED);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      signal(SIGABRT, SIG_DFL);  // not the test framework's
      close(STDERR_FILENO);
      SimulatedDisk disk;
      const FaultyVfs vfs(disk);
      disk.inject({.operation = Access::Operation::sync, .nth = nth, .code = SQLITE_IOERR_FSYNC});
      run_workload(folder / "a.db", vfs.name(), *acknowledged);
      _exit(disk.fault_happened() ? 1 : 0);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    INFO("sync " << nth);
    verify_recovery(folder / "a.db", *acknowledged);
    munmap(acknowledged, sizeof(Acknowledged));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) break;
    // A sync in closing has no caller to tell; every other one aborts.
    ended += WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? 1 : 0;
  }
  CHECK(ended > kRows);
}

TEST_CASE("a full disk refuses writes, goes on reading and recovers by itself") {
  TemporaryFolder folder;
  SimulatedDisk disk;
  const FaultyVfs vfs(disk);
  const auto database = sample::open_with_table({.path = folder / "a.db", .vfs = vfs.name()});
  REQUIRE(sample::add(*database, 1));
  disk.set_full(true);
  for (int i = 2; i < 5; ++i) {
    const auto refused = sample::add(*database, i);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::storage_full);
    CHECK(sample::numbers(*database) == std::vector<std::int64_t>{1});
  }
  disk.set_full(false);
  CHECK(sample::add(*database, 9));
  CHECK(sample::numbers(*database) == std::vector<std::int64_t>{1, 9});
}

TEST_CASE("a disk that turns read-only refuses writes and goes on reading") {
  TemporaryFolder folder;
  SimulatedDisk disk;
  const FaultyVfs vfs(disk);
  const auto database = sample::open_with_table({.path = folder / "a.db", .vfs = vfs.name()});
  REQUIRE(sample::add(*database, 1));
  disk.set_read_only(true);
  const auto refused = sample::add(*database, 2);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::permission_denied);
  CHECK(sample::numbers(*database) == std::vector<std::int64_t>{1});
  disk.set_read_only(false);
  CHECK(sample::add(*database, 3));
}

TEST_CASE("a copy that fails leaves the database alone") {
  TemporaryFolder folder;
  SimulatedDisk disk;
  const FaultyVfs vfs(disk);
  const auto database = sample::open_with_table({.path = folder / "a.db", .vfs = vfs.name()});
  REQUIRE(sample::add(*database, 1));
  disk.inject({.operation = Access::Operation::sync, .nth = 1, .code = SQLITE_IOERR_FSYNC});
  CHECK_FALSE(database->copy_into(folder / "copy.db"));
  CHECK(sample::add(*database, 2));
  CHECK(check_integrity(folder / "a.db"));
}
