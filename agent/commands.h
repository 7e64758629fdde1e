// The sub-commands of rollcall-agent other than `run`. Each prints to standard output and returns what went
// wrong; main.cpp turns that into an exit code.
#pragma once

#include <string>

#include "agent/agent_config.h"
#include "common/base/clock.h"
#include "common/base/result.h"

namespace rollcall {

struct CollectOptions {
  std::string root;  // see collect::machine_at
  bool json{};       // exactly the bytes of the report; else for people
};
// Prints what would be sent, sends nothing. The sequence number is given when a report is really sent.
Result<> collect_command(const AgentConfig& config, const CollectOptions& options, const Clock& clock);

struct EnrolOptions {
  std::string server;
  std::string token;  // "-": read from standard input, so that it does not show in the process list
  std::string root;
  bool again{};  // even when this laptop is enrolled already
};
// Errors: already_exists without `again`, and those of sync::enrol.
Result<> enrol_command(const AgentConfig& config, const EnrolOptions& options, const Clock& clock);

// Errors when this laptop is not enrolled: not_found, or why enrollment by file has not come to an end: unavailable (it is
// tried again), unauthenticated (the token was refused), invalid_argument (the file cannot be used).
Result<> status_command(const AgentConfig& config, bool json, const Clock& clock);

}  // namespace rollcall
