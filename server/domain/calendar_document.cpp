#include "server/domain/calendar_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "common/base/text.h"

namespace rollcall::domain {
namespace {

constexpr std::array<std::string_view, 5> kKinds{"school_day", "holiday", "closure", "late_start", "early_release"};
constexpr std::array<std::string_view, 3> kCounts{"weekdays", "planned_days", "school_days"};

template <class Enum, std::size_t N>
std::optional<Enum> parse_word(const std::array<std::string_view, N>& words, std::string_view text) {
  const auto found = std::ranges::find(words, text);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Result<> check_name(const std::string& name, const std::string& field, bool may_be_empty = false) {
  if (name.empty() && !may_be_empty) return wrong_field(field, "is missing: give it a name");
  if (name.size() > kMaxCalendarName) return wrong_field(field, "is too long: at most 100 bytes");
  if (printable(name) != name) return wrong_field(field, "holds characters that cannot be seen: type it again");
  return {};
}

Result<> check_terms(const std::vector<Term>& terms) {
  if (terms.size() > kMaxTerms) return wrong_field("terms", "are too many: at most 64");
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const auto& term = terms[i];
    const auto field = fmt::format("terms[{}]", i);
    TRY(check_name(term.id, field + ".id"));
    TRY(check_name(term.name, field + ".name"));
    if (!ids.insert(term.id).second) return wrong_field(field + ".id", "is there twice: give every term its own");
    if (term.last < term.first) return wrong_field(field + ".last", "is before the first day of the term");
    if ((term.last - term.first).count() >= kMaxTermDays) {
      return wrong_field(field + ".last", "is more than 400 days behind the first: make it two terms");
    }
  }
  return {};
}

// Lunch may lie within the fourth period; two that cross leave nobody knowing which of them it is.
Result<> check_overlap(const BellSchedule& schedule, std::size_t k, const std::string& at) {
  const auto& period = schedule.periods[k];
  for (std::size_t i = 0; i < k; ++i) {
    const auto& above = schedule.periods[i];
    if (above.start_minute == period.start_minute || period.start_minute >= above.end_minute) continue;
    if (period.end_minute <= above.end_minute) continue;
    const auto end = clock_text(above.end_minute);
    return wrong_field(at + ".start",
                       fmt::format("lies within \"{}\", which ends at {}, and goes on behind it: begin at {} or later,"
                                   " or end by then", above.name, end, end));
  }
  return {};
}

Result<> check_periods(const BellSchedule& schedule, const std::string& field) {
  if (schedule.periods.empty()) {
    return wrong_field(field + ".periods", "are missing: a day with classes has at least one");
  }
  if (schedule.periods.size() > kMaxPeriods) return wrong_field(field + ".periods", "are too many: at most 40");
  for (std::size_t k = 0; k < schedule.periods.size(); ++k) {
    const auto& period = schedule.periods[k];
    const auto at = fmt::format("{}.periods[{}]", field, k);
    TRY(check_name(period.name, at + ".name"));
    if (period.start_minute < 0 || period.end_minute > kMinutesOfDay || period.end_minute <= period.start_minute) {
      return wrong_field(at + ".end", "must be later than the start, on the same day");
    }
    if (k > 0 && std::pair(period.start_minute, period.end_minute) <
                     std::pair(schedule.periods[k - 1].start_minute, schedule.periods[k - 1].end_minute)) {
      return wrong_field(at + ".start", "is before the period above: put them in order");
    }
    TRY(check_overlap(schedule, k, at));
  }
  return {};
}

Result<> check_schedules(const std::vector<BellSchedule>& schedules) {
  if (schedules.size() > kMaxSchedules) return wrong_field("schedules", "are too many: at most 32");
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < schedules.size(); ++i) {
    const auto field = fmt::format("schedules[{}]", i);
    if (!is_id(schedules[i].id)) return wrong_field(field + ".id", "must be 1 to 64 of a-z 0-9 - _");
    if (!ids.insert(schedules[i].id).second) {
      return wrong_field(field + ".id", "is there twice: give every one its own");
    }
    TRY(check_name(schedules[i].name, field + ".name"));
    TRY(check_periods(schedules[i], field));
  }
  return {};
}

Result<> check_rotation(const Rotation& rotation) {
  if (rotation == Rotation{}) return {};  // none, whatever the district has
  if (rotation.days.size() < 2 || rotation.days.size() > kMaxRotationDays) {
    return wrong_field("rotation.days", "must be 2 to 10, such as A and B; who has no rotation says `none`");
  }
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < rotation.days.size(); ++i) {
    const auto field = fmt::format("rotation.days[{}].name", i);
    TRY(check_name(rotation.days[i].name, field));
    if (!names.insert(rotation.days[i].name).second) {
      return wrong_field(field, "is there twice: give every day its own");
    }
  }
  if (rotation.starts.empty()) {
    return wrong_field("rotation.starts", "are missing: say on which date the first day of the rotation falls");
  }
  if (rotation.starts.size() > kMaxRotationStarts) return wrong_field("rotation.starts", "are too many: at most 64");
  if (!std::ranges::is_sorted(rotation.starts, std::less_equal{})) {
    return wrong_field("rotation.starts", "must be in order, each date once");
  }
  return {};
}

Result<> check_changes(const DayChanges& changes, std::string_view which) {
  if (changes.size() > kMaxChanges) return wrong_field(std::string(which), "are too many: at most 2,000 dates");
  for (const auto& [date, change] : changes) {
    const auto field = fmt::format("{}[{}]", which, iso_date(date));
    TRY(check_name(change.name, field + ".name", true));
    const bool moves = change.kind == ChangeKind::late_start || change.kind == ChangeKind::early_release;
    if (!moves && change.minutes != 0) {
      return wrong_field(field + ".minutes", "belong to a late start or an early release only");
    }
    if (moves && change.schedule.empty() && (change.minutes < 1 || change.minutes > 720)) {
      return wrong_field(field + ".minutes", "must be 1 to 720, unless a bell schedule is named");
    }
    if (moves && !change.schedule.empty() && change.minutes != 0) {
      return wrong_field(field + ".minutes", "and a bell schedule exclude each other: leave one out");
    }
    if (!change.schedule.empty() && (change.kind == ChangeKind::holiday || change.kind == ChangeKind::closure)) {
      return wrong_field(field + ".schedule", "belongs to a day with classes only");
    }
  }
  return {};
}

template <class T>
const std::optional<T>& first_of(const std::optional<T>& own, const std::optional<T>& other) {
  return own ? own : other;
}

void put_over(DayChanges& below, const DayChanges& above) {
  for (const auto& [date, change] : above) below.insert_or_assign(date, change);
}

}  // namespace

std::unexpected<Error> wrong_field(std::string field, std::string_view message) {
  std::string text = fmt::format("{} {}", field, message);
  return fail(Errc::invalid_argument, std::move(text), std::move(field));
}

std::string_view name_of(ChangeKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::optional<ChangeKind> parse_change_kind(std::string_view text) { return parse_word<ChangeKind>(kKinds, text); }
std::string_view name_of(Rotation::Counts counts) { return kCounts[static_cast<std::size_t>(counts)]; }
std::optional<Rotation::Counts> parse_rotation_counts(std::string_view text) {
  return parse_word<Rotation::Counts>(kCounts, text);
}

std::string clock_text(int minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

std::optional<int> parse_clock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = parse_number<unsigned>(text.substr(0, 2)), minute = parse_number<unsigned>(text.substr(3));
  if (!hour || !minute || *minute > 59 || *hour * 60 + *minute > kMinutesOfDay) return std::nullopt;
  return static_cast<int>(*hour * 60 + *minute);
}

Result<> check(const CalendarDocument& document) {
  if (document.time_zone && !is_time_zone(*document.time_zone)) {
    return wrong_field("time_zone", "is not a time zone that is known here: choose one such as America/New_York");
  }
  if (document.terms) TRY(check_terms(*document.terms));
  if (document.terms_from_roster && !document.terms) {
    return wrong_field("terms", "are missing: what follows the roster begins with terms taken from it, or typed");
  }
  TRY(check_schedules(document.schedules));
  if (document.rotation) TRY(check_rotation(*document.rotation));
  TRY(check_changes(document.planned, "planned"));
  return check_changes(document.announced, "announced");
}

std::vector<std::string_view> differing_parts(const CalendarDocument& one, const CalendarDocument& other) {
  std::vector<std::string_view> out;
  const auto add = [&](bool differs, std::string_view name) {
    if (differs) out.push_back(name);
  };
  add(one.time_zone != other.time_zone, "time_zone");
  add(one.terms != other.terms || one.terms_from_roster != other.terms_from_roster, "terms");
  add(one.weekdays != other.weekdays, "weekdays");
  add(one.schedules != other.schedules, "schedules");
  add(one.rotation != other.rotation, "rotation");
  add(one.planned != other.planned, "planned");
  add(one.announced != other.announced, "announced");
  return out;
}

CalendarDocument merged(const CalendarDocument& district, const CalendarDocument& school) {
  CalendarDocument out = district;
  out.time_zone = first_of(school.time_zone, district.time_zone);
  out.terms = first_of(school.terms, district.terms);
  out.terms_from_roster = school.terms ? school.terms_from_roster : district.terms_from_roster;
  out.weekdays = first_of(school.weekdays, district.weekdays);
  out.rotation = first_of(school.rotation, district.rotation);
  for (const auto& schedule : school.schedules) {
    const auto same = std::ranges::find(out.schedules, schedule.id, &BellSchedule::id);
    if (same == out.schedules.end()) {
      out.schedules.push_back(schedule);
    } else {
      *same = schedule;
    }
  }
  put_over(out.planned, school.planned);
  put_over(out.announced, school.announced);
  return out;
}

}  // namespace rollcall::domain
