#pragma once

#include "agent/act/action.h"

namespace rollcall::act {

// The next report holds the identity, also when the server has had it already.
void send_identity(Agent& agent);

}  // namespace rollcall::act
