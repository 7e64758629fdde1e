// Builds everything that the running agent is made of, in order, and owns it: the collectors, the reporting, the
// main loop. The only place that starts threads (for collectors that might hang).
#pragma once

#include <memory>
#include <string>

#include "agent/agent_config.h"
#include "agent/app/events.h"
#include "agent/app/power_watch.h"
#include "agent/app/reporting.h"
#include "agent/app/running_file.h"
#include "agent/app/state_lock.h"
#include "agent/collect/runner.h"
#include "agent/sync/state_folder.h"
#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/base/result.h"

namespace rollcall {

inline constexpr const char* kAgentVersion = ROLLCALL_VERSION;

class App {
 public:
  // Errors: not_found (not enrolled), permission_denied (a key that others can read), conflict (another
  // agent runs in this folder), those of the state's files. `clock` outlives it.
  static Result<std::unique_ptr<App>> open(const AgentConfig& config, std::shared_ptr<const collect::Machine> machine,
                                           const Clock& clock);

  // Until SIGTERM or SIGINT.
  Result<> run();

 private:
  App(AgentConfig config, std::shared_ptr<const collect::Machine> machine, const Clock& clock);
  Result<> open_reporting();
  sync::Cycle& cycle() { return reporting_->cycle(); }
  Result<std::unique_ptr<net::HttpClient>> open_link();
  Result<std::unique_ptr<net::HttpClient>> open_probe() const;
  void handle(app::Event event);
  void look_at_power();
  void say_last_words(wire::Occasion occasion);
  void keep_session();
  void note_running();

  const AgentConfig config_;
  const Clock& clock_;
  SystemRandom random_;
  SystemFiles files_;
  std::shared_ptr<const collect::Machine> machine_;
  sync::StateFolder folder_;
  app::StateLock lock_;
  app::RunningFile running_;
  sync::Credentials credentials_;
  std::string tls_session_;
  std::unique_ptr<app::Events> events_;
  std::unique_ptr<collect::Runner> runner_;
  std::unique_ptr<app::Reporting> reporting_;
  std::unique_ptr<app::PowerWatch> power_;
};

}  // namespace rollcall
