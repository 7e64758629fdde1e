// The one text form of a calendar's document. Strict: a field that nobody knows would be a change that somebody
// believes was made.
#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <initializer_list>

#include "common/base/text.h"
#include "server/domain/calendar_document.h"

namespace rollcall::domain {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 7> kWeekdays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::string text_of(const json::string& text) { return std::string(text.data(), text.size()); }

// Reads values and keeps the first thing that is wrong; what is wrong reads as empty.
class Reader {
 public:
  Result<> done() const {
    if (wrong_) return std::unexpected(*wrong_);
    return {};
  }
  void refuse(const std::string& field, std::string_view message) {
    if (!wrong_) wrong_ = wrong_field(field, message).error();
  }

  const json::object* object(const json::value& value, const std::string& field,
                             std::initializer_list<std::string_view> known) {
    const auto* object = value.if_object();
    if (object == nullptr) {
      refuse(field, "must be an object");
      return nullptr;
    }
    for (const auto& entry : *object) {
      const std::string_view key(entry.key().data(), entry.key().size());
      if (std::ranges::find(known, key) == known.end()) refuse(path(field, printable(key)), "is not known here");
    }
    return object;
  }
  static std::string path(const std::string& field, std::string_view key) {
    return field.empty() ? std::string(key) : fmt::format("{}.{}", field, key);
  }

  std::string text(const json::object& object, const std::string& field, std::string_view key, bool required = true) {
    const auto* value = object.if_contains(key);
    if (value == nullptr && !required) return {};
    if (value == nullptr || !value->is_string()) {
      refuse(path(field, key), "must be text");
      return {};
    }
    return text_of(value->get_string());
  }
  int minutes(const json::object& object, const std::string& field, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return 0;
    if (const auto* number = value->if_int64(); number != nullptr && *number >= 0 && *number <= kMinutesOfDay) {
      return static_cast<int>(*number);
    }
    refuse(path(field, key), "must be a whole number of minutes");
    return 0;
  }
  bool flag(const json::object& object, const std::string& field, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return false;
    if (!value->is_bool()) refuse(path(field, key), "must be true or false");
    return value->is_bool() && value->get_bool();
  }
  int clock(const json::object& object, const std::string& field, std::string_view key) {
    const auto minute = parse_clock(text(object, field, key));
    if (!minute) refuse(path(field, key), "must be a time such as 07:40");
    return minute.value_or(0);
  }
  LocalDate date(std::string_view text, const std::string& field) {
    const auto date = parse_date(text);
    if (!date) refuse(field, "must be a date such as 2026-08-31");
    return date.value_or(LocalDate{});
  }
  LocalDate date(const json::object& object, const std::string& field, std::string_view key) {
    return date(text(object, field, key), path(field, key));
  }
  // The word, by its parser.
  template <class Parse>
  auto word(const json::object& object, const std::string& field, std::string_view key, Parse parse) {
    const auto value = parse(text(object, field, key));
    if (!value) refuse(path(field, key), "is not one of the words that are known here");
    return value.value_or(typename decltype(parse(std::string_view{}))::value_type{});
  }
  // Calls visit(value, field) for each item; an absent list has none.
  template <class Visit>
  void each(const json::object& object, const std::string& field, std::string_view key, Visit visit) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return;
    const auto* list = value->if_array();
    if (list == nullptr) return refuse(path(field, key), "must be a list");
    for (std::size_t i = 0; i < list->size(); ++i) visit((*list)[i], fmt::format("{}[{}]", path(field, key), i));
  }

 private:
  std::optional<Error> wrong_;
};

Term read_term(Reader& in, const json::value& value, const std::string& field) {
  Term out;
  if (const auto* it = in.object(value, field, {"id", "name", "first", "last"})) {
    out = {in.text(*it, field, "id"), in.text(*it, field, "name"), in.date(*it, field, "first"),
           in.date(*it, field, "last")};
  }
  return out;
}

BellSchedule read_schedule(Reader& in, const json::value& value, const std::string& field) {
  BellSchedule out;
  const auto* it = in.object(value, field, {"id", "name", "periods"});
  if (it == nullptr) return out;
  out.id = in.text(*it, field, "id");
  out.name = in.text(*it, field, "name");
  in.each(*it, field, "periods", [&](const json::value& item, const std::string& at) {
    const auto* period = in.object(item, at, {"name", "start", "end"});
    if (period == nullptr) return;
    out.periods.push_back({in.text(*period, at, "name"), in.clock(*period, at, "start"), in.clock(*period, at, "end")});
  });
  return out;
}

Rotation read_rotation(Reader& in, const json::value& value) {
  const std::string field = "rotation";
  Rotation out;
  const auto* it = in.object(value, field, {"none", "days", "starts", "counts"});
  if (it == nullptr) return out;
  if (in.flag(*it, field, "none")) {
    if (it->size() > 1) in.refuse("rotation.none", "and days exclude each other: leave one out");
    return out;
  }
  in.each(*it, field, "days", [&](const json::value& item, const std::string& at) {
    if (const auto* day = in.object(item, at, {"name", "schedule"})) {
      out.days.push_back({in.text(*day, at, "name"), in.text(*day, at, "schedule", false)});
    }
  });
  in.each(*it, field, "starts", [&](const json::value& item, const std::string& at) {
    out.starts.push_back(in.date(item.is_string() ? text_of(item.get_string()) : "", at));
  });
  if (it->contains("counts")) out.counts = in.word(*it, field, "counts", parse_rotation_counts);
  if (out.days.empty()) in.refuse("rotation.days", "are missing: name 2 to 10 such as A and B, or say `none`");
  return out;
}

Week read_week(Reader& in, const json::value& value) {
  Week out;
  const auto* it = in.object(value, "weekdays", {"mon", "tue", "wed", "thu", "fri", "sat", "sun"});
  if (it == nullptr) return out;
  for (std::size_t i = 0; i < kWeekdays.size(); ++i) out[i] = in.text(*it, "weekdays", kWeekdays[i], false);
  return out;
}

void read_changes(Reader& in, const json::object& object, std::string_view which, DayChanges& out) {
  in.each(object, "", which, [&](const json::value& item, const std::string& at) {
    const auto* it = in.object(item, at, {"date", "kind", "name", "schedule", "minutes"});
    if (it == nullptr) return;
    const DayChange change{in.word(*it, at, "kind", parse_change_kind), in.text(*it, at, "name", false),
                           in.text(*it, at, "schedule", false), in.minutes(*it, at, "minutes")};
    if (!out.emplace(in.date(*it, at, "date"), change).second) {
      in.refuse(at + ".date", "is there twice: keep one of them");
    }
  });
}

json::value write(const Rotation& rotation) {
  if (rotation.days.empty()) return json::object{{"none", true}};
  json::array days, starts;
  for (const auto& day : rotation.days) {
    json::object it{{"name", day.name}};
    if (!day.schedule.empty()) it["schedule"] = day.schedule;
    days.push_back(std::move(it));
  }
  for (const auto& start : rotation.starts) starts.push_back(json::string(iso_date(start)));
  return json::object{{"days", std::move(days)}, {"starts", std::move(starts)}, {"counts", name_of(rotation.counts)}};
}

json::array write(const DayChanges& changes) {
  json::array out;
  for (const auto& [date, change] : changes) {
    json::object it{{"date", iso_date(date)}, {"kind", name_of(change.kind)}};
    if (!change.name.empty()) it["name"] = change.name;
    if (!change.schedule.empty()) it["schedule"] = change.schedule;
    if (change.minutes != 0) it["minutes"] = change.minutes;
    out.push_back(std::move(it));
  }
  return out;
}

json::array write(const std::vector<BellSchedule>& schedules) {
  json::array out;
  for (const auto& schedule : schedules) {
    json::array periods;
    for (const auto& period : schedule.periods) {
      periods.push_back(json::object{
          {"name", period.name}, {"start", clock_text(period.start_minute)}, {"end", clock_text(period.end_minute)}});
    }
    out.push_back(json::object{{"id", schedule.id}, {"name", schedule.name}, {"periods", std::move(periods)}});
  }
  return out;
}

}  // namespace

std::string to_json(const CalendarDocument& document) {
  json::object out;
  if (document.time_zone) out["time_zone"] = *document.time_zone;
  if (document.terms) {
    json::array terms;
    for (const auto& term : *document.terms) {
      terms.push_back(json::object{
          {"id", term.id}, {"name", term.name}, {"first", iso_date(term.first)}, {"last", iso_date(term.last)}});
    }
    out["terms"] = std::move(terms);
  }
  if (document.terms_from_roster) out["terms_from_roster"] = true;
  if (document.weekdays) {
    json::object week;
    for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
      if (!(*document.weekdays)[i].empty()) week[kWeekdays[i]] = (*document.weekdays)[i];
    }
    out["weekdays"] = std::move(week);
  }
  if (!document.schedules.empty()) out["schedules"] = write(document.schedules);
  if (document.rotation) out["rotation"] = write(*document.rotation);
  if (!document.planned.empty()) out["planned"] = write(document.planned);
  if (!document.announced.empty()) out["announced"] = write(document.announced);
  return json::serialize(out);
}

Result<CalendarDocument> parse_calendar(std::string_view text) {
  if (text.size() > kMaxCalendarBytes) return fail(Errc::too_large, "a calendar is at most 512 KiB");
  boost::system::error_code failed;
  const auto value = json::parse(text, failed, {}, {.max_depth = 8});
  if (failed) return fail(Errc::invalid_argument, "this is not JSON");
  Reader in;
  CalendarDocument out;
  const auto* it = in.object(value, "", {"time_zone", "terms", "terms_from_roster", "weekdays", "schedules", "rotation",
                                         "planned", "announced"});
  if (it == nullptr) return fail(Errc::invalid_argument, "a calendar is a JSON object");
  if (it->contains("time_zone")) out.time_zone = in.text(*it, "", "time_zone");
  if (it->contains("terms")) {
    out.terms.emplace();
    in.each(*it, "", "terms", [&](const json::value& item, const std::string& at) {
      out.terms->push_back(read_term(in, item, at));
    });
  }
  out.terms_from_roster = in.flag(*it, "", "terms_from_roster");
  if (const auto* week = it->if_contains("weekdays")) out.weekdays = read_week(in, *week);
  in.each(*it, "", "schedules", [&](const json::value& item, const std::string& at) {
    out.schedules.push_back(read_schedule(in, item, at));
  });
  if (const auto* rotation = it->if_contains("rotation")) out.rotation = read_rotation(in, *rotation);
  read_changes(in, *it, "planned", out.planned);
  read_changes(in, *it, "announced", out.announced);
  TRY(in.done());
  TRY(check(out));
  return out;
}

}  // namespace rollcall::domain
