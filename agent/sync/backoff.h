// Waiting after failures: exponential with full jitter, so that a fleet that lost its server together does
// not come back together. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
#pragma once

#include <cstdint>

#include "common/base/clock.h"
#include "common/base/random.h"

namespace rollcall::sync {

class Backoff {
 public:
  // Waits are drawn from [floor, floor + base · 2ⁿ], the latter at most `cap`.
  struct Limits {
    std::int64_t floor_ms{5 * kSecondMs};
    std::int64_t base_ms{20 * kSecondMs};
    std::int64_t cap_ms{20 * kMinuteMs};
  };

  Backoff(Random& random, Limits limits) : random_(random), limits_(limits) {}

  std::int64_t next_ms();  // counts a failure
  void reset() { failures_ = 0; }
  int failures() const { return failures_; }

 private:
  Random& random_;
  Limits limits_;
  int failures_{};
};

}  // namespace rollcall::sync
