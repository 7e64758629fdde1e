#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "agent/app.h"
#include "agent/app/await_enrolment.h"
#include "agent/commands.h"
#include "common/base/out_of_memory.h"

namespace rollcall {
namespace {

constexpr const char* kExitCodes =
    "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 not enrolled, 4 enrolled already or in use,\n"
    "5 the server refused the token, 6 the server could not be reached, 7 permission denied or not the right server.";

int exit_code_of(Errc code) {
  switch (code) {
    case Errc::invalid_argument:
      return 2;
    case Errc::not_found:
      return 3;
    case Errc::already_exists:
    case Errc::conflict:
      return 4;
    case Errc::unauthenticated:
      return 5;
    case Errc::unavailable:
    case Errc::timeout:
    case Errc::rate_limited:
      return 6;
    case Errc::permission_denied:
      return 7;
    default:
      return 1;
  }
}

int finish(const Result<>& result) {
  if (result) return 0;
  fmt::print(stderr, "rollcall-agent: {}\n", result.error().message);
  return exit_code_of(result.error().code);
}

Result<> run_command(const AgentConfig& config, const std::string& root, const Clock& clock) {
  const auto machine = collect::machine_at(root);
  if (!TRY(app::await_enrolment(config, machine, clock))) return {};
  auto app = TRY(App::open(config, machine, clock));
  return app->run();
}

struct Arguments {
  std::string config_path{kAgentConfigPath};
  CollectOptions collect;
  EnrolOptions enrol;
  std::string run_root;
  bool status_json{};
};

Result<> dispatch(const CLI::App& cli, const Arguments& arguments) {
  const SystemClock clock;
  const SystemFiles files;
  const AgentConfig config = TRY(load_agent_config(files, arguments.config_path));
  log::set_level(config.log_level);
  if (cli.got_subcommand("collect")) return collect_command(config, arguments.collect, clock);
  if (cli.got_subcommand("enroll")) return enrol_command(config, arguments.enrol, clock);
  if (cli.got_subcommand("status")) return status_command(config, arguments.status_json, clock);
  return run_command(config, arguments.run_root, clock);
}

int run(int argc, char** argv) {
  CLI::App cli("Reports a laptop's battery, connectivity and health to the school's Rollcall server");
  cli.footer(kExitCodes);
  cli.require_subcommand(1);
  cli.set_version_flag("--version", std::string("rollcall-agent ") + kAgentVersion);
  Arguments arguments;
  const auto add = [&](const char* name, const char* purpose) {
    auto* command = cli.add_subcommand(name, purpose);
    command->add_option("--config", arguments.config_path, "Configuration file")->capture_default_str();
    return command;
  };
  const auto add_root = [](CLI::App* command, std::string& root) {
    command->add_option("--root", root, "Read the machine below this folder: a laptop of the tests")->check(CLI::ExistingDirectory);
  };
  auto* collect = add("collect", "Print exactly what would be sent, and send nothing");
  add_root(collect, arguments.collect.root);
  collect->add_flag("--json", arguments.collect.json, "The bytes of the report instead of a list for people");
  auto* enrol = add("enroll", "Make a key, spend a token, keep the certificate");
  enrol->add_option("--server", arguments.enrol.server, "The server's door for agents, https://host:8444")->required();
  enrol->add_option("--token", arguments.enrol.token, "The token, or - to read it from standard input")->required();
  enrol->add_flag("--again", arguments.enrol.again, "Even when this laptop is enrolled already");
  add_root(enrol, arguments.enrol.root);
  add_root(add("run", "Report until stopped; not enrolled yet, wait for enrollment"), arguments.run_root);
  auto* status = add("status", "Whether it is enrolled, and what waits to be sent");
  status->add_flag("--json", arguments.status_json, "For programs");
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : 2;
  }
  return finish(dispatch(cli, arguments));
}

}  // namespace
}  // namespace rollcall

int main(int argc, char** argv) {
  rollcall::abort_without_memory();
  return rollcall::run(argc, argv);
}
