#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "common/base/local_time.h"
#include "common/base/text.h"
#include "server/cli/commands.h"
#include "server/cli/output.h"

namespace rollcall::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxHolidayFile = 1 << 20;
constexpr std::size_t kMaxCalendarFile = 512 * 1024;
constexpr int kShownDays = 28;

std::string path_of(const CalendarArguments& arguments, std::string_view rest = {}) {
  return "/schools/" + segment(arguments.school.empty() ? "district" : arguments.school) + "/calendar" +
         std::string(rest);
}

std::string bells_cell(const json::value& day) {
  const auto first = cell(day, "first_bell");
  return first.empty() ? first : first + " to " + cell(day, "last_bell");
}

std::string kind_cell(const json::value& day) {
  auto kind = cell(day, "kind");
  std::ranges::replace(kind, '_', ' ');
  return cell(day, "announced") == "true" ? kind + " (announced)" : kind;
}

std::string_view weekday_name(LocalDate date) {
  constexpr std::string_view kWeekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  return kWeekdays[weekday_of(date) - 1];
}

// "today" and "tomorrow" are those of the place where the school is, not of this terminal.
class Dates {
 public:
  Dates(ApiClient& api, const CalendarArguments& arguments) : api_(api), arguments_(arguments) {}

  Result<LocalDate> of(const std::string& text) {
    if (text == "today") return today();
    if (text == "tomorrow") return TRY(today()) + std::chrono::days(1);
    if (const auto date = parse_date(text)) return *date;
    return fail(Errc::invalid_argument, "'" + text + "' is not a date: today, tomorrow, or such as 2026-08-31", "date");
  }
  Result<json::array> all() {
    json::array out;
    for (const auto& text : arguments_.dates) out.push_back(json::string(iso_date(TRY(of(text)))));
    if (out.empty()) out.push_back(json::string(iso_date(TRY(today()))));
    return out;
  }

 private:
  Result<LocalDate> today() {
    if (!today_) today_ = parse_date(cell(TRY(api_.get(path_of(arguments_))), "today"));
    if (!today_) {
      return fail(Errc::conflict, "there is no calendar yet: set it up in the console or with rollcall calendar set");
    }
    return *today_;
  }

  ApiClient& api_;
  const CalendarArguments& arguments_;
  std::optional<LocalDate> today_;
};

void print_effects(const json::value& answer, bool dry_run) {
  const auto& effects = list(answer, "effects");
  if (effects.empty()) print("No day changes.");
  if (!effects.empty()) {
    Table table({"DATE", "SCHOOL", "WAS", dry_run ? "WOULD BE" : "IS", "BELLS"});
    for (const auto& effect : effects) {
      const auto& after = effect.at("after");
      table.add({cell(after, "date"), cell(effect, "school"), kind_cell(effect.at("before")), kind_cell(after),
                 bells_cell(after)});
    }
    print(table.to_text());
    const auto total = cell(answer, "effects_total");
    if (total != std::to_string(effects.size())) print("and others: " + total + " in all");
  }
  for (const auto& kept : list(answer, "kept")) {
    const auto& day = kept.at("day");
    print("School " + cell(kept, "school") + " keeps to what it said itself of " + cell(day, "date") + ": " +
          kind_cell(day) + ". To change it too: --school " + cell(kept, "school"));
  }
}

// Sends what is wanted and prints `answer` as JSON, or as `people` see it.
template <class Print>
Result<> carry_out(ApiClient& api, bool as_json, const CalendarArguments& arguments, std::string_view rest,
                   json::object body, Print people) {
  if (arguments.dry_run) body["dry_run"] = true;
  const auto answer = TRY(api.send(net::Method::post, path_of(arguments, rest), body));
  if (as_json) print_json(answer);
  else people(answer);
  return {};
}

Result<> change(ApiClient& api, bool as_json, const CalendarArguments& arguments, json::object body) {
  if (arguments.undo) body = {{"kind", "as_planned"}};
  body["dates"] = TRY(Dates(api, arguments).all());
  if (!arguments.undo && !arguments.reason.empty()) body["name"] = arguments.reason;
  return carry_out(api, as_json, arguments, "/days", std::move(body), [&](const json::value& answer) {
    print_effects(answer, arguments.dry_run);
  });
}

Result<> move_bells(ApiClient& api, bool as_json, const CalendarArguments& arguments, std::string_view kind) {
  json::object body{{"kind", kind}};
  if (arguments.schedule.empty()) body["minutes"] = arguments.minutes;
  else body["schedule"] = arguments.schedule;
  return change(api, as_json, arguments, std::move(body));
}

Result<std::string> read_text(const Files& files, const std::string& path, std::size_t limit) {
  auto text = TRY(files.read(path, limit));
  if (!is_utf8(text)) return fail(Errc::invalid_argument, path + " is not UTF-8: save it as UTF-8", "file");
  return text;
}

void print_notes(const json::value& answer) {
  for (const auto& note : list(answer, "notes")) print("  " + text_of(note));
}

}  // namespace

Result<> show_calendar(ApiClient& api, bool as_json, const CalendarArguments& arguments) {
  Dates dates(api, arguments);
  const auto first = TRY(dates.of(arguments.from));
  const auto last = arguments.to.empty() ? first + std::chrono::days(kShownDays - 1) : TRY(dates.of(arguments.to));
  const auto answer = TRY(api.get(path_of(arguments, "/days"), {{"from", iso_date(first)}, {"to", iso_date(last)}}));
  if (as_json) {
    print_json(answer);
    return {};
  }
  Table table({"DATE", "DAY", "KIND", "BELLS", "ROTATION", "TERM", "NAME"});
  for (const auto& day : list(answer, "items")) {
    const auto date = parse_date(cell(day, "date"));
    table.add({cell(day, "date"), std::string(date ? weekday_name(*date) : ""), kind_cell(day), bells_cell(day),
               cell(day, "rotation"), cell(day, "term"), cell(day, "name")});
  }
  print(table.to_text());
  print("Bells are in the time of " + cell(answer, "time_zone") + ".");
  return {};
}

Result<> list_calendars(ApiClient& api, bool as_json, const CalendarArguments& arguments) {
  std::string date;
  if (arguments.from != "today") date = iso_date(TRY(Dates(api, arguments).of(arguments.from)));
  const auto answer = TRY(api.get("/calendars", {{"date", date}}));
  if (as_json) {
    print_json(answer);
    return {};
  }
  Table table({"SCHOOL", "DATE", "KIND", "BELLS", "NAME", "SAYS ITSELF"});
  for (const auto& it : list(answer, "items")) {
    const auto* day = it.as_object().if_contains("day");
    std::string says;
    for (const auto& part : list(it, "differs")) says += (says.empty() ? "" : ", ") + text_of(part);
    if (day) {
      table.add({cell(it, "school"), cell(*day, "date"), kind_cell(*day), bells_cell(*day), cell(*day, "name"), says});
    } else {
      table.add({cell(it, "school"), "", "no calendar yet", "", "", says});
    }
  }
  print(table.to_text());
  return {};
}

Result<> close_school(ApiClient& api, bool as_json, const CalendarArguments& arguments) {
  return change(api, as_json, arguments, {{"kind", "closure"}});
}

Result<> start_late(ApiClient& api, bool as_json, const CalendarArguments& arguments) {
  return move_bells(api, as_json, arguments, "late_start");
}

Result<> release_early(ApiClient& api, bool as_json, const CalendarArguments& arguments) {
  return move_bells(api, as_json, arguments, "early_release");
}

Result<> import_holidays(ApiClient& api, const Files& files, bool as_json, const CalendarArguments& arguments) {
  json::object body{{"text", TRY(read_text(files, arguments.file, kMaxHolidayFile))}};
  if (!arguments.dates.empty()) body["dates"] = TRY(Dates(api, arguments).all());
  return carry_out(api, as_json, arguments, "/import", std::move(body), [&](const json::value& answer) {
    print("Entries in the file: " + cell(answer, "entries") + "; dates from a year ago on: " +
          std::to_string(list(answer, "holidays").size()) + ".");
    print_notes(answer);
    print_effects(answer, arguments.dry_run);
  });
}

Result<> take_terms(ApiClient& api, bool as_json, const CalendarArguments& arguments) {
  json::object body;
  if (arguments.follow || arguments.no_follow) body["follow"] = arguments.follow;
  return carry_out(api, as_json, arguments, "/terms", std::move(body), [&](const json::value& answer) {
    Table table({"TERM", "FIRST", "LAST"});
    for (const auto& term : list(answer, "after")) {
      table.add({cell(term, "name"), cell(term, "first"), cell(term, "last")});
    }
    print(table.to_text());
    print_notes(answer);
    print(cell(answer, "follow") == "true" ? "They are taken again after each import of a roster."
                                           : "An import of a roster does not change them; --follow lets it.");
    print_effects(answer, arguments.dry_run);
  });
}

Result<> export_calendar(ApiClient& api, const CalendarArguments& arguments) {
  print_json(TRY(api.get(path_of(arguments))).at("own"));
  return {};
}

Result<> set_calendar(ApiClient& api, const Files& files, bool as_json, const CalendarArguments& arguments) {
  const auto text = TRY(read_text(files, arguments.file, kMaxCalendarFile));
  boost::system::error_code error;
  const auto document = json::parse(text, error);
  if (error) return fail(Errc::invalid_argument, arguments.file + " is not JSON: " + error.message(), "file");
  const auto now = TRY(api.get(path_of(arguments)));
  const auto answer = TRY(api.replace(path_of(arguments), document, "\"v" + cell(now, "version") + "\""));
  if (as_json) print_json(answer);
  else print("Written as version " + cell(answer, "version") + ".");
  return {};
}

}  // namespace rollcall::cli
