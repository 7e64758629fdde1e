#include "agent/collect/command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

// The header of glibc 2.36 forgets to say that it is C.
extern "C" {
#include <sys/pidfd.h>
}

#include <algorithm>
#include <cerrno>
#include <optional>

#include "common/base/clock.h"
#include "common/base/descriptor.h"
#include "common/base/files.h"

namespace rollcall::collect {
namespace {

constexpr std::int64_t kGraceMs = 500;  // for a killed process to go

// How the child starts: its own process group, output into the pipe, everything else closed or default.
class Start {
 public:
  explicit Start(int output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
  }
  Start(const Start&) = delete;
  Start& operator=(const Start&) = delete;
  ~Start() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  Result<pid_t> run(const std::string& program, const std::vector<std::string>& arguments) {
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", locale[] = "LC_ALL=C";
    char* environment[] = {path, locale, nullptr};
    pid_t child = 0;
    const int error = posix_spawn(&child, program.c_str(), &actions_, &attributes_, argv.data(), environment);
    if (error != 0) return std::unexpected(system_error(error, program));
    return child;
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

std::int64_t now_ms() {
  return SystemClock().monotonic_ms();
}

// Whether `fd` became readable, or hung up, before the deadline.
bool wait_readable(int fd, std::int64_t deadline_ms) {
  for (;;) {
    const auto left = deadline_ms - now_ms();
    if (left <= 0) return false;
    pollfd ask{fd, POLLIN, 0};
    const int ready = poll(&ask, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

Result<std::string> read_to_end(int fd, std::int64_t deadline_ms, const CommandLimits& limits) {
  std::string text;
  char chunk[4096];
  for (;;) {
    if (!wait_readable(fd, deadline_ms)) {
      return fail(Errc::timeout, "no end after " + std::to_string(limits.timeout_ms) + " ms");
    }
    const ssize_t got = read(fd, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(system_error(errno, "output"));
    if (got == 0) return text;
    if (text.size() + static_cast<std::size_t>(got) > limits.output_bytes) {
      return fail(Errc::too_large, "wrote more than " + std::to_string(limits.output_bytes) + " bytes");
    }
    text.append(chunk, static_cast<std::size_t>(got));
  }
}

// The exit code, or nothing when the child does not end in time.
std::optional<int> reap(pid_t child, std::int64_t deadline_ms) {
  const Descriptor handle(pidfd_open(child, 0));
  if (!wait_readable(handle.get(), deadline_ms)) return std::nullopt;
  int status = 0;
  if (waitpid(child, &status, 0) != child) return 0;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

bool Commands::reap_left_behind() {
  std::erase_if(left_behind_, [](pid_t child) { return waitpid(child, nullptr, WNOHANG) != 0; });
  return left_behind_.empty();
}

Result<CommandOutput> Commands::run(const std::string& program, const std::vector<std::string>& arguments,
                                    const CommandLimits& limits) {
  {
    const std::lock_guard lock(mutex_);
    if (!reap_left_behind()) return fail(Errc::unavailable, program + ": an earlier one cannot be stopped");
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(system_error(errno, "pipe"));
  const Descriptor output(ends[0]);
  Descriptor input(ends[1]);
  const pid_t child = TRY(Start(input.get()).run(program, arguments));
  input.reset();

  const auto deadline_ms = now_ms() + limits.timeout_ms;
  auto text = read_to_end(output.get(), deadline_ms, limits);
  std::optional<int> exit_code;
  if (text) exit_code = reap(child, deadline_ms);
  if (!exit_code) {
    kill(-child, SIGKILL);
    if (!reap(child, now_ms() + kGraceMs)) {
      const std::lock_guard lock(mutex_);
      left_behind_.push_back(child);
    }
    if (text) return fail(Errc::timeout, program + ": closed its output and did not end");
    return with(Result<CommandOutput>(std::unexpected(std::move(text.error()))), program);
  }
  return CommandOutput{*exit_code, std::move(*text)};
}

}  // namespace rollcall::collect
