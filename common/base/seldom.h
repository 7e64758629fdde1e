// For a line that anybody can provoke: it is logged once in a while, with how often it was true meanwhile.
// Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <utility>

#include "common/base/clock.h"

namespace rollcall {

class Seldom {
 public:
  explicit Seldom(std::int64_t every_ms) : every_ms_(every_ms) {}

  // Counts one more. 0: not now; otherwise so many since it was last said, this one included.
  std::uint64_t count(std::int64_t monotonic_ms) {
    const std::lock_guard lock(mutex_);
    ++unsaid_;
    if (monotonic_ms < next_ms_) return 0;
    next_ms_ = monotonic_ms + every_ms_;
    return std::exchange(unsaid_, 0);
  }

 private:
  const std::int64_t every_ms_;
  std::mutex mutex_;  // guards what follows
  std::int64_t next_ms_{};
  std::uint64_t unsaid_{};
};

}  // namespace rollcall
