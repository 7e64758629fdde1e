#include <fcntl.h>
#include <spawn.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "common/sql/simulated_disk.h"
#include "tests/temporary_folder.h"
#include "tests/unit/sql/sample.h"
#include "tests/unit/sql/workload.h"

using namespace rollcall;
using namespace rollcall::sql;

namespace {

// After the fault is gone: the file opens, is sound, has every acknowledged row and takes new ones.
void verify_recovery(const std::string& path, const std::vector<int>& acknowledged) {
  const auto database = sample::open_with_table({.path = path});
  const auto numbers = sample::numbers(*database);
  REQUIRE(numbers);
  for (const int row : acknowledged) {
    CHECK(std::find(numbers->begin(), numbers->end(), row) != numbers->end());
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
    std::vector<int> acknowledged;
    sample::run_workload(folder / "a.db", vfs.name(), [&](int row) { acknowledged.push_back(row); });
    INFO("access " << nth);
    verify_recovery(folder / "a.db", acknowledged);
    if (!disk.fault_happened()) return nth - 1;
  }
}

struct Victim {
  int status = 0;
  std::vector<int> acknowledged;
};

// The workload in a process of its own, which a failed fsync may end.
Victim run_victim(const std::string& path, int failing_sync) {
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "sql_victim";
  const std::string nth = std::to_string(failing_sync);
  const char* const arguments[] = {program.c_str(), path.c_str(), nth.c_str(), nullptr};
  int output[2];
  REQUIRE(pipe2(output, O_CLOEXEC) == 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = -1;
  const int spawned =
      posix_spawn(&child, program.c_str(), &actions, nullptr, const_cast<char**>(arguments), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(output[1]);
  REQUIRE(spawned == 0);
  Victim victim;
  unsigned char row = 0;
  while (read(output[0], &row, 1) == 1) victim.acknowledged.push_back(row);
  close(output[0]);
  REQUIRE(waitpid(child, &victim.status, 0) == child);
  return victim;
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
    const Victim victim = run_victim(folder / "a.db", nth);
    INFO("sync " << nth);
    verify_recovery(folder / "a.db", victim.acknowledged);
    if (WIFEXITED(victim.status) && WEXITSTATUS(victim.status) == 0) break;
    // A sync in closing has no caller to tell; every other one aborts.
    ended += WIFSIGNALED(victim.status) && WTERMSIG(victim.status) == SIGABRT ? 1 : 0;
  }
  CHECK(ended > sample::kWorkloadRows);
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
