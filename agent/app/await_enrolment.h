// What `run` does on a laptop that is not enrolled yet.
#pragma once

#include <memory>

#include "agent/agent_config.h"
#include "agent/collect/machine.h"
#include "common/base/clock.h"
#include "common/base/result.h"

namespace rollcall::app {

// Returns when this laptop is enrolled, by the file that imaging left (file_enrolment.h) or by hand; false: this process
// was told to end. Errors: those of the state folder.
Result<bool> await_enrolment(const AgentConfig& config, const std::shared_ptr<const collect::Machine>& machine,
                             const Clock& clock);

}  // namespace rollcall::app
