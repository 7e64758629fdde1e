// What this laptop is, read once, for enrollment.
#pragma once

#include <memory>
#include <string>

#include "agent/collect/runner.h"
#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/wire/report.h"

namespace rollcall::app {

Result<wire::Identity> identify(std::shared_ptr<const collect::Machine> machine, const std::string& hash_key,
                                const Clock& clock);

}  // namespace rollcall::app
