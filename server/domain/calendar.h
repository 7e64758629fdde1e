// The rules of a school's year: which days have school, when its bells ring, what the next school day is. Made of the
// district's and the school's own document; complete and free of contradictions, or not made at all. Immutable, so it is
// shared without a lock. The time of day is handed in; the rules of the time zones are those of common/base/local_time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/local_time.h"
#include "common/base/result.h"
#include "server/domain/calendar_document.h"

namespace rollcall::domain {

// The first four have school.
enum class DayKind : std::uint8_t {
  school_day,
  late_start,
  early_release,
  extra_day,  // classes on a day that has none by itself
  weekend,    // no classes on this weekday
  holiday,
  closure,
  outside_terms,
};
std::string_view name_of(DayKind kind);
constexpr bool has_school(DayKind kind) { return kind <= DayKind::extra_day; }

struct Bell {
  Period period{};
  std::int64_t start_ms{};
  std::int64_t end_ms{};
};

struct Day {
  LocalDate date{};
  DayKind kind{};
  bool announced{};        // on short notice
  std::string name{};      // of the holiday or the change; may be empty
  std::string term{};      // its name; the shortest that the day lies in
  std::string rotation{};  // "A"; empty: none
  std::string schedule{};  // id; empty without school
  std::vector<Bell> bells{};  // ascending by start; empty without school
};

// How far is looked for a school day: the longest summer, not eternity. A rotation runs as long after its start.
inline constexpr int kLookAheadDays = 400;

class Calendar {
 public:
  // Errors: invalid_argument with the field and a remedy: no time zone, no day with school, a bell schedule that is not
  // there, a late start that leaves no period.
  static Result<Calendar> make(const CalendarDocument& district, const CalendarDocument& school);

  const CalendarDocument& document() const { return document_; }  // merged
  const std::string& time_zone() const { return *document_.time_zone; }
  LocalDate date_at(std::int64_t utc_ms) const;

  DayKind kind_of(LocalDate date) const;
  bool is_school_day(LocalDate date) const { return has_school(kind_of(date)); }
  // Without what was announced.
  bool is_planned_school_day(LocalDate date) const;
  Day day(LocalDate date) const;

  // The n-th school day behind `date`; with 0 the first on it or behind it. Nothing when the next one is more than
  // kLookAheadDays away, such as behind the last term.
  std::optional<LocalDate> add_school_days(LocalDate date, int n) const;
  std::optional<LocalDate> next_school_day(LocalDate date) const { return add_school_days(date, 1); }
  // School days behind `from`, up to and with `to`; 0 when `to` is not behind it.
  int school_days_between(LocalDate from, LocalDate to) const;

  // Nothing without school.
  std::optional<BellSchedule> bell_schedule_of(LocalDate date) const;
  std::optional<std::int64_t> first_bell_ms(LocalDate date) const;
  std::optional<std::int64_t> last_bell_ms(LocalDate date) const;  // where the last period ends
  // The period that runs at this instant: of several the one that began last. Nothing between them and without school.
  std::optional<Bell> period_at(std::int64_t utc_ms) const;

 private:
  explicit Calendar(CalendarDocument document) : document_(std::move(document)) {}
  const Term* term_on(LocalDate date) const;  // null: in none
  const std::string& week_schedule(LocalDate date) const;
  const BellSchedule* schedule(std::string_view id) const;
  bool moves_rotation(LocalDate date) const;
  const Rotation::Day* rotation_day(LocalDate date) const;  // null: none
  DayKind usual_kind(LocalDate date) const;
  BellSchedule usual_bells(LocalDate date) const;
  BellSchedule bells_of(LocalDate date) const;
  Result<> check_references() const;
  Result<> check_bells() const;
  Result<> check_whole() const;

  CalendarDocument document_;
};

}  // namespace rollcall::domain
