// The agent's configuration: every key is explained in config/agent.yaml, which a test holds to this.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/collect/registry.h"
#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/log.h"
#include "common/config/document.h"

namespace rollcall {

struct AgentConfig {
  std::string state{"/var/lib/rollcall-agent"};
  std::string runtime{"/run/rollcall-agent"};
  std::string enroll_file{"/etc/rollcall/enroll.yaml"};  // empty: there never is one
  log::Level log_level{log::Level::info};
  std::string proxy;
  std::string portal_probe{"auto"};
  std::int64_t start_jitter_ms{5 * kSecondMs};
  std::int64_t resume_jitter_ms{10 * kSecondMs};
  std::int64_t battery_critical_percent{4};
  std::int64_t power_check_ms{kMinuteMs};
  std::int64_t outbox_max_bytes{4 * 1024 * 1024};
  std::int64_t outbox_max_age_ms{30 * kDayMs};
  std::vector<std::string> collectors_off;  // their names
};

inline constexpr const char* kAgentConfigPath = "/etc/rollcall/agent.yaml";

// A missing file at the default path is the defaults; anywhere else it is an error.
Result<AgentConfig> load_agent_config(const Files& files, const std::string& path);
Result<AgentConfig> read_agent_config(const config::Document& document);

// The collectors that the configuration leaves on.
std::vector<collect::NamedCollector> chosen_collectors(const AgentConfig& config);

}  // namespace rollcall
