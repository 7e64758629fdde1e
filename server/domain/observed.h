// When was a sample taken? Laptops' clocks are wrong, their monotonic clocks are not. Pure.
#pragma once

#include <cstdint>

#include "common/base/clock.h"

namespace rollcall::domain {

struct SampleTimes {
  bool same_boot{};  // sampled in the boot that sends
  std::int64_t sample_monotonic_ms{}, sample_wall_ms{};
  std::int64_t sent_monotonic_ms{}, sent_wall_ms{};
  std::int64_t received_ms{};  // by the server's clock
  std::int64_t enrolled_ms{};  // the earliest instant that can be true
};

// Within the boot that sends: received − (monotonic at send − monotonic at sample). Otherwise the laptop's
// wall clock. Both clamped to [enrolled, received].
std::int64_t observed_ms(const SampleTimes& times);

// How far the laptop's clock is ahead of the server's (negative: behind), the network's delay included.
inline std::int64_t skew_ms(std::int64_t sent_wall_ms, std::int64_t received_ms) {
  return sent_wall_ms - received_ms;
}
inline constexpr std::int64_t kSkewFlaggedMs = 5 * kMinuteMs;

}  // namespace rollcall::domain
