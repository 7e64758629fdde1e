// rollcalld: the server, and what its owner may ask of it from the machine itself.
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string>

#include "common/base/log.h"
#include "server/app.h"
#include "server/cli/profile.h"
#include "server/exit_code.h"
#include "server/local_commands.h"

namespace rollcall {
namespace {

struct Options {
  std::string config = "/etc/rollcall/server.yaml";
  std::string name, out, note, file;
};

int end(ExitCode code) { return static_cast<int>(code); }

int give_up(Phase phase, const Error& error) {
  std::fprintf(stderr, "rollcalld: %s\n", error.message.c_str());
  return end(exit_code_of(phase, error.code));
}

// Before any thread starts, so that only wait_for_signal sees them.
sigset_t block_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

void reload(App& app, const Options& options, const Files& files) {
  sd_notify(0, "RELOADING=1");
  if (const auto fresh = load_server_config(files, options.config)) {
    log::set_level(fresh->log_level);
  } else {
    log::error("log_level stays as it was: {}", fresh.error().message);
  }
  if (auto done = app.reload()) {
    log::info("certificates were read again");
  } else {
    log::error("certificates stay as they were: {}", done.error().message);
  }
  sd_notify(0, "READY=1");
}

// Until SIGTERM or SIGINT. systemd's watchdog is fed only while the loop answers.
void wait_for_signals(App& app, const sigset_t& signals, const Options& options, const Files& files) {
  std::uint64_t watchdog_us = 0;
  const bool watched = sd_watchdog_enabled(0, &watchdog_us) > 0;
  const std::uint64_t pause_us = watched ? std::clamp<std::uint64_t>(watchdog_us / 4, 100'000, 5'000'000) : 5'000'000;
  const timespec pause{static_cast<time_t>(pause_us / 1'000'000), static_cast<long>(pause_us % 1'000'000) * 1'000};
  while (true) {
    const int got = sigtimedwait(&signals, nullptr, &pause);
    if (got == SIGTERM || got == SIGINT) return;
    if (got == SIGHUP) reload(app, options, files);
    if (watched && app.is_alive()) sd_notify(0, "WATCHDOG=1");
  }
}

int serve(const Options& options, Machinery machinery) {
  const auto signals = block_signals();
  const auto config = load_server_config(machinery.files, options.config);
  if (!config) return give_up(Phase::configuration, config.error());
  log::set_level(config->log_level);
  Phase phase{};
  auto app = App::open(*config, machinery, phase);
  if (!app) return give_up(phase, app.error());
  log::info("rollcalld {} is ready: {}", ROLLCALL_VERSION, (*app)->where());
  sd_notify(0, "READY=1");
  wait_for_signals(**app, signals, options, machinery.files);
  log::info("stopping");
  sd_notify(0, "STOPPING=1");
  app->reset();
  log::info("stopped");
  return end(ExitCode::ok);
}

// Over admin.sock while a server runs, else on the folder itself.
Result<std::string> run_command(const ServerConfig& config, Machinery machinery, const AdminCommand& command,
                                Phase& phase) {
  phase = Phase::running;
  if (auto answer = send_admin_command(admin_socket_path(config.data), command)) return std::move(*answer);
  const auto core = TRY(Core::open(config, machinery, phase));
  if (phase == Phase::database) phase = Phase::running;
  return run_local_command(*core, command);
}

int local(const Options& options, Machinery machinery, const AdminCommand& command) {
  const auto config = load_server_config(machinery.files, options.config);
  if (!config) return give_up(Phase::configuration, config.error());
  Phase phase{};
  const auto answer = run_command(*config, machinery, command, phase);
  if (!answer) return give_up(phase, answer.error());
  std::printf("%s%s", answer->c_str(), answer->ends_with('\n') ? "" : "\n");
  return end(ExitCode::ok);
}

Result<> save_profile(Files& files, const std::string& answer, const std::string& path) {
  boost::system::error_code error;
  const auto value = boost::json::parse(answer, error);
  if (error || !value.is_object()) return fail(Errc::io, "the server's answer is not understood");
  const auto text = [&](const char* key) {
    const auto* member = value.get_object().if_contains(key);
    return member && member->is_string() ? std::string(member->get_string()) : std::string();
  };
  return cli::write_profile(files, path, {text("server"), text("authority_pem"), text("token")});
}

int make_profile(const Options& options, Machinery machinery) {
  const auto config = load_server_config(machinery.files, options.config);
  if (!config) return give_up(Phase::configuration, config.error());
  Phase phase{};
  const auto answer = run_command(*config, machinery, {"admin", "profile", options.name}, phase);
  if (!answer) return give_up(phase, answer.error());
  const auto saved = save_profile(machinery.files, *answer, options.out);
  if (!saved) return give_up(Phase::running, saved.error());
  std::printf("%s\n", options.out.c_str());
  return end(ExitCode::ok);
}

int restore(const Options& options, Machinery machinery) {
  const auto config = load_server_config(machinery.files, options.config);
  if (!config) return give_up(Phase::configuration, config.error());
  Phase phase{};
  const auto answer = restore_database(*config, machinery, options.file, phase);
  if (!answer) return give_up(phase, answer.error());
  std::printf("%s", answer->c_str());
  return end(ExitCode::ok);
}

int run(int argc, char** argv) {
  SystemFiles files;
  const SystemClock clock;
  SystemRandom random;
  const Machinery machinery{files, clock, random};
  Options options;
  int result = end(ExitCode::usage);

  CLI::App program("The Rollcall server. See rollcalld(8).", "rollcalld");
  program.set_version_flag("--version", ROLLCALL_VERSION);
  program.add_option("--config", options.config, "The configuration")->capture_default_str();
  program.require_subcommand(1);
  program.fallthrough();
  const auto command = [&](CLI::App& parent, const char* name, const char* help, auto action) {
    auto* sub = parent.add_subcommand(name, help);
    sub->fallthrough();
    sub->callback([&result, action] { result = action(); });
    return sub;
  };
  command(program, "serve", "Run in the foreground", [&] { return serve(options, machinery); });
  auto* admin = program.add_subcommand("admin", "What only this machine's owner may do");
  admin->require_subcommand(1);
  admin->fallthrough();
  command(*admin, "create", "Make an administrator, or give one a new one-time password", [&] {
    return local(options, machinery, {"admin", "create", options.name});
  })->add_option("NAME", options.name)->required();
  auto* profile = command(*admin, "profile", "Write a signed-in profile for rollcall(1)",
                          [&] { return make_profile(options, machinery); });
  profile->add_option("NAME", options.name)->required();
  profile->add_option("--out", options.out, "The file to write, mode 0600")->required();
  command(*admin, "token", "Make an enrollment token for one laptop", [&] {
    return local(options, machinery, {"admin", "token", options.note});
  })->add_option("NOTE", options.note, "What it is for");
  command(program, "check", "Configuration, keys, schema, every page, the audit record",
          [&] { return local(options, machinery, {"check"}); });
  command(program, "backup", "A consistent, verified copy of the running database", [&] {
    return local(options, machinery, {"backup", std::filesystem::absolute(options.file).string()});
  })->add_option("FILE", options.file)->required();
  command(program, "restore", "Replace the database by a backup; the server must not be running",
          [&] { return restore(options, machinery); })
      ->add_option("FILE", options.file)
      ->required();
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? end(ExitCode::ok) : end(ExitCode::usage);
  }
  return result;
}

}  // namespace
}  // namespace rollcall

int main(int argc, char** argv) { return rollcall::run(argc, argv); }
