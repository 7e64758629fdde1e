// What a district or one of its schools says of its school year, as somebody typed it. A school says only where it
// differs: what is absent here is taken from the district. Pure types; calendar.h makes the rules of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/local_time.h"
#include "common/base/result.h"

namespace rollcall::domain {

// Minutes are those of the clock on the wall, since midnight. A period may lie within another (lunch within the
// fourth).
struct Period {
  std::string name{};
  int start_minute{};
  int end_minute{};  // behind the start, at most kMinutesOfDay
  bool operator==(const Period&) const = default;
};

struct BellSchedule {
  std::string id{};  // "regular"; a-z 0-9 - _
  std::string name{};
  std::vector<Period> periods{};  // ascending by start, then end; at least one
  bool operator==(const BellSchedule&) const = default;
};

// Terms may lie within each other (a quarter within a semester). Both ends belong to it.
struct Term {
  std::string id{};
  std::string name{};
  LocalDate first{};
  LocalDate last{};
  bool operator==(const Term&) const = default;
};

struct Rotation {
  // What moves it on: every weekday with classes, holidays too; the days that were planned, so that snow uses a letter
  // up; or the days on which there was school.
  enum class Counts : std::uint8_t { weekdays, planned_days, school_days };
  struct Day {
    std::string name{};      // "A"
    std::string schedule{};  // empty: the weekday's
    bool operator==(const Day&) const = default;
  };
  std::vector<Day> days{};          // none: no rotation, whatever the district has
  std::vector<LocalDate> starts{};  // ascending; on each it begins with its first day
  Counts counts{Counts::planned_days};
  bool operator==(const Rotation&) const = default;
};

// school_day: classes although the weekday, a holiday or the district says otherwise.
enum class ChangeKind : std::uint8_t { school_day, holiday, closure, late_start, early_release };

struct DayChange {
  ChangeKind kind{};
  std::string name{};      // "Labor Day"; may be empty
  std::string schedule{};  // the bells of that day; empty: as usual, moved by `minutes`
  int minutes{};           // late_start: how much later the first bell is; early_release: how much earlier the last
  bool operator==(const DayChange&) const = default;
};
using DayChanges = std::map<LocalDate, DayChange>;

// By weekday_of() - 1: the bell schedule, or empty for a day without classes.
using Week = std::array<std::string, 7>;

struct CalendarDocument {
  std::optional<std::string> time_zone{};
  std::optional<std::vector<Term>> terms{};  // none at all: school the whole year round
  bool terms_from_roster{};  // `terms` are taken from the roster again after each import
  std::optional<Week> weekdays{};
  std::vector<BellSchedule> schedules{};  // replace the district's with the same id
  std::optional<Rotation> rotation{};
  DayChanges planned{};    // the printed calendar
  DayChanges announced{};  // on short notice; beat what is planned, taken back by removing them
  bool operator==(const CalendarDocument&) const = default;
};

inline constexpr std::size_t kMaxTerms = 64;
inline constexpr std::size_t kMaxSchedules = 32;
inline constexpr std::size_t kMaxPeriods = 40;
inline constexpr std::size_t kMaxRotationDays = 10;
inline constexpr std::size_t kMaxRotationStarts = 64;
inline constexpr std::size_t kMaxChanges = 2'000;  // of each kind
inline constexpr std::size_t kMaxCalendarName = 100;  // bytes, of everything that has a name
inline constexpr std::size_t kMaxCalendarBytes = 512 * 1024;  // as JSON
inline constexpr int kMaxTermDays = 400;

// What everything about a calendar refuses with: invalid_argument, "FIELD MESSAGE".
std::unexpected<Error> wrong_field(std::string field, std::string_view message);

std::string_view name_of(ChangeKind kind);  // "late_start"
std::optional<ChangeKind> parse_change_kind(std::string_view text);
std::string_view name_of(Rotation::Counts counts);
std::optional<Rotation::Counts> parse_rotation_counts(std::string_view text);

// Limits and order: what is wrong whatever the district says. Errors: invalid_argument, with the field and a remedy.
Result<> check(const CalendarDocument& document);

// Where two documents differ, by the names of their JSON: "weekdays", "planned". Against an empty one: what a document
// says at all.
std::vector<std::string_view> differing_parts(const CalendarDocument& one, const CalendarDocument& other);

// The school's over the district's.
CalendarDocument merged(const CalendarDocument& district, const CalendarDocument& school);

// The one text form, for the database and the API alike (schema Calendar of openapi.yaml); what is absent is left out.
std::string to_json(const CalendarDocument& document);
// Checked. Errors: invalid_argument with the field ("schedules[1].periods[0].end"), too_large.
Result<CalendarDocument> parse_calendar(std::string_view json);

// "07:40" and back; "24:00" is the end of a day.
std::string clock_text(int minute);
std::optional<int> parse_clock(std::string_view text);

}  // namespace rollcall::domain
