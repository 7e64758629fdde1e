// What holds for every calendar; rapidcheck looks for one that breaks it.
#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "tests/unit/domain/calendar_fixture.h"

namespace rollcall::domain {
namespace {

using std::chrono::days;

CalendarDocument any_year() {
  auto year = sample_year();
  year.time_zone = *rc::gen::elementOf(
      std::vector<std::string>{"America/New_York", "America/Phoenix", "Pacific/Apia", "Australia/Lord_Howe", "UTC"});
  for (std::size_t i = 0; i < 7; ++i) {
    year.weekdays->at(i) = *rc::gen::elementOf(std::vector<std::string>{"", "regular", "wednesday"});
  }
  year.weekdays->at(*rc::gen::inRange<std::size_t>(0, 7)) = "regular";
  for (auto* changes : {&year.planned, &year.announced}) {
    const int count = *rc::gen::inRange(0, 30);
    for (int i = 0; i < count; ++i) {
      const auto kind = static_cast<ChangeKind>(*rc::gen::inRange(0, 5));
      const bool moves = kind == ChangeKind::late_start || kind == ChangeKind::early_release;
      (*changes)[on("2026-08-01") + days(*rc::gen::inRange(0, 330))] = {kind, "", "", moves ? *rc::gen::inRange(1, 180) : 0};
    }
  }
  if (*rc::gen::inRange(0, 3) > 0) {
    Rotation rotation{.counts = static_cast<Rotation::Counts>(*rc::gen::inRange(0, 3))};
    const int letters = *rc::gen::inRange(2, 9);
    for (int i = 0; i < letters; ++i) rotation.days.push_back({std::string(1, static_cast<char>('A' + i)), ""});
    rotation.starts = {on("2026-08-01") + days(*rc::gen::inRange(0, 60))};
    year.rotation = rotation;
  }
  return year;
}

LocalDate any_date() { return on("2026-07-15") + days(*rc::gen::inRange(0, 340)); }

}  // namespace

TEST_CASE("counting school days and going on by them are each other's reverse") {
  CHECK(rc::check([] {
    const auto calendar = calendar_of(any_year());
    const auto from = any_date();
    const int n = *rc::gen::inRange(0, 60);
    const auto to = calendar.add_school_days(from, n);
    if (!to) return;
    RC_ASSERT(calendar.is_school_day(*to));
    if (n > 0) RC_ASSERT(calendar.school_days_between(from, *to) == n);
    if (n > 0) RC_ASSERT(calendar.school_days_between(from, *to - days(1)) == n - 1);
    const auto middle = from + days(*rc::gen::inRange(0, 40));
    const auto end = middle + days(*rc::gen::inRange(0, 40));
    RC_ASSERT(calendar.school_days_between(from, middle) + calendar.school_days_between(middle, end) ==
              calendar.school_days_between(from, end));
  }));
}

TEST_CASE("a day has bells exactly when it has school, in order, within the day where the school is") {
  CHECK(rc::check([] {
    const auto calendar = calendar_of(any_year());
    const auto day = calendar.day(any_date());
    RC_ASSERT(has_school(day.kind) == calendar.is_school_day(day.date));
    RC_ASSERT(has_school(day.kind) == !day.bells.empty());
    RC_ASSERT(calendar.first_bell_ms(day.date).has_value() == has_school(day.kind));
    std::int64_t before = 0;
    for (const auto& bell : day.bells) {
      RC_ASSERT(bell.start_ms >= before);
      RC_ASSERT(bell.end_ms > bell.start_ms);
      RC_ASSERT(calendar.date_at(bell.start_ms) == day.date);
      RC_ASSERT(calendar.period_at(bell.start_ms).has_value());
      RC_ASSERT(bell.start_ms >= *calendar.first_bell_ms(day.date));
      RC_ASSERT(bell.end_ms <= *calendar.last_bell_ms(day.date));
      before = bell.start_ms;
    }
  }));
}

TEST_CASE("a rotation that follows school days never leaves a letter out and never says one twice") {
  CHECK(rc::check([] {
    auto year = any_year();
    if (!year.rotation) return;
    year.rotation->counts = Rotation::Counts::school_days;
    const auto calendar = calendar_of(year);
    const auto first = calendar.add_school_days(year.rotation->starts[0], 0);
    if (!first) return;
    RC_ASSERT(calendar.day(*first).rotation == "A");
    const auto one = any_date();
    const auto next = calendar.next_school_day(one);
    if (!calendar.is_school_day(one) || !next || one < *first) return;
    const auto count = static_cast<int>(year.rotation->days.size());
    const int moved = calendar.day(*next).rotation[0] - calendar.day(one).rotation[0];
    RC_ASSERT((moved + count) % count == 1);
  }));
}

TEST_CASE("taking an announcement back leaves no trace") {
  CHECK(rc::check([] {
    auto year = any_year();
    const auto date = any_date();
    year.announced.erase(date);
    const auto before = calendar_of(year);
    year.announced[date] = {ChangeKind::closure, "Snow", "", 0};
    RC_ASSERT(calendar_of(year).kind_of(date) == DayKind::closure);
    RC_ASSERT(calendar_of(year).is_planned_school_day(date) == before.is_planned_school_day(date));
    year.announced.erase(date);
    RC_ASSERT(calendar_of(year).document() == before.document());
  }));
}

TEST_CASE("every document reads back from its text as it was") {
  CHECK(rc::check([] {
    const auto year = any_year();
    RC_ASSERT(must(parse_calendar(to_json(year))) == year);
    RC_ASSERT(to_json(must(parse_calendar(to_json(year)))) == to_json(year));
  }));
}

}  // namespace rollcall::domain
