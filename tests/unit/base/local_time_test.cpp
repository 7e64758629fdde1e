#include "common/base/local_time.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "common/base/clock.h"

namespace rollcall {
namespace {

constexpr auto kZones = {"America/Indiana/Indianapolis", "America/New_York", "America/Phoenix", "Europe/Berlin",
                         "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"};

std::int64_t instant(std::string_view zone, std::string_view date, int hour, int minute = 0) {
  return instant_ms(zone, parse_date(date).value(), hour * 60 + minute).value();
}

}  // namespace

TEST_CASE("a date is read only as it is written") {
  CHECK(iso_date(parse_date("2028-02-29").value()) == "2028-02-29");
  for (const char* text : {"", "2026-2-3", "2026-02-30", "2027-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "1899-12-31",
                           "2200-01-01", "2026/01/01", "2026-01-01 ", " 2026-01-01", "2026-01-1x", "-026-01-01", "20260101"}) {
    INFO(text);
    CHECK_FALSE(parse_date(text));
  }
}

TEST_CASE("an unknown zone has no time") {
  for (const char* zone : {"", "Mars/Olympus", "../etc/passwd", "america/new_york", "EST5EDT7"}) {
    INFO(zone);
    CHECK_FALSE(is_time_zone(zone));
    CHECK_FALSE(local_time(zone, 1'760'000'000'000));
    CHECK_FALSE(instant_ms(zone, parse_date("2026-01-01").value(), 0));
  }
  CHECK(is_time_zone("America/New_York"));
  CHECK_FALSE(local_time("UTC", -1));
  CHECK_FALSE(local_time("UTC", 1'000'000'000'000'000));
}

TEST_CASE("an hour that the clocks leap over begins at the leap, one that comes twice is its first") {
  const auto leap = instant("America/New_York", "2026-03-08", 3);
  CHECK(instant("America/New_York", "2026-03-08", 2) == leap);
  CHECK(instant("America/New_York", "2026-03-08", 2, 59) == leap);
  CHECK(instant("America/New_York", "2026-03-08", 1, 59) == leap - kMinuteMs);
  const auto first = instant("America/New_York", "2026-11-01", 1, 30);
  CHECK(instant("America/New_York", "2026-11-01", 2, 30) == first + 2 * kHourMs);
  // Both have the same clock on the wall.
  CHECK(local_time("America/New_York", first)->minute == 90);
  CHECK(local_time("America/New_York", first + kHourMs)->minute == 90);
}

TEST_CASE("the same bell is an hour earlier in summer, and stays where clocks do not change") {
  CHECK(instant("America/New_York", "2026-01-15", 8) - instant("UTC", "2026-01-15", 8) == 5 * kHourMs);
  CHECK(instant("America/New_York", "2026-07-15", 8) - instant("UTC", "2026-07-15", 8) == 4 * kHourMs);
  CHECK(instant("America/Phoenix", "2026-07-15", 8) - instant("UTC", "2026-07-15", 8) == 7 * kHourMs);
  CHECK(instant("Asia/Kathmandu", "2026-07-15", 8) - instant("UTC", "2026-07-15", 8) == -(5 * kHourMs + 45 * kMinuteMs));
}

TEST_CASE("later on the wall is never earlier in the world, and what is shown comes back") {
  CHECK(rc::check([] {
    const auto zone = *rc::gen::elementOf(std::vector<std::string>(kZones.begin(), kZones.end()));
    const LocalDate date(std::chrono::days(*rc::gen::inRange(0, 47'000)));
    const int minute = *rc::gen::inRange(0, kMinutesOfDay);
    const auto now = instant_ms(zone, date, minute).value();
    RC_ASSERT(instant_ms(zone, date, minute + 1).value() >= now);
    RC_ASSERT(instant_ms(zone, date + std::chrono::days(1), 0).value() >= instant_ms(zone, date, kMinutesOfDay).value());
    if (now < 0) return;  // before 1970 in UTC
    const auto shown = local_time(zone, now).value();
    // Only within a leap is another time shown: the one behind it.
    RC_ASSERT(shown.date >= date);
    if (shown.date == date) RC_ASSERT(shown.minute >= minute);
    RC_ASSERT(instant_ms(zone, shown.date, shown.minute).value() == now);
  }));
}

}  // namespace rollcall
