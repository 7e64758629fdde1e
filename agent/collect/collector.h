// A collector reads one subject from the machine and fills one section of the report. It has one method; its
// parsing is split off into pure parse_… functions in its own header, which the tests call with text.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agent/collect/machine.h"
#include "common/base/result.h"
#include "common/wire/checkin.h"
#include "common/wire/report.h"

namespace rollcall::collect {

// What the last exchange with the server showed; handed in by the sync layer, because only it has a socket.
struct LinkFacts {
  std::optional<std::int64_t> dns_ms, connect_ms, tls_ms;
  wire::PortalState portal{wire::PortalState::unknown};
  std::optional<bool> tls_intercepted;
  std::string proxy;  // host:port without credentials, or empty for none
  // Server's clock minus ours; lets school hours be told by a laptop whose clock is wrong.
  std::optional<std::int64_t> server_offset_ms;
};

// Everything that one collection is given. Shared and constant, so that a hanging collector may keep it.
struct Context {
  std::shared_ptr<const Machine> machine;
  wire::Policy policy;
  LinkFacts link;
  wire::Occasion occasion{};
  std::int64_t wall_ms{};       // the laptop's clock at the sample
  std::int64_t monotonic_ms{};  // CLOCK_BOOTTIME at the sample
  std::string hash_key;         // made at enrollment; empty before, and then nothing is hashed or sent
  std::string agent_version;

  // Seconds before sleep or power-off: nothing slow may be started.
  bool hurried() const { return wire::is_last_word(occasion); }
};

enum class Presence { present, absent };

class Collector {
 public:
  virtual ~Collector() = default;
  // Fills its own section of `report`. `absent`: the machine has no such thing (no battery). An error: it
  // could not be read; what was filled is then thrown away, so that it never replaces a good value. Called
  // from any thread, but never twice at once, so that an implementation may keep what is slow to read.
  virtual Result<Presence> collect(const Context& context, wire::Report& report) = 0;
};

}  // namespace rollcall::collect
