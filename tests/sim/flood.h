// Many reports, a fifth of them twice, out of order, with power cuts between: what the server makes of them is
// what it would have made of each once and in order. No agents here: a sender says everything until it is
// acknowledged, in whatever order chance has it.
#pragma once

#include <cstdint>

#include "tests/sim/invariant.h"

namespace rollcall::sim {

struct FloodOptions {
  std::uint64_t seed{1};
  std::int64_t reports{20'000};
  std::int64_t senders{50};
  int power_cuts{4};
  bool forgets_accepted{};  // a control: the server forgets what it accepted before each repeat
};

struct FloodOutcome {
  Findings findings;
  std::int64_t check_ins{}, repeats{}, stored{};
};

FloodOutcome run_flood(const FloodOptions& options);

}  // namespace rollcall::sim
