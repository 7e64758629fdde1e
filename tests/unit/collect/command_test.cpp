#include "agent/collect/command.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "agent/collect/machine.h"
#include "common/base/clock.h"

namespace rollcall::collect {
namespace {

constexpr CommandLimits kLimits{10'000, 4096};

TEST_CASE("a program's output and exit code come back, its standard error does not") {
  Commands commands;
  const auto output = commands.run("/bin/sh", {"-c", "echo out; echo lost >&2; exit 3"}, kLimits);
  REQUIRE(output);
  CHECK(output->text == "out\n");
  CHECK(output->exit_code == 3);
}

TEST_CASE("arguments are passed as they are, not to a shell") {
  Commands commands;
  const auto output = commands.run("/bin/echo", {"$(id)", "; ls", "*"}, kLimits);
  REQUIRE(output);
  CHECK(output->text == "$(id) ; ls *\n");
}

TEST_CASE("a program inherits neither environment nor descriptors") {
  setenv("ROLLCALL_SECRET", "hunter2", 1);
  Commands commands;
  const auto environment = commands.run("/usr/bin/env", {}, kLimits);
  REQUIRE(environment);
  CHECK(environment->text == "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C\n");
  const int leak = open("/dev/null", O_RDONLY);  // without O_CLOEXEC, as a careless library would
  REQUIRE(leak > 2);
  const auto descriptors = commands.run(
      "/bin/sh", {"-c", "[ -e /proc/$$/fd/" + std::to_string(leak) + " ] && echo leaked"}, kLimits);
  close(leak);
  REQUIRE(descriptors);
  CHECK(descriptors->text.empty());
  unsetenv("ROLLCALL_SECRET");
}

TEST_CASE("a program that is not installed is not found") {
  Commands commands;
  const auto output = commands.run("/usr/sbin/no-such-program", {}, kLimits);
  REQUIRE_FALSE(output);
  CHECK(output.error().code == Errc::not_found);
}

TEST_CASE("a program that does not end is killed at the deadline with all that it started") {
  Commands commands;
  const SystemClock clock;
  const auto begin_ms = clock.monotonic_ms();
  for (const auto* script : {"sleep 60 & sleep 60", "exec >&-; sleep 60", "trap '' TERM; echo x; sleep 60"}) {
    INFO(script);
    const auto output = commands.run("/bin/sh", {"-c", script}, {200, 4096});
    REQUIRE_FALSE(output);
    CHECK(output.error().code == Errc::timeout);
  }
  CHECK(clock.monotonic_ms() - begin_ms < 20'000);
  CHECK(commands.run("/bin/true", {}, kLimits).has_value());
}

TEST_CASE("a program that says too much is killed") {
  Commands commands;
  const auto output = commands.run("/bin/sh", {"-c", "while :; do echo xxxxxxxxxxxxxxxx; done"}, kLimits);
  REQUIRE_FALSE(output);
  CHECK(output.error().code == Errc::too_large);
}

TEST_CASE("the real machine answers, and what it has not is not found") {
  const SystemMachine machine;
  CHECK(machine.read("/proc/sys/kernel/random/boot_id", Machine::kReadLimit).value_or("").size() == 37);
  CHECK(machine.read("/sys/no/such/file", Machine::kReadLimit).error().code == Errc::not_found);
  CHECK_FALSE(machine.read("/sys", Machine::kReadLimit).has_value());
  CHECK(machine.read("/proc/self/mountinfo", 4).error().code == Errc::too_large);
  CHECK(machine.exists("/proc/uptime"));
  CHECK(machine.space("/").value_or(Space{}).size_bytes > 0);
  CHECK(machine.link_target("/proc/self/exe").has_value());
  CHECK(machine.link_target("/proc/uptime").error().code == Errc::not_found);
  const auto links = machine.wifi_links();
  CHECK((links.has_value() || links.error().code == Errc::not_found));
}

}  // namespace
}  // namespace rollcall::collect
