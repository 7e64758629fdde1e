#include <fmt/core.h>

#include <iostream>
#include <memory>

#include "agent/app.h"
#include "agent/app/client.h"
#include "agent/app/enrol_file.h"
#include "agent/app/identify.h"
#include "agent/app/state_lock.h"
#include "agent/commands.h"
#include "agent/sync/enrol.h"

namespace rollcall {

namespace {

Result<std::string> token_text(const std::string& option) {
  if (option != "-") return option;
  std::string line;
  if (!std::getline(std::cin, line)) return fail(Errc::invalid_argument, "no token on standard input", "token");
  return line;
}

}  // namespace

Result<> enrol_command(const AgentConfig& config, const EnrolOptions& options, const Clock& clock) {
  sync::EnrolInput input;
  input.server_url = TRY(app::normalise_server_url(options.server));
  input.token = TRY(wire::EnrolmentToken::parse(TRY(token_text(options.token))));
  const auto machine = collect::machine_at(options.root);
  input.identify = [&](const std::string& hash_key) { return app::identify(machine, hash_key, clock); };

  SystemFiles files;
  SystemRandom random;
  sync::StateFolder folder(files, config.state);
  TRY(folder.prepare());
  app::StateLock lock;
  TRY(lock.take(folder.file("lock")));
  if (const auto known = folder.credentials(); known && !options.again) {
    return fail(Errc::already_exists,
                fmt::format("this laptop is enrolled with {} as {}; --again makes a new agent of it",
                            known->server_url, known->agent_id));
  }
  const auto open = [&](const sync::EnrolInput& enrolment) {
    return app::open_enrolment(enrolment, config.proxy, clock);
  };
  const auto credentials = TRY(sync::enrol(input, open, random, folder));
  fmt::print("Enrolled with {} as agent {}\n", credentials.server_url, credentials.agent_id);
  return {};
}

}  // namespace rollcall
