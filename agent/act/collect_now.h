#pragma once

#include "agent/act/action.h"

namespace rollcall::act {

// Reports at once instead of at the next check-in.
void collect_now(Agent& agent);

}  // namespace rollcall::act
