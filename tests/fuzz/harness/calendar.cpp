// A school's year as JSON: what is taken is its own text form, and the rules that follow from it agree with each other.
#include <chrono>
#include <vector>

#include "common/base/text.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/domain/calendar_fixture.h"

namespace rollcall::fuzz {
namespace {

using domain::Calendar;
using domain::CalendarDocument;
using std::chrono::days;

constexpr std::size_t kDates = 24;

// Dates about which the document says something, and their neighbors.
std::vector<LocalDate> dates_of(const CalendarDocument& document) {
  std::vector<LocalDate> dates{domain::on("2026-09-07")};
  for (const auto* changes : {&document.planned, &document.announced}) {
    for (const auto& [date, change] : *changes) dates.push_back(date);
  }
  if (document.terms) {
    for (const auto& term : *document.terms) dates.push_back(term.first), dates.push_back(term.last + days(1));
  }
  if (document.rotation) dates.insert(dates.end(), document.rotation->starts.begin(), document.rotation->starts.end());
  if (dates.size() > kDates) dates.resize(kDates);
  return dates;
}

void check_day(const Calendar& calendar, LocalDate date) {
  const auto day = calendar.day(date);
  const bool school = domain::has_school(day.kind);
  promise(school == calendar.is_school_day(date), "a day says once whether it has school");
  promise(school == !day.bells.empty(), "there are bells exactly when there is school");
  promise(calendar.first_bell_ms(date).has_value() == school, "and a first one");
  std::int64_t before = INT64_MIN;
  for (const auto& bell : day.bells) {
    promise(before <= bell.start_ms && bell.start_ms <= bell.end_ms, "bells are in order");
    promise(bell.end_ms <= *calendar.last_bell_ms(date), "the last bell is the last");
    before = bell.start_ms;
  }
  const auto next = calendar.next_school_day(date);
  if (!next) return;
  promise(*next > date && calendar.is_school_day(*next), "the next school day comes later and has school");
  promise(calendar.school_days_between(date, *next) == 1, "with none between");
}

void check(const CalendarDocument& district, const CalendarDocument& school) {
  const auto calendar = Calendar::make(district, school);
  if (!calendar) {
    const auto& error = calendar.error();
    promise(error.code == Errc::invalid_argument && !error.field.empty(), "what is wrong has a field");
    return promise(printable(error.message) == error.message, "and can be shown");
  }
  for (const auto date : dates_of(school)) check_day(*calendar, date);
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  static const auto district = domain::sample_year();
  const auto document = domain::parse_calendar(fuzz::text_of(data, size));
  if (!document) {
    const auto& error = document.error();
    const bool senders = error.code == Errc::invalid_argument || error.code == Errc::too_large;
    fuzz::promise(senders, "bad input is the sender's fault");
    fuzz::promise(printable(error.message) == error.message, "an error can be shown");
    return 0;
  }
  const auto json = domain::to_json(*document);
  const auto again = domain::parse_calendar(json);
  fuzz::promise(again && *again == *document && domain::to_json(*again) == json, "a document is its text form");
  fuzz::check({}, *document);
  fuzz::check(district, *document);
  return 0;
}
