#include <CLI/CLI.hpp>
#include <cstdio>

#include "server/cli/commands.h"
#include "server/cli/completion.h"
#include "server/cli/output.h"
#include "server/cli/profile.h"
#include "server/cli/terminal.h"

namespace {

using namespace rollcall;
using namespace rollcall::cli;

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

struct Options {
  std::string profile;
  bool as_json{};
  LoginArguments login;
  ListDevicesArguments list;
  CreateTokenArguments token;
  std::string which, shell;
  bool events_only{};
  std::int64_t history_limit{50}, event_count{0};
};

using Action = std::function<Result<>()>;

// Everything that a command needs and that only main may make.
class Program {
 public:
  Program() : app_("Rollcall from the command line: devices, enrollment tokens and live events.", "rollcall") {
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
    declare_devices();
    declare_tokens();
    declare_others();
  }

  int run(int argc, char** argv) {
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

 private:
  Result<std::string> profile_path() const {
    if (!options_.profile.empty()) return options_.profile;
    return TRY(home_folder()) + "/.config/rollcall/profile.yaml";
  }

  CLI::App* command(CLI::App* parent, const char* name, const char* what, Action action) {
    auto* made = parent->add_subcommand(name, what);
    made->callback([this, action = std::move(action)] { action_ = action; });
    return made;
  }

  // A command that needs a session.
  CLI::App* api_command(CLI::App* parent, const char* name, const char* what,
                        std::function<Result<>(ApiClient&)> action) {
    return command(parent, name, what, [this, action = std::move(action)]() -> Result<> {
      const auto profile = TRY(read_profile(files_, TRY(profile_path())));
      auto api = TRY(ApiClient::open(profile, clock_));
      return action(api);
    });
  }

  void declare_session() {
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

  void declare_devices() {
    auto* devices = app_.add_subcommand("devices", "List, show and look back")->require_subcommand(1);
    auto* listing = api_command(devices, "list", "Devices that match", [this](ApiClient& api) {
      return list_devices(api, options_.as_json, options_.list);
    });
    listing->add_option("--search", options_.list.search, "Part of a tag, serial number, model or id");
    listing->add_option("--state", options_.list.state, "online, asleep, shut_down, flat, silent or never");
    listing->add_option("--verdict", options_.list.verdict, "good, watch, replace, implausible, unknown or none");
    listing->add_option("--school", options_.list.school, "A school's id, or none");
    listing->add_option("--age", options_.list.age, "minutes_15, hour, day, week, month, older or never");
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

  void declare_tokens() {
    auto* tokens = app_.add_subcommand("tokens", "Enrollment tokens")->require_subcommand(1);
    auto* creating = api_command(tokens, "create", "Make a token; its text is shown once", [this](ApiClient& api) {
      return create_token(api, options_.as_json, options_.token);
    });
    creating->add_option("--uses", options_.token.uses, "How many laptops")->check(CLI::Range(1, 100'000));
    creating->add_option("--hours", options_.token.hours, "Valid for")->check(CLI::Range(1, 8'760));
    creating->add_option("--serial", options_.token.serials, "Only these serial numbers may enroll");
    creating->add_option("--school", options_.token.school, "The school that its devices get");
    creating->add_option("--note", options_.token.note, "What it is for");
    api_command(tokens, "list", "Tokens, newest first", [this](ApiClient& api) {
      return list_tokens(api, options_.as_json);
    });
    auto* revoking = api_command(tokens, "revoke", "Let a token enroll no more", [this](ApiClient& api) {
      return revoke_token(api, options_.as_json, options_.which);
    });
    revoking->add_option("id", options_.which, "The token's id")->required();
  }

  void declare_others() {
    auto* events = api_command(&app_, "events", "Follow changes live until Ctrl-C", [this](ApiClient& api) {
      return follow_events(api, options_.as_json, options_.event_count);
    });
    events->add_option("--count", options_.event_count, "Stop after this many")->check(CLI::NonNegativeNumber);
    auto* completing = command(&app_, "completion", "Print a completion script: eval \"$(rollcall completion bash)\"",
                               [this]() -> Result<> {
                                 print(TRY(completion_script(app_, options_.shell)));
                                 return {};
                               });
    completing->add_option("shell", options_.shell, "bash, zsh or fish")->required();
  }

  SystemFiles files_;
  SystemClock clock_;
  Options options_;
  CLI::App app_;
  Action action_;
};

}  // namespace

int main(int argc, char** argv) { return Program().run(argc, argv); }
