// How both sides agree on whether the agent's policy is the server's: one digest over what it says.
#pragma once

#include <string>

#include "common/wire/checkin.h"

namespace rollcall::wire {

// Of everything but `digest` itself: 16 hexadecimal characters, equal for equal policies.
std::string digest_of(const Policy& policy);

}  // namespace rollcall::wire
