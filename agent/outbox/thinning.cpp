#include "agent/outbox/thinning.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>

#include "common/base/clock.h"

namespace rollcall::outbox {

namespace {

// A sample made for a reason stays until the distance is this coarse: it explains a whole silence.
constexpr std::int64_t kReasonsGoAtMs = 4 * kHourMs;

}  // namespace

std::vector<std::uint64_t> choose_thinned(std::span<const Sample> samples, std::int64_t excess_bytes) {
  std::vector<bool> gone(samples.size());
  std::vector<std::uint64_t> dropped;
  for (std::int64_t distance_ms = kMinuteMs; distance_ms <= kDayMs / 2 && excess_bytes > 0; distance_ms *= 2) {
    const Sample* kept = nullptr;
    // The newest sample is the laptop's state and is never thinned.
    for (std::size_t i = 0; i + 1 < samples.size() && excess_bytes > 0; ++i) {
      if (gone[i]) continue;
      const Sample& sample = samples[i];
      const bool near = kept != nullptr && std::abs(sample.wall_ms - kept->wall_ms) < distance_ms;
      if (!near || (sample.said_why && distance_ms < kReasonsGoAtMs)) {
        kept = &sample;
        continue;
      }
      gone[i] = true;
      dropped.push_back(sample.sequence);
      excess_bytes -= sample.bytes;
    }
  }
  return dropped;
}

std::vector<std::uint64_t> choose_outdated(std::span<const Sample> samples, std::int64_t age_ms) {
  std::vector<std::uint64_t> outdated;
  std::int64_t used_ms = 0;
  std::size_t young = samples.size();
  while (young > 1 && used_ms <= age_ms) {
    --young;
    used_ms += std::clamp<std::int64_t>(samples[young].wall_ms - samples[young - 1].wall_ms, 0, kDayMs);
  }
  const std::size_t count = used_ms > age_ms ? young : 0;
  for (const Sample& sample : samples.first(count)) outdated.push_back(sample.sequence);
  return outdated;
}

}  // namespace rollcall::outbox
