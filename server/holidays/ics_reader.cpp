// libical reads the file; what it is asked is bounded here, because a few bytes of it can name a million repetitions.
#include <fmt/format.h>
#include <libical/ical.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <utility>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "server/holidays/holiday_list.h"

namespace rollcall::holidays {
namespace {

using std::chrono::days;

constexpr std::size_t kMaxComponents = 6'000;  // of any kind
constexpr int kMaxRepetitions = 20'000;        // of all events together, wanted or not
constexpr int kMaxRepeating = 200;             // events with a rule
constexpr int kMaxDays = 400;                  // of one event
constexpr std::int64_t kWholeDayMs = 6 * kHourMs;

struct Free {
  void operator()(icalcomponent* it) const { icalcomponent_free(it); }
  void operator()(icalrecur_iterator* it) const { icalrecur_iterator_free(it); }
};
using Component = std::unique_ptr<icalcomponent, Free>;

// Outlook's names of the zones that schools in the United States are in.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kWindowsZones{{
    {"Eastern Standard Time", "America/New_York"},
    {"US Eastern Standard Time", "America/Indiana/Indianapolis"},
    {"Central Standard Time", "America/Chicago"},
    {"Mountain Standard Time", "America/Denver"},
    {"US Mountain Standard Time", "America/Phoenix"},
    {"Pacific Standard Time", "America/Los_Angeles"},
    {"Alaskan Standard Time", "America/Anchorage"},
    {"Hawaiian Standard Time", "Pacific/Honolulu"},
}};

// libical frees what it read by recursion, one level a component, and complains on the terminal of an END too many.
Result<> check_components(std::string_view lines) {
  std::size_t components = 0, open = 0;
  for (const auto line : split(lines, '\n')) {
    const auto name = line.substr(0, line.find_first_of(":;"));
    if (equal_ignoring_case(name, "begin")) ++components, ++open;
    if (!equal_ignoring_case(name, "end")) continue;
    if (open-- == 0) return fail(Errc::invalid_argument, "the file ends something that it did not begin");
  }
  if (components > kMaxComponents) return fail(Errc::too_large, "the file holds more than 6,000 events");
  if (open > 0) return fail(Errc::invalid_argument, "the file is cut off: its end is missing");
  return {};
}

// A line that begins with a space goes on with the line before it.
std::string unfolded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (auto line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool goes_on = line.starts_with(' ') || line.starts_with('\t');
    if (goes_on && !out.empty()) out.pop_back();
    if (goes_on) line.remove_prefix(1);
    // An empty line with its continuation would be a folded line once more.
    if (goes_on && (out.empty() || out.ends_with('\n'))) line = trim(line);
    if (line.empty() && !goes_on) continue;
    out.append(line);
    out.push_back('\n');
  }
  // libical's own text ends at a NUL.
  std::ranges::replace(out, '\0', '?');
  return out;
}

std::optional<LocalDate> date_of(const icaltimetype& time) {
  const std::chrono::year_month_day date{std::chrono::year(time.year), std::chrono::month(static_cast<unsigned>(time.month)),
                                         std::chrono::day(static_cast<unsigned>(time.day))};
  if (!date.ok() || time.year < 1990 || time.year > 2199) return std::nullopt;
  return LocalDate(date);
}

class IcsReader {
 public:
  IcsReader(std::string_view zone, Collector& out) : zone_(zone), out_(out) {}

  void read(icalcomponent* component, int depth) {
    if (icalcomponent_isa(component) == ICAL_VEVENT_COMPONENT) return read_event(component);
    if (depth == 4) return;
    for (auto* child = icalcomponent_get_first_component(component, ICAL_ANY_COMPONENT); child != nullptr;
         child = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT)) {
      read(child, depth + 1);
    }
  }

 private:
  struct Event {
    icalcomponent* component{};
    std::string name{};
    LocalDate first{};
    bool whole_day{};
    int start_minute{};
    std::int64_t length_ms{};  // of a timed event
    int days{};                // of a whole-day event
    std::string zone{};
  };

  void read_event(icalcomponent* component) {
    out_.count();
    auto* start = icalcomponent_get_first_property(component, ICAL_DTSTART_PROPERTY);
    const auto* summary = icalcomponent_get_summary(component);
    Event event{.component = component, .name = summary == nullptr ? "" : std::string(clip_utf8(summary, kMaxName))};
    if (start == nullptr) return leave_out(event, "it has no start");
    if (icalcomponent_get_status(component) == ICAL_STATUS_CANCELLED) return leave_out(event, "it was canceled");
    const auto from = icalproperty_get_dtstart(start);
    const auto first = date_of(from);
    if (!first) return leave_out(event, "its date is not between 1990 and 2199");
    event.first = *first;
    event.whole_day = from.is_date != 0;
    event.start_minute = std::clamp(from.hour * 60 + from.minute, 0, kMinutesOfDay);
    event.zone = zone_of(start, from);
    if (!measure(event, from)) return;
    each_start(event, from, [&](LocalDate date) { add(event, date); });
  }

  // Length of the event; false when it was left out.
  bool measure(Event& event, const icaltimetype& from) {
    auto* end = icalcomponent_get_first_property(event.component, ICAL_DTEND_PROPERTY);
    auto* duration = icalcomponent_get_first_property(event.component, ICAL_DURATION_PROPERTY);
    std::int64_t length_ms = event.whole_day ? kDayMs : 0;
    if (end != nullptr) {
      const auto to = icalproperty_get_dtend(end);
      const auto last = date_of(to);
      if (!last) return leave_out(event, "its end is not a date"), false;
      const auto from_ms = instant(event.first, from, event.zone);
      length_ms = instant(*last, to, event.whole_day ? event.zone : zone_of(end, to)) - from_ms;
      if (event.whole_day) length_ms = (*last - event.first).count() * kDayMs;
    } else if (duration != nullptr) {
      length_ms = std::int64_t{icaldurationtype_as_int(icalproperty_get_duration(duration))} * kSecondMs;
    }
    if (length_ms < 0 || length_ms > kMaxDays * kDayMs) return leave_out(event, "it does not end, or before it starts"), false;
    event.length_ms = length_ms;
    event.days = static_cast<int>(std::max<std::int64_t>(1, length_ms / kDayMs));
    return true;
  }

  std::string zone_of(icalproperty* property, const icaltimetype& time) {
    if (icaltime_is_utc(time)) return "UTC";
    auto* parameter = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    const char* text = parameter == nullptr ? nullptr : icalparameter_get_tzid(parameter);
    if (text == nullptr) return zone_;
    const std::string_view name(text);
    if (is_time_zone(name)) return std::string(name);
    const auto windows = std::ranges::find(kWindowsZones, name, &std::pair<std::string_view, std::string_view>::first);
    if (windows != kWindowsZones.end()) return std::string(windows->second);
    // Some programs write "/vendor/America/New_York".
    for (auto at = name.find('/'); at != std::string_view::npos; at = name.find('/', at + 1)) {
      if (is_time_zone(name.substr(at + 1))) return std::string(name.substr(at + 1));
    }
    if (time.is_date == 0) {
      out_.note(fmt::format("The time zone \"{}\" is not known here; the school's was taken.", clip_utf8(name, 60)));
    }
    return zone_;
  }

  static std::int64_t instant(LocalDate date, const icaltimetype& time, const std::string& zone) {
    const int minute = time.is_date != 0 ? 0 : std::clamp(time.hour * 60 + time.minute, 0, kMinutesOfDay);
    return instant_ms(zone, date, minute).value_or(0);
  }

  // Calls visit(date) with the first day of every repetition within reach.
  template <class Visit>
  void each_start(const Event& event, const icaltimetype& from, Visit visit) {
    const auto excluded = dates(event.component, ICAL_EXDATE_PROPERTY);
    for (const auto date : dates(event.component, ICAL_RDATE_PROPERTY)) {
      if (!excluded.contains(date)) visit(date);
    }
    auto* rule_property = icalcomponent_get_first_property(event.component, ICAL_RRULE_PROPERTY);
    if (rule_property == nullptr) {
      if (!excluded.contains(event.first)) visit(event.first);
      return;
    }
    auto rule = icalproperty_get_rrule(rule_property);
    if (rule.freq < ICAL_DAILY_RECURRENCE || rule.freq > ICAL_YEARLY_RECURRENCE || ++repeating_ > kMaxRepeating) {
      leave_out(event, "its repetition is not one of a holiday; its first day was taken");
      return visit(event.first);
    }
    auto start = from;
    start.zone = nullptr;
    const std::unique_ptr<icalrecur_iterator, Free> iterator(icalrecur_iterator_new(rule, start));
    if (iterator == nullptr) return leave_out(event, "its repetition does not read");
    for (;;) {
      const auto date = date_of(icalrecur_iterator_next(iterator.get()));
      if (!date || *date > out_.range().last) return;
      if (++repetitions_ > kMaxRepetitions) return leave_out(event, "the file has too many repetitions");
      if (*date >= out_.range().first - days(kMaxDays) && !excluded.contains(*date)) visit(*date);
    }
  }

  std::set<LocalDate> dates(icalcomponent* component, icalproperty_kind kind) {
    std::set<LocalDate> out;
    for (auto* property = icalcomponent_get_first_property(component, kind); property != nullptr;
         property = icalcomponent_get_next_property(component, kind)) {
      const auto time = kind == ICAL_EXDATE_PROPERTY ? icalproperty_get_exdate(property) : icalproperty_get_rdate(property).time;
      if (const auto date = date_of(time)) out.insert(*date);
    }
    return out;
  }

  void add(const Event& event, LocalDate date) {
    if (event.whole_day) return out_.add(date, date + days(event.days - 1), event.name);
    // A game at seven closes no school, a closure from eight to five does: a day counts when most of it is taken.
    const auto from_ms = instant_ms(event.zone, date, event.start_minute).value_or(0), to_ms = from_ms + event.length_ms;
    const auto begins = local_time(zone_, from_ms), ends = local_time(zone_, std::max(from_ms, to_ms - 1));
    if (!begins || !ends) return;
    bool counts = false;
    for (auto day = begins->date; day <= ends->date; day += days(1)) {
      const auto midnight = instant_ms(zone_, day, 0).value_or(0), next = instant_ms(zone_, day + days(1), 0).value_or(0);
      if (std::min(next, to_ms) - std::max(midnight, from_ms) < kWholeDayMs) continue;
      out_.add(day, day, event.name);
      counts = true;
    }
    if (!counts) leave_out(event, "it takes less than six hours of a day");
  }

  void leave_out(const Event& event, std::string_view why) {
    out_.note(fmt::format("\"{}\" was left out: {}.", event.name.empty() ? "An event without a name" : event.name, why));
  }

  std::string zone_;
  Collector& out_;
  int repetitions_{};
  int repeating_{};
};

}  // namespace

Result<> read_ics(std::string_view text, std::string_view zone, Collector& out) {
  // Its default is to abort the program on a bad file.
  icalerror_set_errors_are_fatal(0);
  const auto lines = unfolded(text);
  TRY(check_components(lines));
  const Component root(icalparser_parse_string(lines.c_str()));
  if (root == nullptr) return fail(Errc::invalid_argument, "this is not a calendar file that can be read");
  IcsReader(zone, out).read(root.get(), 0);
  return {};
}

}  // namespace rollcall::holidays
