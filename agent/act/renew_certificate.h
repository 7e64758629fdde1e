#pragma once

#include "agent/act/action.h"

namespace rollcall::act {

// Asks for a new certificate before two thirds of the old one are over.
void renew_certificate(Agent& agent);

}  // namespace rollcall::act
