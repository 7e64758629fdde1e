#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/domain/calendar_fixture.h"

namespace rollcall::domain {
namespace {

std::string field_of(std::string_view json) {
  const auto parsed = parse_calendar(json);
  if (parsed) return "parsed";
  return parsed.error().field;
}

std::string with_change(std::string_view change) { return R"({"planned":[)" + std::string(change) + "]}"; }

}  // namespace

TEST_CASE("what is absent in a document stays absent in its text, and none is not the same as absent") {
  CHECK(to_json({}) == "{}");
  CHECK(must(parse_calendar("{}")) == CalendarDocument{});
  CalendarDocument none;
  none.terms.emplace();
  none.weekdays.emplace();
  none.rotation.emplace();
  CHECK(must(parse_calendar(to_json(none))) == none);
  auto year = sample_year();
  year.rotation = Rotation{{{"A", "regular"}, {"B", ""}}, {on("2026-08-05")}, Rotation::Counts::school_days};
  year.announced[on("2026-10-01")] = {ChangeKind::late_start, "Fog \"dense\"", "", 90};
  CHECK(must(parse_calendar(to_json(year))) == year);
}

TEST_CASE("a document that is wrong by itself names the field") {
  CHECK(field_of("") == "");
  CHECK(field_of("[]") == "");
  CHECK(field_of(R"({"timezone":"UTC"})") == "timezone");
  CHECK(field_of(R"({"time_zone":"Mars/Olympus"})") == "time_zone");
  CHECK(field_of(R"({"time_zone":5})") == "time_zone");
  CHECK(field_of(R"({"terms":[{"id":"a","name":"A","first":"2026-09-02","last":"2026-09-01"}]})") == "terms[0].last");
  CHECK(field_of(R"({"terms":[{"id":"a","name":"A","first":"2026-09-02","last":"2028-09-01"}]})") == "terms[0].last");
  CHECK(field_of(R"({"terms":[{"id":"a","name":"A","first":"9/2/2026","last":"2026-09-01"}]})") == "terms[0].first");
  CHECK(field_of(R"({"weekdays":{"monday":"regular"}})") == "weekdays.monday");
  CHECK(field_of(R"({"schedules":[{"id":"Regular","name":"R","periods":[]}]})") == "schedules[0].id");
  CHECK(field_of(R"({"schedules":[{"id":"r","name":"R","periods":[]}]})") == "schedules[0].periods");
  CHECK(field_of(R"({"schedules":[{"id":"r","name":"R","periods":[{"name":"1","start":"8:00","end":"09:00"}]}]})") ==
        "schedules[0].periods[0].start");
  CHECK(field_of(R"({"schedules":[{"id":"r","name":"R","periods":[{"name":"1","start":"09:00","end":"08:00"}]}]})") ==
        "schedules[0].periods[0].end");
  CHECK(field_of(R"({"rotation":{"days":[{"name":"A"}],"starts":["2026-09-01"]}})") == "rotation.days");
  CHECK(field_of(R"({"rotation":{"days":[{"name":"A"},{"name":"A"}],"starts":["2026-09-01"]}})") == "rotation.days[1].name");
  CHECK(field_of(R"({"rotation":{"days":[{"name":"A"},{"name":"B"}],"starts":[]}})") == "rotation.starts");
  CHECK(field_of(R"({"rotation":{"days":[{"name":"A"},{"name":"B"}],"starts":["2026-09-01"],"counts":"moons"}})") ==
        "rotation.counts");
}

TEST_CASE("a period may lie within another, but not go on behind its end") {
  const auto field = [](std::vector<Period> periods) {
    CalendarDocument document;
    document.schedules = {{"regular", "Regular", std::move(periods)}};
    const auto checked = check(document);
    return checked ? "" : checked.error().field;
  };
  CHECK(field({{"1", 480, 540}, {"2", 540, 600}}).empty());
  CHECK(field({{"4", 660, 760}, {"Lunch A", 660, 690}}) == "schedules[0].periods[1].start");  // out of order
  CHECK(field({{"Lunch A", 660, 690}, {"4", 660, 760}, {"Lunch B", 730, 760}}).empty());
  CHECK(field({{"1", 480, 540}, {"2", 539, 600}}) == "schedules[0].periods[1].start");
  CHECK(field({{"Lunch A", 660, 690}, {"4", 660, 760}, {"5", 750, 800}}) == "schedules[0].periods[2].start");
}

TEST_CASE("no rotation is said, a rotation of nothing is refused") {
  CalendarDocument none;
  none.rotation.emplace();
  CHECK(to_json(none) == R"({"rotation":{"none":true}})");
  CHECK(must(parse_calendar(R"({"rotation":{"none":true}})")) == none);
  for (const char* rotation : {"{}", R"({"days":[]})", R"({"none":false})", R"({"days":[],"starts":["2026-09-01"]})"}) {
    INFO(rotation);
    CHECK(field_of(R"({"rotation":)" + std::string(rotation) + "}") == "rotation.days");
  }
  CHECK(field_of(R"({"rotation":{"none":true,"counts":"weekdays"}})") == "rotation.none");
  CHECK(field_of(R"({"rotation":{"none":1}})") == "rotation.none");
  CHECK(check({.rotation = Rotation{.starts = {on("2026-09-01")}}}).error().field == "rotation.days");
}

TEST_CASE("the parts in which two documents differ are told by name") {
  const auto year = sample_year();
  using Parts = std::vector<std::string_view>;
  CHECK(differing_parts(year, year).empty());
  CHECK(differing_parts(year, {}) == Parts{"time_zone", "terms", "weekdays", "schedules", "planned"});
  auto other = year;
  other.terms_from_roster = true;
  other.rotation.emplace();
  other.announced[on("2026-10-01")] = {ChangeKind::closure, "", "", 0};
  CHECK(differing_parts(year, other) == Parts{"terms", "rotation", "announced"});
  CHECK(must(parse_calendar(to_json(other))) == other);
  CHECK(field_of(R"({"terms_from_roster":true})") == "terms");
}

TEST_CASE("a change of a day that says too much or too little names the date and the field") {
  CHECK(field_of(with_change(R"({"date":"2026-02-30","kind":"holiday"})")) == "planned[0].date");
  CHECK(field_of(with_change(R"({"date":"2026-02-03","kind":"party"})")) == "planned[0].kind");
  CHECK(field_of(with_change(R"({"date":"2026-02-03","kind":"late_start"})")) == "planned[2026-02-03].minutes");
  CHECK(field_of(with_change(R"({"date":"2026-02-03","kind":"holiday","minutes":5})")) == "planned[2026-02-03].minutes");
  CHECK(field_of(with_change(R"({"date":"2026-02-03","kind":"closure","schedule":"r"})")) == "planned[2026-02-03].schedule");
  CHECK(field_of(with_change(R"({"date":"2026-02-03","kind":"late_start","schedule":"r","minutes":5})")) ==
        "planned[2026-02-03].minutes");
  CHECK(field_of(with_change(R"({"date":"2026-02-03","kind":"holiday"},{"date":"2026-02-03","kind":"closure"})")) ==
        "planned[1].date");
  CHECK(field_of(with_change(R"({"date":"2026-02-03","kind":"holiday","name":"a\u202eb"})")) == "planned[2026-02-03].name");
}

TEST_CASE("a document beyond its limits is refused") {
  auto year = sample_year();
  for (int i = 0; i < 2'001; ++i) year.planned[on("2026-01-01") + std::chrono::days(i)] = {ChangeKind::holiday, "", "", 0};
  CHECK(check(year).error().field == "planned");
  CHECK(parse_calendar(std::string(kMaxCalendarBytes + 1, ' ')).error().code == Errc::too_large);
  year = sample_year();
  year.schedules[0].periods.assign(41, {"1", 1, 2});
  CHECK(check(year).error().field == "schedules[0].periods");
}

TEST_CASE("a clock on the wall is two digits, a colon and two digits") {
  CHECK(parse_clock("00:00") == 0);
  CHECK(parse_clock("24:00") == 1440);
  CHECK(clock_text(460) == "07:40");
  for (const char* text : {"24:01", "7:40", "07:60", "07-40", "07:4", " 7:40", "-1:00"}) {
    INFO(text);
    CHECK_FALSE(parse_clock(text));
  }
}

}  // namespace rollcall::domain
