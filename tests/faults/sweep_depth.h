// How closely fault_sweep looks: every Nth fault in the long form, the first ones and a sample of the rest otherwise.
#pragma once

#include <cstdint>

#include "tests/faults/sweep.h"

namespace rollcall::faults {

struct Depth {
  std::int64_t dense, stride;
};
Depth depth_for(const FaultKind& kind);

}  // namespace rollcall::faults
