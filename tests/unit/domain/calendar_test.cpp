#include <catch2/catch.hpp>

#include "tests/unit/domain/calendar_fixture.h"

namespace rollcall::domain {
namespace {

std::string field_of(const CalendarDocument& district, const CalendarDocument& school = {}) {
  const auto made = Calendar::make(district, school);
  if (made) return "made";
  CHECK(made.error().code == Errc::invalid_argument);
  // A remedy is more than what is wrong.
  CHECK(made.error().message.find(": ") != std::string::npos);
  return made.error().field;
}

std::string letters(const Calendar& calendar, std::string_view from, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    const auto letter = calendar.day(on(from) + std::chrono::days(i)).rotation;
    out += letter.empty() ? "-" : letter;
  }
  return out;
}

}  // namespace

TEST_CASE("terms, weekdays and holidays decide which days have school") {
  const auto year = calendar_of(sample_year());
  CHECK(year.kind_of(on("2026-08-04")) == DayKind::outside_terms);
  CHECK(year.kind_of(on("2026-08-05")) == DayKind::school_day);
  CHECK(year.kind_of(on("2026-08-08")) == DayKind::weekend);
  CHECK(year.kind_of(on("2026-09-07")) == DayKind::holiday);
  CHECK(year.kind_of(on("2026-12-18")) == DayKind::school_day);
  CHECK(year.kind_of(on("2026-12-19")) == DayKind::outside_terms);
  CHECK(year.day(on("2026-08-10")).term == "Quarter 1");
  CHECK(year.day(on("2026-10-12")).term == "Fall 2026");
  CHECK(year.day(on("2026-09-07")).name == "Labor Day");
  CHECK(year.day(on("2026-09-07")).bells.empty());
}

TEST_CASE("the next school day leaps over weekends, holidays and breaks, and there is none behind the last term") {
  const auto year = calendar_of(sample_year());
  CHECK(year.next_school_day(on("2026-09-04")) == on("2026-09-08"));
  CHECK(year.next_school_day(on("2026-12-18")) == on("2027-01-05"));
  CHECK(year.next_school_day(on("2026-06-01")) == on("2026-08-05"));
  CHECK_FALSE(year.next_school_day(on("2027-05-27")));
  CHECK_FALSE(year.next_school_day(on("2020-01-01")));
  CHECK(year.add_school_days(on("2026-11-25"), 0) == on("2026-11-25"));
  CHECK(year.add_school_days(on("2026-11-26"), 0) == on("2026-11-30"));
  CHECK(year.add_school_days(on("2026-11-25"), 2) == on("2026-12-01"));
  CHECK(year.school_days_between(on("2026-11-25"), on("2026-12-01")) == 2);
  CHECK(year.school_days_between(on("2026-12-01"), on("2026-11-25")) == 0);
}

TEST_CASE("bells are instants of the school's zone, an hour apart in winter and summer") {
  const auto year = calendar_of(sample_year());
  // 07:40 in Indianapolis is 11:40 UTC in August and 12:40 in January.
  CHECK(year.first_bell_ms(on("2026-08-06")) == instant_ms("UTC", on("2026-08-06"), 11 * 60 + 40));
  CHECK(year.first_bell_ms(on("2027-01-07")) == instant_ms("UTC", on("2027-01-07"), 12 * 60 + 40));
  CHECK(year.last_bell_ms(on("2027-01-07")) == instant_ms("UTC", on("2027-01-07"), 19 * 60 + 40));
  CHECK(year.first_bell_ms(on("2026-08-12")) == instant_ms("UTC", on("2026-08-12"), 12 * 60 + 10));  // Wednesday
  CHECK_FALSE(year.first_bell_ms(on("2026-08-08")));
  CHECK_FALSE(year.last_bell_ms(on("2026-09-07")));
  CHECK(year.date_at(instant_ms("UTC", on("2026-08-06"), 3 * 60).value()) == on("2026-08-05"));
}

TEST_CASE("a school that rings while the clocks change has every bell, in order") {
  auto night = sample_year();
  night.time_zone = "America/New_York";
  night.schedules = {{"night", "Night", {{"1", 60, 120}, {"2", 120, 180}, {"3", 180, 240}}}};
  night.weekdays = Week{"", "", "", "", "", "", "night"};
  night.terms->clear();
  const auto calendar = calendar_of(night);
  const auto leap = calendar.day(on("2026-03-08")).bells;  // 2:00 to 3:00 does not exist
  REQUIRE(leap.size() == 3);
  CHECK(leap[1].start_ms == leap[1].end_ms);
  CHECK(leap[2].start_ms == leap[0].end_ms);
  const auto twice = calendar.day(on("2026-11-01")).bells;  // 1:00 to 2:00 comes twice
  REQUIRE(twice.size() == 3);
  CHECK(twice[0].end_ms - twice[0].start_ms == 2 * 3'600'000);
  CHECK(calendar.period_at(twice[0].start_ms + 5'400'000)->period.name == "1");
}

TEST_CASE("a period is found by its instant; of two that run, the one that began last") {
  const auto year = calendar_of(sample_year());
  const auto at = [&](int minute) {
    const auto bell = year.period_at(instant_ms(year.time_zone(), on("2026-08-06"), minute).value());
    return bell ? bell->period.name : "-";
  };
  CHECK(at(459) == "-");
  CHECK(at(460) == "1");
  CHECK(at(509) == "1");
  CHECK(at(510) == "-");
  CHECK(at(575) == "3");
  CHECK(at(879) == "4");
  CHECK(at(880) == "-");
}

TEST_CASE("a late start cuts the morning, an early release the afternoon, a schedule of its own replaces both") {
  auto year = sample_year();
  year.announced = {{on("2026-08-06"), {ChangeKind::late_start, "Fog", "", 120}},
                    {on("2026-08-07"), {ChangeKind::early_release, "", "", 60}},
                    {on("2026-08-10"), {ChangeKind::late_start, "", "wednesday", 0}},
                    {on("2026-08-08"), {ChangeKind::late_start, "", "", 120}},
                    {on("2026-08-13"), {ChangeKind::closure, "Snow", "", 0}},
                    {on("2026-08-15"), {ChangeKind::school_day, "Make-up day", "", 0}}};
  const auto calendar = calendar_of(year);
  const auto late = calendar.day(on("2026-08-06"));
  CHECK(late.kind == DayKind::late_start);
  CHECK(late.announced);
  REQUIRE(late.bells.size() == 3);
  CHECK(late.bells[0].period == Period{"Lunch A", 580, 600});
  CHECK(late.bells[1].period == Period{"3", 580, 640});
  const auto early = calendar.day(on("2026-08-07")).bells;
  CHECK(early.back().period == Period{"4", 645, 820});
  CHECK(calendar.day(on("2026-08-10")).schedule == "wednesday");
  CHECK(calendar.kind_of(on("2026-08-08")) == DayKind::weekend);
  CHECK(calendar.kind_of(on("2026-08-13")) == DayKind::closure);
  CHECK(calendar.is_planned_school_day(on("2026-08-13")));
  CHECK(calendar.kind_of(on("2026-08-15")) == DayKind::extra_day);
  CHECK(calendar.first_bell_ms(on("2026-08-15")));
}

TEST_CASE("an announcement is laid over the plan and leaves it as it was when it goes") {
  auto year = sample_year();
  year.planned[on("2026-10-02")] = {ChangeKind::early_release, "Conferences", "", 120};
  const auto planned = calendar_of(year);
  year.announced[on("2026-10-02")] = {ChangeKind::late_start, "Fog", "", 60};
  const auto both = calendar_of(year).bell_schedule_of(on("2026-10-02")).value().periods;
  CHECK(both.front().start_minute == 520);
  CHECK(both.back().end_minute == 760);
  year.announced[on("2026-10-02")] = {ChangeKind::school_day, "", "", 0};
  CHECK(calendar_of(year).bell_schedule_of(on("2026-10-02"))->periods.back().end_minute == 880);
  year.announced.clear();
  CHECK(calendar_of(year).bell_schedule_of(on("2026-10-02")) == planned.bell_schedule_of(on("2026-10-02")));
}

TEST_CASE("a rotation goes on by weekdays, by planned days, or by days with school") {
  auto year = sample_year();
  year.rotation = Rotation{{{"A", ""}, {"B", "wednesday"}, {"C", ""}}, {on("2026-09-03")}, Rotation::Counts::weekdays};
  year.announced[on("2026-09-08")] = {ChangeKind::closure, "Water main", "", 0};
  // Thu Fri Sat Sun Mon(holiday) Tue(closed) Wed Thu Fri
  CHECK(letters(calendar_of(year), "2026-09-02", 10) == "-AB----BCA");
  year.rotation->counts = Rotation::Counts::planned_days;
  CHECK(letters(calendar_of(year), "2026-09-02", 10) == "-AB----ABC");
  year.rotation->counts = Rotation::Counts::school_days;
  CHECK(letters(calendar_of(year), "2026-09-02", 10) == "-AB----CAB");
  CHECK(calendar_of(year).bell_schedule_of(on("2026-09-04"))->id == "wednesday");
  year.rotation->starts.push_back(on("2026-09-10"));
  CHECK(letters(calendar_of(year), "2026-09-09", 3) == "CAB");
}

TEST_CASE("a school says only where it differs from the district") {
  auto district = sample_year();
  district.announced[on("2026-09-01")] = {ChangeKind::closure, "Ice", "", 0};
  CalendarDocument school;
  school.time_zone = "America/Chicago";
  school.schedules = {{"regular", "Ours", {{"1", 540, 900}}}};
  school.planned[on("2026-09-07")] = {ChangeKind::school_day, "", "", 0};
  school.announced[on("2026-09-01")] = {ChangeKind::school_day, "Heated", "", 0};
  const auto calendar = calendar_of(district, school);
  CHECK(calendar.time_zone() == "America/Chicago");
  CHECK(calendar.kind_of(on("2026-09-07")) == DayKind::school_day);
  CHECK(calendar.kind_of(on("2026-09-01")) == DayKind::school_day);
  CHECK(calendar.bell_schedule_of(on("2026-09-07"))->name == "Ours");
  CHECK(calendar.bell_schedule_of(on("2026-09-02"))->id == "wednesday");
  school.rotation = Rotation{};
  CHECK(calendar_of(district, school).day(on("2026-09-02")).rotation.empty());
}

TEST_CASE("a calendar that nobody could live by is refused with its field and a remedy") {
  const auto broken = [](auto change) {
    auto year = sample_year();
    change(year);
    return field_of(year);
  };
  CHECK(field_of({}) == "time_zone");
  CHECK(broken([](CalendarDocument& year) { year.time_zone.reset(); }) == "time_zone");
  CHECK(broken([](CalendarDocument& year) { year.weekdays.reset(); }) == "weekdays");
  CHECK(broken([](CalendarDocument& year) { year.weekdays = Week(); }) == "weekdays");
  CHECK(broken([](CalendarDocument& year) { year.weekdays->at(2) = "gone"; }) == "weekdays.wed");
  CHECK(broken([](CalendarDocument& year) { year.terms = {{"w", "Weekend", on("2026-08-08"), on("2026-08-09")}}; }) == "terms");
  CHECK(broken([](CalendarDocument& year) { year.terms = {{"l", "Labor", on("2026-09-05"), on("2026-09-07")}}; }) == "terms");
  CHECK(broken([](CalendarDocument& year) { year.rotation = Rotation{{{"A", "gone"}, {"B", ""}}, {on("2026-09-01")}, {}}; }) ==
        "rotation.days[0].schedule");
  CHECK(broken([](CalendarDocument& year) { year.planned[on("2026-09-01")] = {ChangeKind::early_release, "", "gone", 0}; }) ==
        "planned[2026-09-01].schedule");
  CHECK(broken([](CalendarDocument& year) { year.announced[on("2026-09-01")] = {ChangeKind::late_start, "", "", 700}; }) ==
        "announced[2026-09-01].minutes");
  CalendarDocument without_weekdays;
  without_weekdays.weekdays = Week{};
  CHECK(field_of(sample_year(), without_weekdays) == "weekdays");
}

TEST_CASE("a calendar without terms has school the whole year round") {
  auto year = sample_year();
  year.terms->clear();
  CHECK(calendar_of(year).is_school_day(on("2026-07-01")));
  year.terms.reset();
  CHECK(calendar_of(year).is_school_day(on("2031-07-01")));
}

}  // namespace rollcall::domain
