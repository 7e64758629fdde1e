// What the server may ask of an agent: a closed list of names, each with a file of its own. An action takes
// typed values, never a text to run; there is no way to add one from outside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/wire/checkin.h"

namespace rollcall::act {

// What actions may do to the agent; implemented by whoever schedules.
class Agent {
 public:
  virtual ~Agent() = default;
  virtual void send_identity_again() = 0;
  virtual void report_now() = 0;
  virtual void renew_now() = 0;
};

// Carries out each command once, also when a lost reply makes the server repeat it. Not thread-safe.
class Actions {
 public:
  explicit Actions(Agent& agent) : agent_(agent) {}
  // Errors: not_found for a name that this agent does not know (the server may be newer).
  Result<> carry_out(const wire::Command& command);

 private:
  Agent& agent_;
  std::vector<std::string> done_;  // ids, the newest last
};

}  // namespace rollcall::act
