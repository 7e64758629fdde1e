// rollcalld: the server, and what its owner may ask of it from the machine itself.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <string>

#include "common/base/out_of_memory.h"
#include "server/admin_socket.h"
#include "server/cli/profile.h"
#include "server/exit_code.h"
#include "server/local_commands.h"
#include "server/serve.h"

namespace rollcall {
namespace {

struct Options {
  std::string config = "/etc/rollcall/server.yaml";
  std::string name, out, note, file;
};

int end(ExitCode code) { return static_cast<int>(code); }

// Over admin.sock while a server runs, else on the folder itself.
Result<std::string> run_command(const ServerConfig& config, Machinery machinery, const AdminCommand& command,
                                Phase& phase) {
  phase = Phase::running;
  if (auto answer = send_admin_command(admin_socket_path(config.data), command)) return std::move(*answer);
  const auto core = TRY(Core::open(config, machinery, phase, Core::Schema::expect));
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

int back_up(const Options& options, Machinery machinery) {
  const auto config = load_server_config(machinery.files, options.config);
  if (!config) return give_up(Phase::configuration, config.error());
  Phase phase = Phase::running;
  if (machinery.files.info(options.file)) {
    return give_up(phase, {Errc::already_exists, options.file + ": exists already"});
  }
  const auto made = run_command(*config, machinery, {"backup"}, phase);
  if (!made) return give_up(phase, made.error());
  const auto answer = take_backup(*made, options.file);
  if (!answer) return give_up(Phase::running, answer.error());
  std::printf("%s", answer->c_str());
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
  command(program, "serve", "Run in the foreground", [&] { return serve(options.config, machinery); });
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
    return back_up(options, machinery);
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

int main(int argc, char** argv) {
  rollcall::abort_without_memory();
  return rollcall::run(argc, argv);
}
