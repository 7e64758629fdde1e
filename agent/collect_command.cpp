#include <fmt/core.h>

#include <memory>
#include <string_view>

#include "agent/app.h"
#include "agent/app/sampler.h"
#include "agent/commands.h"
#include "agent/collect/runner.h"
#include "agent/sync/state_folder.h"
#include "common/wire/codec.h"
#include "common/wire/listing.h"

namespace rollcall {

namespace {

void print_for_people(const wire::Report& report) {
  std::string_view section;
  for (const auto& line : wire::list_values(report)) {
    if (line.section != section) fmt::print("{}{}\n", section.empty() ? "" : "\n", line.section);
    section = line.section;
    fmt::print("  {:<44} {}{}{}\n", line.name, line.value, line.unit.empty() ? "" : " ", line.unit);
  }
}

}  // namespace

Result<> collect_command(const AgentConfig& config, const CollectOptions& options, const Clock& clock) {
  SystemFiles files;
  const sync::StateFolder folder(files, config.state);
  collect::Runner::Options runner_options;
  runner_options.agent_version = kAgentVersion;
  // Hashes are made with the key of the enrollment; before there is one, nothing is hashed or sent.
  if (auto credentials = folder.credentials()) runner_options.hash_key = std::move(credentials->hash_key);
  collect::Runner runner(collect::machine_at(options.root), clock, chosen_collectors(config), std::move(runner_options));
  const auto sample = app::make_sampler(runner, config.proxy, {});
  const wire::Report report = sample(wire::Occasion::scheduled, folder.policy(), {}, std::nullopt).report;
  if (options.json) {
    fmt::print("{}\n", wire::encode(report));
  } else {
    print_for_people(report);
  }
  return {};
}

}  // namespace rollcall
