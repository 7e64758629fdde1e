#include "server/cli/program.h"

namespace rollcall::cli {

CLI::App* Program::check_command(CLI::App* checks, const char* name, const char* what, CheckAction action) {
  auto* made = api_command(checks, name, what, [this, action](ApiClient& api) {
    return action(api, options_.as_json, options_.check);
  });
  made->add_option("audit", options_.check.id, "Its id, as `rollcall check list` prints it")->required();
  return made;
}

void Program::declare_checks() {
  auto& arguments = options_.check;
  auto* checks = app_.add_subcommand("check", "Physical audits: scan a room, a cart or a pool")->require_subcommand(1);
  auto* listing = api_command(checks, "list", "Audits, newest first", [this](ApiClient& api) {
    return list_checks(api, options_.as_json, options_.check);
  });
  listing->add_option("--place", arguments.place, "Of one place, by its id");
  listing->add_option("--state", arguments.state, "open, closed or abandoned");
  auto* starting = api_command(checks, "start", "Begin the audit of a place", [this](ApiClient& api) {
    return start_check(api, options_.as_json, options_.check);
  });
  starting->add_option("place", arguments.place, "A place's id")->required();
  starting->add_option("--note", arguments.note, "For whoever looks back");
  check_command(checks, "show", "How far it is, and each device", show_check)
      ->add_option("--status", arguments.state, "missing, unexpected, unknown, scanned, seen, explained, …");
  check_command(checks, "scan", "Scan labels; without any, a line each from standard input", scan_in_check)
      ->add_option("label", arguments.codes, "Tags or serial numbers");
  auto* accounting = check_command(checks, "account", "Say what became of a device", account_in_check);
  accounting->add_option("item", arguments.item, "As `rollcall check show` prints it")->required();
  accounting
      ->add_option("outcome", arguments.outcome,
                   "Of a missing one found_elsewhere, with_person, in_repair, lost, stolen, disposed or other; "
                   "moved_here or noted")
      ->required();
  accounting->add_option("--note", arguments.note, "What is known of it");
  accounting->add_option("--person", arguments.person, "Who has it: a student number or id");
  accounting->add_option("--place", arguments.place, "Where it is: a place's id");
  for (const auto* how : {"close", "abandon"}) {
    const bool closes = how[0] == 'c';
    auto* ending = check_command(checks, how, closes ? "End it with its result" : "End it without a result",
                                 [how](ApiClient& api, bool as_json, const CheckArguments& given) {
                                   return end_check(api, as_json, how, given);
                                 });
    auto* note = ending->add_option("--note", arguments.note, closes ? "For whoever looks back" : "Why");
    if (!closes) note->required();
  }
}

}  // namespace rollcall::cli
