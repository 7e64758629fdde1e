#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "agent/app/events.h"
#include "common/base/clock.h"
#include "tests/temporary_folder.h"
#include "tests/unit/agent/mock_logind.h"

namespace rollcall {
namespace {

constexpr std::int64_t kPatienceMs = 5'000;

TEST_CASE("sleep is heard while logind waits, and delayed again after the resume") {
  const TemporaryFolder folder;
  MockLogind logind;
  REQUIRE(logind.start(folder.path()));
  const SystemClock clock;
  const auto events = app::Events::open(clock);
  REQUIRE(events.has_value());
  const auto next = [&] { return *(*events)->wait(clock.monotonic_ms() + kPatienceMs); };
  CHECK(logind.inhibitors_granted() == 1);
  logind.announce("PrepareForSleep", true);
  CHECK(next() == app::Event::going_to_sleep);
  CHECK(logind.held());
  (*events)->let_go();
  CHECK_FALSE(logind.held());
  logind.announce("PrepareForSleep", false);
  CHECK(next() == app::Event::resumed);
  CHECK(logind.inhibitors_granted() == 2);
  CHECK(logind.held());
  logind.announce("PrepareForShutdown", true);
  CHECK(next() == app::Event::shutting_down);
  (*events)->let_go();
  CHECK_FALSE(logind.held());
}

TEST_CASE("the loop goes on when the bus dies, and without one") {
  const TemporaryFolder folder;
  const SystemClock clock;
  {
    MockLogind logind;
    REQUIRE(logind.start(folder.path()));
    const auto events = app::Events::open(clock);
    REQUIRE(events.has_value());
    logind.stop_bus();
    CHECK(*(*events)->wait(clock.monotonic_ms() + 100) == app::Event::due);
    CHECK(*(*events)->wait(clock.monotonic_ms() + 10) == app::Event::due);
  }
  setenv("DBUS_SYSTEM_BUS_ADDRESS", ("unix:path=" + (folder / "nothing")).c_str(), 1);
  const auto events = app::Events::open(clock);
  unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
  REQUIRE(events.has_value());
  CHECK(*(*events)->wait(clock.monotonic_ms() + 10) == app::Event::due);
}

TEST_CASE("SIGTERM ends the waiting at once, SIGHUP does not") {
  const SystemClock clock;
  const auto events = app::Events::open(clock);
  REQUIRE(events.has_value());
  kill(getpid(), SIGHUP);
  CHECK(*(*events)->wait(clock.monotonic_ms() + 20) == app::Event::due);
  kill(getpid(), SIGTERM);
  CHECK(*(*events)->wait(clock.monotonic_ms() + kPatienceMs) == app::Event::terminate);
}

}  // namespace
}  // namespace rollcall
