// How often somebody may try: a window that slides, a count for each key, a bound on the keys. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/base/clock.h"

namespace rollcall::service {

class RateLimit {
 public:
  RateLimit(const Clock& clock, std::size_t tries, std::int64_t window_ms)
      : clock_(clock), tries_(tries), window_ms_(window_ms) {}

  // 0 when one more try is allowed, which it counts; otherwise the seconds until then.
  std::int64_t count(std::string_view key);

 private:
  void forget_old(std::int64_t now_ms);

  static constexpr std::size_t kMaxKeys = 10'000;

  const Clock& clock_;
  const std::size_t tries_;
  const std::int64_t window_ms_;
  std::mutex mutex_;  // guards what follows
  std::unordered_map<std::string, std::deque<std::int64_t>> seen_;  // monotonic, oldest first
};

}  // namespace rollcall::service
