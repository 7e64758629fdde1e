#include "server/domain/calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace rollcall::domain {
namespace {

using std::chrono::days;

constexpr std::array<std::string_view, 8> kDayKinds{"school_day", "late_start", "early_release", "extra_day",
                                                    "weekend",    "holiday",    "closure",       "outside_terms"};

int first_minute(const BellSchedule& schedule) { return schedule.periods.front().start_minute; }
int last_minute(const BellSchedule& schedule) {
  return std::ranges::max(schedule.periods, {}, &Period::end_minute).end_minute;
}

// What is left of each period between the two minutes.
void cut(BellSchedule& schedule, int from_minute, int to_minute) {
  for (auto& period : schedule.periods) {
    period.start_minute = std::max(period.start_minute, from_minute);
    period.end_minute = std::min(period.end_minute, to_minute);
  }
  std::erase_if(schedule.periods, [](const Period& period) { return period.start_minute >= period.end_minute; });
  std::ranges::sort(schedule.periods, {}, [](const Period& period) {
    return std::pair(period.start_minute, period.end_minute);
  });
}

std::array<std::pair<std::string_view, const DayChanges*>, 2> layers(const CalendarDocument& document) {
  return {{{"planned", &document.planned}, {"announced", &document.announced}}};
}

const DayChange* find(const DayChanges& changes, LocalDate date) {
  const auto found = changes.find(date);
  return found == changes.end() ? nullptr : &found->second;
}

DayKind changed(DayKind kind, const DayChange* change) {
  if (change == nullptr) return kind;
  switch (change->kind) {
    case ChangeKind::school_day: return has_school(kind) ? DayKind::school_day : DayKind::extra_day;
    case ChangeKind::holiday: return DayKind::holiday;
    case ChangeKind::closure: return DayKind::closure;
    case ChangeKind::late_start: return has_school(kind) ? DayKind::late_start : kind;
    case ChangeKind::early_release: return has_school(kind) ? DayKind::early_release : kind;
  }
  return kind;
}

}  // namespace

std::string_view name_of(DayKind kind) { return kDayKinds[static_cast<std::size_t>(kind)]; }

Result<Calendar> Calendar::make(const CalendarDocument& district, const CalendarDocument& school) {
  Calendar out(merged(district, school));
  TRY(out.check_whole());
  return out;
}

LocalDate Calendar::date_at(std::int64_t utc_ms) const {
  const auto now = local_time(time_zone(), utc_ms);
  return now ? now->date : LocalDate{};
}

DayKind Calendar::usual_kind(LocalDate date) const {
  if (document_.terms && !document_.terms->empty() && term_on(date) == nullptr) return DayKind::outside_terms;
  return week_schedule(date).empty() ? DayKind::weekend : DayKind::school_day;
}

DayKind Calendar::kind_of(LocalDate date) const {
  const auto planned = changed(usual_kind(date), find(document_.planned, date));
  return changed(planned, find(document_.announced, date));
}

bool Calendar::is_planned_school_day(LocalDate date) const {
  return has_school(changed(usual_kind(date), find(document_.planned, date)));
}

Day Calendar::day(LocalDate date) const {
  Day out{.date = date, .kind = kind_of(date)};
  const auto* announced = find(document_.announced, date);
  const auto* change = announced != nullptr ? announced : find(document_.planned, date);
  out.announced = announced != nullptr;
  if (change != nullptr) out.name = change->name;
  if (const auto* term = term_on(date)) out.term = term->name;
  if (!has_school(out.kind)) return out;
  if (const auto* rotation = rotation_day(date)) out.rotation = rotation->name;
  const auto schedule = bells_of(date);
  out.schedule = schedule.id;
  for (const auto& period : schedule.periods) {
    out.bells.push_back({period, instant_ms(time_zone(), date, period.start_minute).value_or(0),
                         instant_ms(time_zone(), date, period.end_minute).value_or(0)});
  }
  return out;
}

std::optional<LocalDate> Calendar::add_school_days(LocalDate date, int n) const {
  if (n > 0) date += days(1);
  for (int left = std::max(n, 1), looked = 0; looked <= kLookAheadDays; date += days(1), ++looked) {
    if (!is_school_day(date)) continue;
    if (--left == 0) return date;
    looked = 0;
  }
  return std::nullopt;
}

int Calendar::school_days_between(LocalDate from, LocalDate to) const {
  int count = 0;
  while (from < to) count += is_school_day(from += days(1)) ? 1 : 0;
  return count;
}

std::optional<BellSchedule> Calendar::bell_schedule_of(LocalDate date) const {
  if (!is_school_day(date)) return std::nullopt;
  return bells_of(date);
}

std::optional<std::int64_t> Calendar::first_bell_ms(LocalDate date) const {
  const auto schedule = bell_schedule_of(date);
  if (!schedule) return std::nullopt;
  return instant_ms(time_zone(), date, first_minute(*schedule));
}

std::optional<std::int64_t> Calendar::last_bell_ms(LocalDate date) const {
  const auto schedule = bell_schedule_of(date);
  if (!schedule) return std::nullopt;
  return instant_ms(time_zone(), date, last_minute(*schedule));
}

std::optional<Bell> Calendar::period_at(std::int64_t utc_ms) const {
  const auto bells = day(date_at(utc_ms)).bells;
  const auto runs = [&](const Bell& bell) { return bell.start_ms <= utc_ms && utc_ms < bell.end_ms; };
  const auto found = std::ranges::find_if(bells.rbegin(), bells.rend(), runs);
  if (found == bells.rend()) return std::nullopt;
  return *found;
}

const Term* Calendar::term_on(LocalDate date) const {
  const Term* shortest = nullptr;
  if (!document_.terms) return shortest;
  for (const auto& term : *document_.terms) {
    if (date < term.first || term.last < date) continue;
    if (shortest == nullptr || term.last - term.first < shortest->last - shortest->first) shortest = &term;
  }
  return shortest;
}

const std::string& Calendar::week_schedule(LocalDate date) const {
  return (*document_.weekdays)[static_cast<std::size_t>(weekday_of(date) - 1)];
}

const BellSchedule* Calendar::schedule(std::string_view id) const {
  const auto found = std::ranges::find(document_.schedules, id, &BellSchedule::id);
  return found == document_.schedules.end() ? nullptr : &*found;
}

bool Calendar::moves_rotation(LocalDate date) const {
  switch (document_.rotation->counts) {
    case Rotation::Counts::weekdays: return !week_schedule(date).empty();
    case Rotation::Counts::planned_days: return is_planned_school_day(date);
    case Rotation::Counts::school_days: return is_school_day(date);
  }
  return false;
}

const Rotation::Day* Calendar::rotation_day(LocalDate date) const {
  if (!document_.rotation || document_.rotation->days.empty()) return nullptr;
  const auto& rotation = *document_.rotation;
  const auto behind = std::ranges::upper_bound(rotation.starts, date);
  if (behind == rotation.starts.begin()) return nullptr;
  LocalDate at = *std::prev(behind);
  if ((date - at).count() > kLookAheadDays) return nullptr;
  std::size_t moved = 0;
  for (; at < date; at += days(1)) moved += moves_rotation(at) ? 1 : 0;
  return &rotation.days[moved % rotation.days.size()];
}

BellSchedule Calendar::usual_bells(LocalDate date) const {
  const auto* rotation = rotation_day(date);
  if (rotation != nullptr && !rotation->schedule.empty()) return *schedule(rotation->schedule);
  if (!week_schedule(date).empty()) return *schedule(week_schedule(date));
  // An extra Saturday rings like the week's first day.
  const auto first = std::ranges::find_if(*document_.weekdays, [](const auto& id) { return !id.empty(); });
  return first == document_.weekdays->end() ? BellSchedule{} : *schedule(*first);
}

BellSchedule Calendar::bells_of(LocalDate date) const {
  auto bells = usual_bells(date);
  for (const auto* change : {find(document_.planned, date), find(document_.announced, date)}) {
    if (change == nullptr) continue;
    if (!change->schedule.empty()) {
      bells = *schedule(change->schedule);
    } else if (change->kind == ChangeKind::school_day) {
      bells = usual_bells(date);
    } else if (change->kind == ChangeKind::late_start && !bells.periods.empty()) {
      cut(bells, first_minute(bells) + change->minutes, kMinutesOfDay);
    } else if (change->kind == ChangeKind::early_release && !bells.periods.empty()) {
      cut(bells, 0, last_minute(bells) - change->minutes);
    }
  }
  return bells;
}

Result<> Calendar::check_references() const {
  constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  constexpr std::string_view kMissing = "names a bell schedule that is not there: add it, or choose another";
  for (std::size_t i = 0; i < kDays.size(); ++i) {
    const auto& id = (*document_.weekdays)[i];
    if (!id.empty() && schedule(id) == nullptr) return wrong_field(fmt::format("weekdays.{}", kDays[i]), kMissing);
  }
  if (document_.rotation) {
    for (std::size_t i = 0; i < document_.rotation->days.size(); ++i) {
      const auto& id = document_.rotation->days[i].schedule;
      if (!id.empty() && schedule(id) == nullptr) {
        return wrong_field(fmt::format("rotation.days[{}].schedule", i), kMissing);
      }
    }
  }
  for (const auto& [which, changes] : layers(document_)) {
    for (const auto& [date, change] : *changes) {
      if (!change.schedule.empty() && schedule(change.schedule) == nullptr) {
        return wrong_field(fmt::format("{}[{}].schedule", which, iso_date(date)), kMissing);
      }
    }
  }
  return {};
}

Result<> Calendar::check_bells() const {
  for (const auto& [which, changes] : layers(document_)) {
    for (const auto& [date, change] : *changes) {
      if (!is_school_day(date) || !bells_of(date).periods.empty()) continue;
      return wrong_field(fmt::format("{}[{}].{}", which, iso_date(date), change.minutes > 0 ? "minutes" : "kind"),
                   "leaves no period on that day: choose fewer minutes, a bell schedule, or a closure");
    }
  }
  return {};
}

Result<> Calendar::check_whole() const {
  if (!document_.time_zone) {
    return wrong_field("time_zone",
                       "is missing: choose one such as America/New_York, here or in the district's calendar");
  }
  constexpr std::string_view kNoDays =
      "leave no day with school: give at least one weekday a bell schedule, here or in the district's calendar";
  if (!document_.weekdays) return wrong_field("weekdays", kNoDays);
  TRY(check_references());
  const bool all_year = !document_.terms || document_.terms->empty();
  const bool some_weekday = std::ranges::any_of(*document_.weekdays, [](const auto& id) { return !id.empty(); });
  if (!some_weekday) return wrong_field("weekdays", kNoDays);
  const auto has_day = [&](const Term& term) {
    for (auto date = term.first; date <= term.last; date += days(1)) {
      if (is_planned_school_day(date)) return true;
    }
    return false;
  };
  if (!all_year && std::ranges::none_of(*document_.terms, has_day)) {
    return wrong_field("terms", "hold no day with school: make a term longer, or take holidays out of it");
  }
  return check_bells();
}

}  // namespace rollcall::domain
