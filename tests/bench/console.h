// Somebody at the console: asks for the list, searches and opens devices, over TLS and one after the other.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "common/base/result.h"
#include "tests/bench/figures.h"

namespace rollcall::bench {

struct ConsoleAccess {
  std::string url, authority_pem;
  std::string token;  // of a session that may see every device
};

// A session for a new admin. The server must not run on the data folder of `config_path`.
Result<std::string> open_session(const std::string& config_path);

// Asks with pauses until `stop`, and notes query.list_p99_ms, query.search_p99_ms, query.device_p99_ms (all that the
// page asks for) and the medians. `device_id` and `serial` name the n-th device that somebody looks for.
// Error: whatever was not answered with 200.
struct Looked {
  std::function<std::string(std::int64_t n)> device_id, serial;
};
Result<> use_console(const ConsoleAccess& access, const Looked& looked, const std::atomic<bool>& stop, Figures& figures);

}  // namespace rollcall::bench
