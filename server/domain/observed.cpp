#include "server/domain/observed.h"

#include <algorithm>

namespace rollcall::domain {

std::int64_t observed_ms(const SampleTimes& times) {
  std::int64_t observed = times.sample_wall_ms;
  // A monotonic clock that went back within a boot is a broken one; the wall clock is the better witness.
  if (times.same_boot && times.sample_monotonic_ms <= times.sent_monotonic_ms) {
    observed = times.received_ms - (times.sent_monotonic_ms - times.sample_monotonic_ms);
  }
  return std::min(std::max(observed, times.enrolled_ms), times.received_ms);
}

}  // namespace rollcall::domain
