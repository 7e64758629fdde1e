// systemd kills a service that does not feed its watchdog in time: so a server whose loop hangs must not feed it.
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "common/base/text.h"
#include "tests/e2e/server_process.h"

namespace rollcall::e2e {
namespace {

pid_t thread_called(const Files& files, pid_t process, std::string_view name) {
  for (const auto& it : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
    const auto called = files.read(it.path().string() + "/comm", 64);
    if (called && trim(*called) == name) return parse_number<pid_t>(it.path().filename().string()).value_or(0);
  }
  return 0;
}

// One thread of a child stands still for as long as this lives, and the others go on.
class HeldThread {
 public:
  explicit HeldThread(pid_t thread) : thread_(thread) {
    if (::ptrace(PTRACE_SEIZE, thread_, nullptr, nullptr) != 0) return;
    int status = 0;
    held_ = ::ptrace(PTRACE_INTERRUPT, thread_, nullptr, nullptr) == 0 &&
            ::waitpid(thread_, &status, __WALL) == thread_ && WIFSTOPPED(status);
  }
  ~HeldThread() {
    if (held_) ::ptrace(PTRACE_DETACH, thread_, nullptr, nullptr);
  }
  HeldThread(const HeldThread&) = delete;
  HeldThread& operator=(const HeldThread&) = delete;
  bool is_held() const { return held_; }

 private:
  const pid_t thread_;
  bool held_{};
};

}  // namespace

TEST_CASE("the watchdog is fed while the loop answers, and not while it hangs") {
  ServerHome home;
  const NotifySocket systemd(home.path("notify"));
  // Four times a second.
  Process server({ROLLCALL_BIN "/rollcalld", "serve", "--config", home.path("server.yaml")}, home.path("out"),
                 home.path("log"), {"NOTIFY_SOCKET=" + home.path("notify"), "WATCHDOG_USEC=1000000"});
  const auto hears = [&](std::string_view what) {
    return wait_until(home.clock, 60'000, [&] { return systemd.hear() == what; }).has_value();
  };
  REQUIRE(hears("READY=1"));
  for (int i = 0; i < 3; ++i) CHECK(hears("WATCHDOG=1"));
  {
    const HeldThread loop(thread_called(home.files, server.pid(), "loop"));
    if (!loop.is_held()) FAIL("no thread of a child can be held here: " << std::strerror(errno));
    while (!systemd.hear().empty()) {
    }
    // The loop may have answered the last question just before.
    int fed = 0;
    const auto until_ms = home.clock.monotonic_ms() + 3'000;
    while (home.clock.monotonic_ms() < until_ms) fed += systemd.hear() == "WATCHDOG=1";
    CHECK(fed <= 1);
    CHECK(server.runs());
  }
  CHECK(hears("WATCHDOG=1"));
  CHECK(hears("WATCHDOG=1"));
  server.signal(SIGTERM);
  CHECK(hears("STOPPING=1"));
  CHECK(server.wait() == 0);
}

}  // namespace rollcall::e2e
