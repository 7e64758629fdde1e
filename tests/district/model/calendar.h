// The district's year: which local date an instant belongs to, and whether there is school on it.
//
// The year is an ordinary one of a US public district (assumed, no single district's): from the Monday on or
// after 22 August to the Friday on or before 8 June, with Labor Day, Veterans Day, three days at
// Thanksgiving, 22 December to 2 January, Martin Luther King Day, Presidents' Day, the first full week of
// April and Memorial Day off. That makes 180 school days or a few more, as state laws ask.
#pragma once

#include <date/date.h>

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"

namespace date {
class time_zone;
}

namespace rollcall::district {

using Date = date::local_days;

enum class DayKind { school, weekend, holiday, summer };

// Immutable; thread-safe.
class Calendar {
 public:
  struct Rules {
    std::string zone;                       // "America/New_York"
    std::vector<int> weekdays{1, 2, 3, 4, 5};  // of school: 1 Monday … 7 Sunday
    bool holidays{true};                    // false: term time all year round
  };
  // Error: invalid_argument for an unknown zone.
  static Result<Calendar> open(Rules rules);

  const std::string& zone() const { return rules_.zone; }
  DayKind kind(Date day) const;
  Date date_of(std::int64_t utc_ms) const;
  int minute_of(std::int64_t utc_ms) const;  // since local midnight
  // When the day's clocks show 00:00, by the offset that holds at noon: no school day changes its offset.
  std::int64_t midnight_ms(Date day) const;

 private:
  Calendar(Rules rules, const date::time_zone* zone) : rules_(std::move(rules)), zone_(zone) {}
  Rules rules_;
  const date::time_zone* zone_;
};

// A zone in which it is a school morning (near ten o'clock) at `utc_ms`; `own` itself when its schools are in
// the middle of a day. For a demonstration that somebody starts in the evening.
std::string zone_in_session(const std::string& own, std::int64_t utc_ms);

}  // namespace rollcall::district
