// agent.yaml and server.yaml: what is accepted keeps the ranges that the rest of the program relies on. The
// first line chooses the file.
#include "agent/agent_config.h"
#include "common/base/clock.h"
#include "server/server_config.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

void check_agent(const config::Document& document) {
  const auto config = read_agent_config(document);
  if (!config) return promise(!config.error().message.empty(), "a refusal says why");
  promise(config->state.starts_with('/') && config->runtime.starts_with('/'), "folders are absolute paths");
  promise(config->start_jitter_ms >= 0 && config->start_jitter_ms <= kHourMs, "the jitter is at most an hour");
  promise(config->power_check_ms >= 5 * kSecondMs, "power is not looked at more often than every five seconds");
  promise(config->battery_critical_percent <= 50, "a half full battery is never critical");
  promise(config->outbox_max_bytes >= 256 * 1024, "the outbox has room for a day");
  chosen_collectors(*config);
}

void check_server(const config::Document& document) {
  const auto config = read_server_config(document);
  if (!document.finish()) return;
  promise(config.workers >= 1 && config.workers <= 64, "there are workers");
  promise(config.certificate.empty() == config.key.empty(), "a certificate comes with its key");
  promise(config.fallback.interval_s >= 30 && config.fallback.off_campus_interval_s >= 3'600, "agents are not asked to hurry");
  for (const auto& school : config.schools) {
    promise(!school.id.empty() && school.id != "none", "a school has an id");
    const auto& hours = school.policy.hours;
    if (hours) promise(hours->start_minute >= 0 && hours->start_minute < hours->end_minute && hours->end_minute <= 1'440,
                       "school hours lie within one day");
  }
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  fuzz::Input input(data, size);
  const bool agent = input.line() == "# agent";
  const auto document = config::Document::parse("fuzz.yaml", input.rest());
  if (!document) return 0;
  if (agent) {
    fuzz::check_agent(*document);
  } else {
    fuzz::check_server(*document);
  }
  return 0;
}
