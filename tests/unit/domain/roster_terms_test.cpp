#include "server/domain/roster_terms.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/domain/calendar_fixture.h"

namespace rollcall::domain {
namespace {

std::int32_t day_no(std::string_view date) { return static_cast<std::int32_t>(on(date).time_since_epoch().count()); }

RosterTerm session(std::string id, std::string title, std::string kind, std::string_view first, std::string_view last) {
  return {.source_id = std::move(id), .title = std::move(title), .kind = std::move(kind),
          .first_day = day_no(first), .last_day = day_no(last)};
}

std::string names(const RosterTerms& found) {
  std::string out;
  for (const auto& term : found.terms) out += (out.empty() ? "" : ", ") + term.name;
  return out;
}

const auto kToday = on("2026-09-01");

}  // namespace

TEST_CASE("sessions become terms by first day, the longer first, without the school year around them") {
  const auto found = terms_of({session("y", "2026-2027", "schoolYear", "2026-07-01", "2027-06-30"),
                               session("s2", "Spring", "semester", "2027-01-05", "2027-05-27"),
                               session("q1", "Quarter 1", "gradingPeriod", "2026-08-05", "2026-10-09"),
                               session("s1", "Fall", "semester", "2026-08-05", "2026-12-18")},
                              kToday);
  CHECK(names(found) == "Fall, Quarter 1, Spring");
  CHECK(found.terms[0] == Term{"s1", "Fall", on("2026-08-05"), on("2026-12-18")});
  CHECK(found.notes.empty());
  CHECK(check({.terms = found.terms}));
}

TEST_CASE("a school year stands for itself as long as nothing shorter is known of it") {
  const auto found = terms_of({session("y1", "2026-2027", "SCHOOLYEAR", "2026-08-05", "2027-05-27"),
                               session("y2", "2027-2028", "schoolYear", "2027-08-04", "2028-05-26"),
                               session("s", "Fall 2027", "semester", "2027-08-04", "2027-12-17")},
                              kToday);
  CHECK(names(found) == "2026-2027, Fall 2027");
}

TEST_CASE("what the roster holds once a school is one term, and ids are never there twice") {
  const auto found = terms_of({session("n1", "Fall", "term", "2026-08-05", "2026-12-18"),
                               session("s1", "Fall", "term", "2026-08-05", "2026-12-18"),
                               session("m1", "Fall", "term", "2026-08-12", "2026-12-18"),
                               session("n1", "Other", "term", "2026-08-05", "2026-12-18")},
                              kToday);
  REQUIRE(found.terms.size() == 2);
  CHECK(found.terms[0].id == "n1");
  CHECK(found.terms[1].id == "m1");
}

TEST_CASE("a session that the roster lost counts as long as it is over, and for a year") {
  auto over = session("a", "Summer school", "term", "2026-06-08", "2026-07-10");
  auto canceled = session("b", "Winter session", "term", "2026-12-21", "2027-01-04");
  over.missing_ms = canceled.missing_ms = 5;
  const auto old = session("c", "Fall 2024", "term", "2024-08-05", "2024-12-18");
  CHECK(names(terms_of({over, canceled, old}, kToday)) == "Summer school");
}

TEST_CASE("what no calendar takes is left out with a note or made fit") {
  auto odd = session(std::string(300, 'x'), "  ", "term", "2026-08-05", "2026-12-18");
  const auto found = terms_of({odd, session("e", "For ever", "term", "2026-01-01", "2030-01-01"),
                               session("t", "Fall\u202e2026", "term", "2026-09-05", "2026-12-18")},
                              kToday);
  REQUIRE(found.terms.size() == 2);
  CHECK(found.terms[0].name == std::string(100, 'x'));
  REQUIRE(found.notes.size() == 1);
  CHECK(found.notes[0].find("For ever") != std::string::npos);
  CHECK(check({.terms = found.terms}));
}

TEST_CASE("of more sessions than a calendar takes the longest stay") {
  std::vector<RosterTerm> sessions{session("s", "Fall", "semester", "2026-08-05", "2026-12-18")};
  for (int week = 0; week < 80; ++week) {
    const auto number = std::to_string(week);
    auto one = session("w" + number, "Week " + number, "gradingPeriod", "2026-08-03", "2026-08-07");
    one.first_day += 7 * week, one.last_day += 7 * week;
    sessions.push_back(one);
  }
  const auto found = terms_of(sessions, kToday);
  CHECK(found.terms.size() == kMaxTerms);
  CHECK(std::ranges::count(found.terms, "Fall", &Term::name) == 1);
  CHECK(found.notes.size() == 1);
  CHECK(check({.terms = found.terms}));
}

}  // namespace rollcall::domain
