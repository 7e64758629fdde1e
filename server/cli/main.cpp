#include <cstdio>
#include <string>
#include <utility>

#include "server/cli/completion.h"
#include "server/cli/output.h"
#include "server/cli/profile.h"
#include "server/cli/program.h"
#include "server/cli/terminal.h"

namespace rollcall::cli {
namespace {

int exit_code(Errc code) {
  switch (code) {
    case Errc::invalid_argument: return 2;
    case Errc::not_found: return 3;
    case Errc::unauthenticated:
    case Errc::permission_denied: return 4;
    case Errc::unavailable:
    case Errc::timeout: return 5;
    case Errc::conflict:
    case Errc::already_exists: return 6;
    default: return 1;
  }
}

}  // namespace

Program::Program()
    : app_("Rollcall from the command line: devices, enrollment tokens, the roster, calendars and live events.",
           "rollcall") {
  app_.require_subcommand(1);
  app_.fallthrough();
  app_.set_version_flag("--version", ROLLCALL_VERSION);
  app_.add_option("--profile", options_.profile, "Which server and session (default ~/.config/rollcall/profile.yaml)")
      ->envname("ROLLCALL_PROFILE")
      ->type_name("FILE");
  app_.add_flag("--json", options_.as_json, "The server's own JSON instead of a table");
  app_.footer(
      "Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 not found, 4 not signed in or not allowed,\n"
      "5 server not reachable, 6 conflict.");
  declare_session();
  declare_find();
  declare_devices();
  declare_labels();
  declare_tokens();
  declare_imports();
  declare_exports();
  declare_calendar();
  declare_days();
  declare_assets();
  declare_records("models", "The catalog of device models");
  declare_records("places", "Rooms, carts, pools, benches, vendors and storage");
  declare_custody();
  declare_checks();
  declare_receiving();
  declare_others();
}

int Program::run(int argc, char** argv) {
  try {
    app_.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app_.exit(error) == 0 ? 0 : 2;
  }
  const auto done = action_();
  if (done) return 0;
  const auto& error = done.error();
  std::fprintf(stderr, "rollcall: %s%s%s\n", error.field.c_str(), error.field.empty() ? "" : ": ",
               error.message.c_str());
  return exit_code(error.code);
}

Result<std::string> Program::profile_path() const {
  if (!options_.profile.empty()) return options_.profile;
  return TRY(home_folder()) + "/.config/rollcall/profile.yaml";
}

CLI::App* Program::command(CLI::App* parent, const char* name, const char* what, Action action) {
  auto* made = parent->add_subcommand(name, what);
  made->callback([this, action = std::move(action)] { action_ = action; });
  return made;
}

CLI::App* Program::api_command(CLI::App* parent, const char* name, const char* what, ApiAction action) {
  return command(parent, name, what, [this, action = std::move(action)]() -> Result<> {
    const auto profile = TRY(read_profile(files_, TRY(profile_path())));
    auto api = TRY(ApiClient::open(profile, clock_));
    return action(api);
  });
}

void Program::declare_session() {
  auto* login_command = command(&app_, "login", "Sign in and keep the session in the profile", [this]() -> Result<> {
    return login(files_, clock_, TRY(profile_path()), options_.login);
  });
  login_command->add_option("--server", options_.login.server, "https://HOST:PORT of the console")->required();
  login_command->add_option("--name", options_.login.name, "Your account")->required();
  login_command->add_option("--ca", options_.login.authority_file, "The server's CA in PEM (from https://HOST:PORT/ca.pem)");
  command(&app_, "logout", "End the session", [this]() -> Result<> {
    return logout(files_, clock_, TRY(profile_path()));
  });
}

void Program::declare_find() {
  auto* finding = api_command(&app_, "find", "Whatever has this tag, serial number, name, student number or model",
                              [this](ApiClient& api) { return find_anything(api, options_.as_json, options_.find); });
  finding->add_option("words", options_.find.words, "As you would say them; a slip is forgiven")->required();
  finding->add_option("--kind", options_.find.kind, "device or person");
  finding->add_option("--limit", options_.find.limit, "Of each kind")->check(CLI::Range(1, 50));
}

void Program::declare_devices() {
  auto* devices = app_.add_subcommand("devices", "List, show, look back, add and change")->require_subcommand(1);
  auto* listing = api_command(devices, "list", "Devices that match", [this](ApiClient& api) {
    return list_devices(api, options_.as_json, options_.list);
  });
  listing->add_option("--search", options_.list.search, "Part of a tag, serial number, model or id");
  listing->add_option("--state", options_.list.state, "online, asleep, shut_down, flat, silent, never or no_agent");
  listing->add_option("--verdict", options_.list.verdict, "good, watch, replace, implausible, unknown or none");
  listing->add_option("--school", options_.list.school, "A school's id, or none");
  listing->add_option("--age", options_.list.age, "minutes_15, hour, day, week, month, older or never");
  listing->add_option("--kind", options_.list.kind, "laptop, tablet, hotspot, charger, cart or other");
  listing->add_option("--lifecycle", options_.list.lifecycle,
                      "ordered, received, tagged, ready, deployed, in_repair …");
  listing->add_option("--flag", options_.list.flag, "lost, stolen or on_hold");
  listing->add_option("--held-by", options_.list.held_by, "nobody, person, room, cart, pool, bench, vendor or storage");
  listing->add_option("--sort", options_.list.sort, "tag, serial, model, school, state, verdict, percent, last_report or created");
  listing->add_option("--order", options_.list.order, "asc or desc");
  listing->add_option("--limit", options_.list.limit, "Rows a page")->check(CLI::Range(1, 1000));
  listing->add_flag("--all", options_.list.all, "Every page");

  auto* showing = api_command(devices, "show", "Everything known of one device", [this](ApiClient& api) {
    return show_device(api, options_.as_json, options_.which);
  });
  showing->add_option("device", options_.which, "An id, a tag or a serial number")->required();

  auto* history = api_command(devices, "history", "What happened to a device, newest first", [this](ApiClient& api) {
    return device_history(api, options_.as_json, options_.which, options_.events_only, options_.history_limit);
  });
  history->add_option("device", options_.which, "An id, a tag or a serial number")->required();
  history->add_flag("--events", options_.events_only, "Leave out scheduled reports");
  history->add_option("--limit", options_.history_limit, "Rows")->check(CLI::Range(1, 500));
}

void Program::declare_labels() {
  auto* labels = app_.add_subcommand("labels", "Labels for devices")->require_subcommand(1);
  auto* printing = api_command(labels, "print", "Make a file to print: a PDF, or ZPL for a label printer", [this](ApiClient& api) {
    return print_labels(api, files_, options_.as_json, options_.labels);
  });
  auto& it = options_.labels;
  printing->add_option("device", it.devices, "Tags or ids, in the order of printing; - reads them, a line each")->required();
  printing->add_option("--out", it.out, "The file to write")->required()->type_name("FILE");
  printing->add_option("--format", it.format, "pdf or zpl")->check(CLI::IsMember({"pdf", "zpl"}))->capture_default_str();
  printing->add_option("--stock", it.stock, "Of a PDF: avery_5160 (30 a page, the default) or single (2.25 x 1.25 in)");
  printing->add_option("--start", it.start, "Of a sheet: the first position that is left")->check(CLI::Range(1, 30));
  printing->add_option("--dpi", it.dpi, "Of ZPL: 203 (the default) or 300")->check(CLI::IsMember({203, 300}));
}

void Program::declare_tokens() {
  auto* tokens = app_.add_subcommand("tokens", "Enrollment tokens")->require_subcommand(1);
  auto* creating = api_command(tokens, "create", "Make a token; its text is shown once", [this](ApiClient& api) {
    return create_token(api, files_, options_.as_json, options_.token);
  });
  creating->add_option("--uses", options_.token.uses, "How many laptops")->check(CLI::Range(1, 100'000));
  creating->add_option("--hours", options_.token.hours, "Valid for")->check(CLI::Range(1, 8'760));
  creating->add_option("--serial", options_.token.serials, "Only these serial numbers may enroll");
  creating->add_option("--school", options_.token.school, "The school that its devices get");
  creating->add_option("--note", options_.token.note, "What it is for");
  creating->add_option("--out", options_.token.out, "Write it as the file that imaging leaves on laptops")->type_name("FILE");
  api_command(tokens, "list", "Tokens, newest first", [this](ApiClient& api) {
    return list_tokens(api, options_.as_json);
  });
  auto* revoking = api_command(tokens, "revoke", "Let a token enroll no more", [this](ApiClient& api) {
    return revoke_token(api, options_.as_json, options_.which);
  });
  revoking->add_option("id", options_.which, "The token's id")->required();
}

CLI::App* Program::declare_import_of(CLI::App* imports, const char* kind, const char* what, const char* path) {
  auto* one = api_command(imports, kind, what, [this, kind](ApiClient& api) {
    options_.import.kind = kind;
    return import_roster(api, files_, options_.as_json, options_.import);
  });
  one->add_option("path", options_.import.path, path)->required();
  one->add_flag("--dry-run", options_.import.dry_run, "Say what would change, and change nothing");
  return one;
}

void Program::declare_imports() {
  auto* imports = app_.add_subcommand("import", "Students, staff and devices from other systems")->require_subcommand(1);
  declare_import_of(imports, "oneroster", "A OneRoster 1.1 or 1.2 export", "A folder or a zip");
  declare_import_of(imports, "students", "A plain list, a line per student", "A .csv file");
  declare_import_of(imports, "devices", "Devices: Rollcall's own list, Snipe-IT's or Google's", "A .csv file")
      ->add_option("--preset", options_.import.preset, "Whose list it is, if that is not to be recognized")
      ->check(CLI::IsMember({"rollcall", "snipe-it", "google-admin"}));
  api_command(imports, "list", "Imports, newest first", [this](ApiClient& api) {
    return list_imports(api, options_.as_json);
  });
  const auto about_one = [&](const char* name, const char* what, ApiAction action) {
    api_command(imports, name, what, std::move(action))->add_option("id", options_.which, "The import's id")->required();
  };
  about_one("findings", "What is wrong, row by row, as CSV", [this](ApiClient& api) {
    return import_findings(api, options_.which);
  });
  about_one("approve", "Let an import that is held go on", [this](ApiClient& api) {
    return approve_import(api, options_.as_json, options_.which);
  });
  about_one("cancel", "End an import", [this](ApiClient& api) {
    return cancel_import(api, options_.as_json, options_.which);
  });
}

void Program::declare_exports() {
  auto* exporting = api_command(&app_, "export", "A list as a file, whole", [this](ApiClient& api) {
    return export_list(api, files_, options_.export_);
  });
  auto& it = options_.export_;
  exporting->add_option("list", it.list, "devices, people, models, places, leavers, tokens, users, audit, reviews …")->required();
  exporting->add_option("--format", it.format, "csv or json")->check(CLI::IsMember({"csv", "json"}))->capture_default_str();
  exporting->add_option("--filter", it.filters, "NAME=VALUE, as the list's own: school=north")->allow_extra_args(false);
  exporting->add_option("--out", it.out, "The file to write, in place of standard output")->type_name("FILE");
}

void Program::declare_others() {
  auto* events = api_command(&app_, "events", "Follow changes live until Ctrl-C", [this](ApiClient& api) {
    return follow_events(api, random_, options_.as_json, options_.event_count);
  });
  events->add_option("--count", options_.event_count, "Stop after this many")->check(CLI::NonNegativeNumber);
  auto* completing = command(&app_, "completion", "Print a completion script: eval \"$(rollcall completion bash)\"",
                             [this]() -> Result<> {
                               print(TRY(completion_script(app_, options_.shell)));
                               return {};
                             });
  completing->add_option("shell", options_.shell, "bash, zsh or fish")->required();
}

}  // namespace rollcall::cli

int main(int argc, char** argv) { return rollcall::cli::Program().run(argc, argv); }
