#include "server/domain/silence.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

using namespace rollcall;
using namespace rollcall::domain;

namespace {
constexpr std::int64_t kNow = 1'760'000'000'000;
LastWord word(Occasion occasion, std::int64_t promised_in_ms, std::optional<double> percent = 50.0, bool on_ac = false) {
  return {occasion, kNow, kNow, kNow + promised_in_ms, percent, on_ac};
}
Presence at(const LastWord& said, std::int64_t later_ms, Downtime downtime = {}) {
  return explain(said, kNow, downtime, kNow + later_ms).presence;
}
}  // namespace

TEST_CASE("a laptop is online until its promise and a grace have passed, then silent") {
  const LastWord said = word(Occasion::scheduled, 5 * kMinuteMs);
  CHECK(at(said, 0) == Presence::online);
  CHECK(at(said, 5 * kMinuteMs + kGraceMs - 1) == Presence::online);
  CHECK(at(said, 5 * kMinuteMs + kGraceMs) == Presence::silent);
}

TEST_CASE("last words explain the silence after them, at once and for good") {
  CHECK(at(word(Occasion::going_to_sleep, kHourMs), 0) == Presence::asleep);
  CHECK(at(word(Occasion::going_to_sleep, kHourMs), 60 * kDayMs) == Presence::asleep);
  CHECK(at(word(Occasion::shutting_down, kHourMs), 0) == Presence::shut_down);
}

TEST_CASE("a nearly empty battery explains silence, but not before the promise") {
  const LastWord critical = word(Occasion::battery_critical, 5 * kMinuteMs, 4.0);
  CHECK(at(critical, kMinuteMs) == Presence::online);
  CHECK(at(critical, kHourMs) == Presence::flat);
  CHECK(at(word(Occasion::scheduled, kMinuteMs, 6.0), kHourMs) == Presence::flat);
  CHECK(at(word(Occasion::scheduled, kMinuteMs, 6.0, true), kHourMs) == Presence::silent);
  CHECK(at(word(Occasion::scheduled, kMinuteMs, std::nullopt), kHourMs) == Presence::silent);
}

TEST_CASE("who never reported is never") {
  const Silence silence = explain(std::nullopt, kNow, {}, kNow + kDayMs);
  CHECK(silence.presence == Presence::never);
  CHECK(silence.since_ms == kNow);
}

TEST_CASE("the server's own downtime is nobody's silence") {
  const LastWord said = word(Occasion::scheduled, 5 * kMinuteMs);
  const Downtime night{kNow + kMinuteMs, kNow + 8 * kHourMs};
  CHECK(at(said, 8 * kHourMs + kMinuteMs, night) == Presence::online);
  CHECK(at(said, 8 * kHourMs + kGraceAfterDowntimeMs, night) == Presence::silent);
  // Overdue before the server went away stays overdue.
  const Downtime later{kNow + 2 * kHourMs, kNow + 8 * kHourMs};
  CHECK(at(said, 8 * kHourMs + kMinuteMs, later) == Presence::silent);
}

TEST_CASE("what explain foretells is what it says when that time comes, and nothing changes before") {
  CHECK(rc::check([] {
    LastWord said;
    said.occasion = static_cast<Occasion>(*rc::gen::inRange(0, 7));
    said.received_ms = kNow + *rc::gen::inRange<std::int64_t>(0, kDayMs);
    said.promised_ms = said.received_ms + *rc::gen::inRange<std::int64_t>(0, kHourMs);
    said.percent = *rc::gen::inRange(0, 101);
    const std::int64_t down = said.received_ms + *rc::gen::inRange<std::int64_t>(0, kDayMs);
    const Downtime downtime{down, down + *rc::gen::inRange<std::int64_t>(0, kDayMs)};
    const Silence first = explain(said, kNow, downtime, said.received_ms);
    if (first.changes_ms == kNever) {
      RC_ASSERT(explain(said, kNow, downtime, said.received_ms + 100 * kDayMs).presence == first.presence);
    } else {
      RC_ASSERT(explain(said, kNow, downtime, first.changes_ms - 1).presence == first.presence);
      const Silence then = explain(said, kNow, downtime, first.changes_ms);
      RC_ASSERT(then.presence != first.presence);
      RC_ASSERT(then.since_ms == first.changes_ms);
      RC_ASSERT(then.changes_ms == kNever);
    }
  }));
}

TEST_CASE("the sentence has the numbers") {
  CHECK(sentence(Presence::asleep, word(Occasion::going_to_sleep, 0, 41.0), kNow + 3 * kHourMs) ==
        "Said it was going to sleep 3 hours ago, battery at 41%");
  CHECK(sentence(Presence::silent, word(Occasion::scheduled, kMinuteMs, 80.0, true), kNow + 2 * kMinuteMs) ==
        "Was expected 1 minute ago and said nothing; last heard 2 minutes ago, battery at 80%, plugged in");
  CHECK(sentence(Presence::never, std::nullopt, kNow) == "Enrolled, but it never reported");
}

TEST_CASE("every presence reads back from its name") {
  for (std::size_t i = 0; i < kPresences; ++i) {
    CHECK(parse_presence(name_of(static_cast<Presence>(i))) == static_cast<Presence>(i));
  }
  CHECK_FALSE(parse_presence("offline"));
}
