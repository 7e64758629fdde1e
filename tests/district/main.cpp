// rollcall-sim: a school district of simulated laptops against a server. See rollcall-sim(1).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>

#include "common/base/clock.h"
#include "tests/district/model/calendar.h"
#include "tests/district/model/school.h"
#include "tests/district/run.h"

namespace rollcall::district {
namespace {

struct SchoolsOptions {
  std::string zone = "America/New_York";
  bool in_session{}, every_day{}, ids{};
};

Result<> print_schools(const SchoolsOptions& options) {
  if (options.ids) {
    for (const School& school : schools()) fmt::print("{}\n", school.id);
    return {};
  }
  const std::int64_t now_ms = SystemClock().wall_ms();
  Calendar::Rules rules{.zone = options.in_session ? zone_in_session(options.zone, now_ms) : options.zone};
  const auto calendar = TRY(Calendar::open(rules));
  if (options.every_day) rules.weekdays = {1, 2, 3, 4, 5, 6, 7};
  if (options.in_session) {
    const int today = static_cast<int>(date::weekday(calendar.date_of(now_ms)).iso_encoding());
    if (std::ranges::find(rules.weekdays, today) == rules.weekdays.end()) rules.weekdays.push_back(today);
  }
  fmt::print("{}", schools_yaml(rules.zone, rules.weekdays));
  return {};
}

int main_of(int argc, char** argv) {
  CLI::App program("A school district of simulated laptops. See rollcall-sim(1).", "rollcall-sim");
  program.set_version_flag("--version", ROLLCALL_VERSION);
  program.require_subcommand(1);

  RunOptions running;
  auto* run_command = program.add_subcommand("run", "Laptops that live, enroll and report");
  run_command->add_option("--config", running.config, "The server's configuration")->required();
  run_command->add_option("--state", running.state, "Folder for keys and certificates of the laptops")->required();
  run_command->add_option("--token", running.tokens, "SCHOOL=TOKEN, or TOKEN; for laptops that are not enrolled yet");
  run_command->add_option("--server", running.server, "HOST[:PORT] of the agents' door")->capture_default_str();
  run_command->add_option("--devices", running.devices, "How many")->check(CLI::Range(1, 200'000))->capture_default_str();
  run_command->add_option("--seed", running.seed, "Who they are and what happens to them")->capture_default_str();
  run_command->add_flag("!--no-holidays", running.holidays, "Term time all year round");
  run_command->add_option("--days", running.days, "Simulated days; without it, until stopped");
  run_command->add_flag("--history", running.history, "Until an accelerated clock has caught up, sent in backlogs");
  run_command->add_option("--at-once", running.at_once, "Check-ins under way")->check(CLI::Range(1, 10'000))->capture_default_str();
  run_command->add_option("--status", running.status_s, "Seconds between lines on the terminal")->check(CLI::Range(1, 86'400))->capture_default_str();

  SchoolsOptions listing;
  auto* schools_command = program.add_subcommand("schools", "Print the `schools:` section of a matching server.yaml");
  schools_command->add_option("--zone", listing.zone, "The district's time zone")->capture_default_str();
  schools_command->add_flag("--in-session", listing.in_session, "Another zone and today, if that is where it is a school morning now");
  schools_command->add_flag("--every-day", listing.every_day, "School on weekends as well, for a full day whenever it is run");
  schools_command->add_flag("--ids", listing.ids, "Only the schools' ids");

  CLI11_PARSE(program, argc, argv);
  const auto done = run_command->parsed() ? run(running) : print_schools(listing);
  if (done) return 0;
  fmt::print(stderr, "rollcall-sim: {}\n", done.error().message);
  return 1;
}

}  // namespace
}  // namespace rollcall::district

int main(int argc, char** argv) { return rollcall::district::main_of(argc, argv); }
