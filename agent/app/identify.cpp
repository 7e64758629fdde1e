#include "agent/app/identify.h"

#include <thread>

#include "agent/app.h"
#include "agent/collect/registry.h"

namespace rollcall::app {

Result<wire::Identity> identify(std::shared_ptr<const collect::Machine> machine, const std::string& hash_key,
                                const Clock& clock) {
  collect::Runner::Options options;
  options.agent_version = kAgentVersion;
  options.hash_key = hash_key;
  // A read that hangs keeps nobody waiting.
  options.launch = [](std::function<void()> job) { std::thread(std::move(job)).detach(); };
  collect::Runner runner(std::move(machine), clock, collect::all_collectors(), std::move(options));
  return runner.identify();
}

}  // namespace rollcall::app
