// Many reports, a fifth of them twice, out of order, with power cuts between: what the server makes of them is
// what it would have made of each once and in order. No agents here: a sender says everything until it is
// acknowledged or refused, in whatever order chance has it.
#pragma once

#include <cstdint>

#include "tests/sim/invariant.h"

namespace rollcall::sim {

struct FloodOptions {
  std::uint64_t seed{1};
  std::int64_t reports{20'000};
  std::int64_t senders{50};
  int power_cuts{4};
  // Check-ins of one sender that may overtake each other, and reports in one at most. Many small ones make more gaps
  // than the server keeps, and then it may refuse reports, but acknowledge none that it does not store.
  std::size_t window{24};
  std::int64_t check_in_reports{16};
  bool forgets_accepted{};   // a control: the server forgets what it accepted before each repeat
  bool believes_refusals{};  // a control: what the server refused is taken for acknowledged
};

struct FloodOutcome {
  Findings findings;
  std::int64_t check_ins{}, repeats{}, stored{}, refused{};
};

FloodOutcome run_flood(const FloodOptions& options);

}  // namespace rollcall::sim
