// Reports as the phases ask for them, made by the collectors.
#pragma once

#include <string>

#include "agent/collect/runner.h"
#include "agent/sync/cycle.h"

namespace rollcall::app {

// `runner` outlives it. `proxy` as configured; its credentials are never reported. A collection that the machine
// does not wait for is given up for what is `urgent`.
sync::Sampler make_sampler(collect::Runner& runner, const std::string& proxy, sync::Urgent urgent);

}  // namespace rollcall::app
