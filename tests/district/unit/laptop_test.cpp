#include <catch2/catch.hpp>
#include <set>

#include "common/base/clock.h"
#include "common/wire/codec.h"
#include "common/wire/policy.h"
#include "tests/district/laptop/laptop.h"

using namespace rollcall;
using namespace rollcall::district;
using namespace date::literals;

namespace {

const Date kMonday{2026_y / date::October / 5};

District small_district() {
  auto calendar = Calendar::open({.zone = "America/New_York"});
  REQUIRE(calendar);
  return District::make(3, 40, std::move(*calendar), kMonday);
}

wire::Policy policy_of(const School& school) {
  wire::Policy policy;
  policy.school_ssids = {school.ssid};
  policy.hours = wire::Policy::SchoolHours{"America/New_York", {1, 2, 3, 4, 5}, opens_minute(school), closes_minute(school)};
  policy.digest = wire::digest_of(policy);
  return policy;
}

// A server that takes everything; it checks what a real one would refuse.
struct Taker {
  wire::Policy policy;
  std::set<std::uint64_t> sequences;
  std::vector<wire::Report> reports;
  std::size_t twice{};

  wire::CheckInReply take(const wire::CheckIn& check_in) {
    const auto decoded = wire::decode_check_in(wire::encode(check_in));
    REQUIRE(decoded);
    CHECK(decoded->rejected.empty());
    CHECK(decoded->unknown_fields == 0);
    wire::CheckInReply reply;
    for (const auto& report : decoded->message.reports) {
      twice += !sequences.insert(report.sequence).second;
      reply.accepted.push_back({report.sequence, report.sequence});
      reports.push_back(report);
    }
    reply.next_check_in_s = 300;
    reply.credit = check_in.waiting > 0 ? 512 : 0;
    reply.keep_connection = check_in.waiting > 0;
    if (check_in.policy_digest != policy.digest) reply.policy = policy;
    return reply;
  }
};

// A day of one laptop against it, in steps of half a minute.
Taker live(const District& district, const Student& student, std::int64_t from_ms, std::int64_t until_ms, bool reachable) {
  SeededRandom random(1);
  Taker server{policy_of(school_of(student)), {}, {}, 0};
  Laptop laptop(district, student, random, 100, from_ms);
  for (std::int64_t now_ms = from_ms; now_ms < until_ms; now_ms += 30 * kSecondMs) {
    if (laptop.next_due_ms() <= now_ms) laptop.run_due(now_ms);
    while (laptop.wants_to_send(now_ms)) {
      if (!reachable) {
        laptop.refused(now_ms, 0);
        break;
      }
      laptop.accept(server.take(laptop.compose(now_ms)), now_ms);
    }
  }
  while (laptop.waiting() > 0) laptop.accept(server.take(laptop.compose(until_ms)), until_ms);
  return server;
}

const Student& at_school_on(const District& district, Date day) {
  const auto found = std::ranges::find_if(district.students, [&](const Student& who) {
    const Day plan = day_of(district, who, day);
    const auto awake = [](const Stretch& it) { return it.power == Power::awake && it.place == Place::school; };
    return std::ranges::count_if(plan.stretches, awake) >= 4 && who.clock_error_ms == 0;
  });
  REQUIRE(found != district.students.end());
  return *found;
}

}  // namespace

TEST_CASE("a school day is reported in reports that a server accepts, each once and in order of time") {
  const District it = small_district();
  const Student& who = at_school_on(it, kMonday);
  const auto midnight_ms = it.calendar.midnight_ms(kMonday);
  const Taker server = live(it, who, midnight_ms, midnight_ms + kDayMs, true);
  CHECK(server.twice == 0);
  CHECK(server.reports.size() > 25);
  CHECK(server.reports.size() < 150);
  CHECK(server.reports.front().occasion == wire::Occasion::started);
  CHECK(server.reports.front().sequence == 101);
  CHECK(std::ranges::any_of(server.reports, [](const auto& r) { return r.identity.has_value(); }));
  CHECK(std::ranges::any_of(server.reports, [](const auto& r) { return r.occasion == wire::Occasion::going_to_sleep; }));
  std::int64_t last_ms = 0;
  auto in_order = server.reports;
  std::ranges::sort(in_order, {}, &wire::Report::sequence);
  for (const auto& report : in_order) {
    CHECK(report.wall_ms >= last_ms);
    last_ms = report.wall_ms;
  }
}

TEST_CASE("at home a laptop says battery and health only, and at most once an hour") {
  const District it = small_district();
  const Student& who = at_school_on(it, kMonday);
  const auto midnight_ms = it.calendar.midnight_ms(kMonday);
  const auto server = live(it, who, midnight_ms, midnight_ms + 14 * kDayMs, true);
  std::int64_t last_ms = 0;
  int at_home = 0;
  auto in_order = server.reports;
  std::ranges::sort(in_order, {}, &wire::Report::sequence);
  for (const auto& report : in_order) {
    if (report.connectivity) continue;
    ++at_home;
    CHECK_FALSE(report.identity);
    CHECK(report.wall_ms - last_ms >= kHourMs - kMinuteMs);
    last_ms = report.wall_ms;
  }
  CHECK(at_home > 0);
}

TEST_CASE("what a server did not take waits and arrives later, whole") {
  const District it = small_district();
  const Student& who = at_school_on(it, kMonday);
  const auto midnight_ms = it.calendar.midnight_ms(kMonday);
  const Taker server = live(it, who, midnight_ms, midnight_ms + kDayMs, false);
  CHECK(server.twice == 0);
  REQUIRE(server.reports.size() > 20);
  // Nothing was lost: the numbers have no gap.
  CHECK(*server.sequences.rbegin() - *server.sequences.begin() + 1 == server.sequences.size());
}

TEST_CASE("the battery of a school day falls while lids are open") {
  const District it = small_district();
  const Student& who = at_school_on(it, kMonday);
  const auto midnight_ms = it.calendar.midnight_ms(kMonday);
  const Taker server = live(it, who, midnight_ms, midnight_ms + 15 * kHourMs, true);
  const auto percent = [](const wire::Report& report) { return *report.battery->packs.front().percent; };
  CHECK(percent(server.reports.front()) - percent(server.reports.back()) > 15);
}
