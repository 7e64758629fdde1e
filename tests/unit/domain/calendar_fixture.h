// A year of a school that looks like many: fall and spring, two bell schedules, a few holidays.
#pragma once

#include <string_view>

#include "server/domain/calendar.h"
#include "tests/must.h"

namespace rollcall::domain {

inline LocalDate on(std::string_view text) { return parse_date(text).value(); }

inline CalendarDocument sample_year() {
  CalendarDocument year;
  year.time_zone = "America/Indiana/Indianapolis";
  year.terms = {{"fall", "Fall 2026", on("2026-08-05"), on("2026-12-18")},
                {"q1", "Quarter 1", on("2026-08-05"), on("2026-10-09")},
                {"spring", "Spring 2027", on("2027-01-05"), on("2027-05-27")}};
  year.schedules = {{"regular", "Regular", {{"1", 460, 510}, {"2", 515, 565}, {"Lunch A", 570, 600}, {"3", 570, 640}, {"4", 645, 880}}},
                    {"wednesday", "Collaboration Wednesday", {{"1", 490, 600}, {"2", 605, 880}}}};
  year.weekdays = Week{"regular", "regular", "wednesday", "regular", "regular", "", ""};
  year.planned = {{on("2026-09-07"), {ChangeKind::holiday, "Labor Day", "", 0}},
                  {on("2026-11-26"), {ChangeKind::holiday, "Thanksgiving", "", 0}},
                  {on("2026-11-27"), {ChangeKind::holiday, "Thanksgiving", "", 0}}};
  return year;
}

inline Calendar calendar_of(const CalendarDocument& district, const CalendarDocument& school = {}) {
  return must(Calendar::make(district, school));
}

}  // namespace rollcall::domain
