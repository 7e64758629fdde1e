#include <utility>

#include "server/cli/program.h"

namespace rollcall::cli {

CLI::App* Program::calendar_command(const char* name, const char* what, OnCalendar action) {
  auto* made = api_command(calendar_, name, what, [this, action = std::move(action)](ApiClient& api) {
    return action(api, options_.calendar);
  });
  made->add_option("--school", options_.calendar.school, "A school's id; the whole district when it is left out");
  return made;
}

void Program::declare_calendar() {
  calendar_ = app_.add_subcommand("calendar", "School years: bells, holidays, snow")->require_subcommand(1);
  auto* showing = calendar_command("show", "Day by day", [this](ApiClient& api, const CalendarArguments& arguments) {
    return show_calendar(api, options_.as_json, arguments);
  });
  showing->add_option("--from", options_.calendar.from, "today, tomorrow, or such as 2026-08-31");
  showing->add_option("--to", options_.calendar.to, "Four weeks when it is left out");
  auto* listing = api_command(calendar_, "list", "The district and its schools on one day", [this](ApiClient& api) {
    return list_calendars(api, options_.as_json, options_.calendar);
  });
  listing->add_option("--date", options_.calendar.from, "today, tomorrow, or such as 2026-08-31");
  auto* importing = calendar_command(
      "import", "Plan the holidays of an .ics file or a YAML list", [this](ApiClient& api, const auto& arguments) {
        return import_holidays(api, files_, options_.as_json, arguments);
      });
  importing->add_option("file", options_.calendar.file, "An .ics or .yaml file")->required();
  importing->add_option("--date", options_.calendar.dates, "Only this of its dates; may be given again");
  dry_run(importing);
  auto* terms = calendar_command(
      "terms", "Take the terms from the roster", [this](ApiClient& api, const auto& arguments) {
        return take_terms(api, options_.as_json, arguments);
      });
  auto* follow = terms->add_flag("--follow", options_.calendar.follow, "Again after each import");
  terms->add_flag("--no-follow", options_.calendar.no_follow, "This once only")->excludes(follow);
  dry_run(terms);
  calendar_command("export", "What the district or a school says itself, as JSON", export_calendar);
  auto* setting = calendar_command("set", "Replace it by such a file", [this](ApiClient& api, const auto& arguments) {
    return set_calendar(api, files_, options_.as_json, arguments);
  });
  setting->add_option("file", options_.calendar.file, "A .json file")->required();
}

void Program::dry_run(CLI::App* command) {
  command->add_flag("--dry-run", options_.calendar.dry_run, "Say what would change, and change nothing");
}

CLI::App* Program::days_command(const char* name, const char* what,
                                Result<> (*action)(ApiClient&, bool, const CalendarArguments&)) {
  auto* made = calendar_command(name, what, [this, action](ApiClient& api, const auto& arguments) {
    return action(api, options_.as_json, arguments);
  });
  made->add_option("date", options_.calendar.dates, "today (when left out), tomorrow, or such as 2026-08-31");
  made->add_option("--reason", options_.calendar.reason, "What people read, such as Snow");
  made->add_flag("--undo", options_.calendar.undo, "Take it back");
  dry_run(made);
  return made;
}

void Program::declare_days() {
  days_command("close", "No school on short notice", close_school);
  for (auto* made : {days_command("late-start", "A later first bell on short notice", start_late),
                     days_command("early-release", "An earlier last bell on short notice", release_early)}) {
    auto* minutes = made->add_option("--minutes", options_.calendar.minutes, "By how much");
    minutes->check(CLI::Range(1, 720));
    made->add_option("--schedule", options_.calendar.schedule, "A bell schedule instead")->excludes(minutes);
  }
}

}  // namespace rollcall::cli
