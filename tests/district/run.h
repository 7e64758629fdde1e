// A run of rollcall-sim: from a server's configuration to a living district.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"

namespace rollcall::district {

struct RunOptions {
  std::string config;       // the server's: schools, hours, the agents' door, the data folder with the clock
  std::string state;        // folder for what the laptops keep
  std::string server;       // HOST[:PORT] instead of localhost and the configured port
  std::vector<std::string> tokens;  // "SCHOOL=TOKEN" or "TOKEN"
  int devices{2'000};
  std::uint64_t seed{1};
  bool holidays{true};
  double days{};            // simulated; 0: until stopped
  bool history{};           // until the clock has caught up, in backlogs
  std::size_t at_once{256};
  std::int64_t status_s{10};
};

// Until its end, or until SIGTERM or SIGINT. Errors are for the terminal.
Result<> run(const RunOptions& options);

}  // namespace rollcall::district
