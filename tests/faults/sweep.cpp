#include "tests/faults/sweep.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "common/base/check.h"
#include "common/base/text.h"
#include "common/sql/simulated_disk.h"
#include "tests/faults/failing_memory.h"
#include "tests/temporary_folder.h"

namespace rollcall::faults {
namespace {

constexpr unsigned kPatienceSeconds = 120;  // a child that hangs is a finding
constexpr int kMetNothing = 0, kMetFault = 1;

// Notices a disk that is asked to sync a file again after it said that it could not.
class StrictDisk final : public sql::Faults {
 public:
  int before(const sql::Access& access) override {
    const int code = disk.before(access);
    if (access.operation == sql::Access::Operation::sync) {
      // A copy that fails is thrown away as a whole; SQLite rolls it back first.
      if (access.path.ends_with(".part")) return code;
      if (code == SQLITE_IOERR_FSYNC) {
        failed.emplace(access.path);
      } else if (failed.contains(access.path)) {
        retried = access.path;
      }
    }
    return code;
  }
  sql::SimulatedDisk disk;
  std::set<std::string, std::less<>> failed;
  std::string retried;
};

class ChildGround final : public Ground {
 public:
  ChildGround(std::string folder, int out) : folder_(std::move(folder)), out_(out) {}

  void arm(const FaultKind& kind, std::int64_t nth) {
    if (kind.operation) {
      disk_.disk.inject({.operation = kind.operation, .nth = nth, .code = kind.code, .lasting = kind.lasting});
    } else {
      fail_allocation(nth, kind.lasting);
    }
  }
  bool met() const { return disk_.disk.fault_happened() || allocation_failed(); }
  const std::string& retried_sync() const { return disk_.retried; }

  const std::string& folder() const override { return folder_; }
  const std::string& vfs() const override { return vfs_.name(); }
  void heal() override {
    disk_.disk.heal();
    heal_memory();
  }
  void promise(std::string_view line) override { tell('+', line); }
  void complain(std::string_view line) override { tell('!', line); }

 private:
  void tell(char sort, std::string_view line) const {
    const std::string text = fmt::format("{}{}\n", sort, line);
    if (write(out_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) _exit(99);
  }

  std::string folder_;
  int out_;
  StrictDisk disk_;
  sql::FaultyVfs vfs_{disk_};
};

struct Outcome {
  int status = 0;
  std::vector<std::string> promises, complaints;
};

[[noreturn]] void be_the_child(const Workload& workload, const FaultKind& kind, std::int64_t nth,
                               const std::string& folder, int out) {
  // The log and a sanitizer's words about an abort that is wanted.
  dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
  signal(SIGABRT, SIG_DFL);
  alarm(kPatienceSeconds);
  ChildGround ground(folder, out);
  ground.arm(kind, nth);
  workload.run(ground);
  // Whoever closes a database has nobody to tell of a failed sync; what was acknowledged is in the log by then.
  if (!ground.retried_sync().empty()) ground.complain(ground.retried_sync() + ": a sync that had failed was tried again");
  _exit(ground.met() ? kMetFault : kMetNothing);
}

Outcome try_one(const Workload& workload, const FaultKind& kind, std::int64_t nth, const std::string& folder) {
  int ends[2];
  CHECK(pipe2(ends, O_CLOEXEC) == 0);
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) be_the_child(workload, kind, nth, folder, ends[1]);
  close(ends[1]);
  std::string text;
  char bytes[4'096];
  for (ssize_t got = 0; (got = read(ends[0], bytes, sizeof bytes)) > 0;) text.append(bytes, static_cast<std::size_t>(got));
  close(ends[0]);
  Outcome outcome;
  CHECK(waitpid(child, &outcome.status, 0) == child);
  for (const auto line : split(text, '\n')) {
    if (line.starts_with('+')) outcome.promises.emplace_back(line.substr(1));
    if (line.starts_with('!')) outcome.complaints.emplace_back(line.substr(1));
  }
  return outcome;
}

}  // namespace

const std::vector<FaultKind>& every_fault_kind() {
  using enum sql::Access::Operation;
  static const std::vector<FaultKind> kinds = {
      {"read", read, SQLITE_IOERR_READ, false},
      {"read, from then on", read, SQLITE_IOERR_READ, true},
      {"write", write, SQLITE_IOERR_WRITE, false},
      {"write, from then on", write, SQLITE_IOERR_WRITE, true},
      {"write, disk full", write, SQLITE_FULL, true},
      {"sync", sync, SQLITE_IOERR_FSYNC, false},
      {"sync, from then on", sync, SQLITE_IOERR_FSYNC, true},
      {"truncate", truncate, SQLITE_IOERR_TRUNCATE, false},
      {"truncate, from then on", truncate, SQLITE_IOERR_TRUNCATE, true},
      {"open", open, SQLITE_CANTOPEN, false},
      {"remove", remove, SQLITE_IOERR_DELETE, false},
      {"memory", std::nullopt, 0, false},
      {"memory, from then on", std::nullopt, 0, true},
  };
  return kinds;
}

Swept sweep(const Workload& workload, const FaultKind& kind, std::int64_t dense, std::int64_t stride) {
  const TemporaryFolder prepared;
  workload.prepare(prepared.path());
  Swept swept;
  for (std::int64_t nth = 1;; nth += nth < dense ? 1 : stride) {
    const TemporaryFolder folder;
    std::filesystem::copy(prepared.path(), folder.path(), std::filesystem::copy_options::recursive);
    const Outcome outcome = try_one(workload, kind, nth, folder.path());
    const auto find = [&](std::string_view what) {
      swept.findings.push_back(fmt::format("{} {}: {}", kind.name, nth, what));
    };
    const bool aborted = WIFSIGNALED(outcome.status) && WTERMSIG(outcome.status) == SIGABRT;
    const bool ended = WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) <= kMetFault;
    if (!ended && !aborted) find(fmt::format("the process ended with status {}", outcome.status));
    // Only a failed sync, whose outcome nobody can know, is worth the process.
    if (aborted && kind.operation != sql::Access::Operation::sync) find("the process aborted");
    for (const auto& line : outcome.complaints) find(line);
    for (const auto& line : workload.inspect(folder.path(), outcome.promises)) find(line);
    swept.promises += static_cast<int>(outcome.promises.size());
    swept.aborted += aborted ? 1 : 0;
    if (ended && WEXITSTATUS(outcome.status) == kMetNothing) return swept;
    ++swept.tries;
    if (swept.findings.size() > 20) return swept;
  }
}

}  // namespace rollcall::faults
