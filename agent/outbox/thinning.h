// Which samples to give up when there are too many. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rollcall::outbox {

struct Sample {
  std::uint64_t sequence;
  std::int64_t wall_ms;
  std::int64_t bytes;
  bool said_why;  // made for a reason (going to sleep, …): worth more than a scheduled one
};

// Sequences to drop so that at least `excess_bytes` go, as far as possible. `samples` are ordered by sequence.
// The distance that two neighbours must keep doubles from one minute to half a day; at each distance the
// oldest are thinned first, so the newest keep their resolution longest and each day keeps at least one.
std::vector<std::uint64_t> choose_thinned(std::span<const Sample> samples, std::int64_t excess_bytes);

// The oldest samples, from the first on, that are more than `age_ms` of use away from the newest: the time
// between neighbours counts as a day at most, whatever the wall clock did meanwhile.
std::vector<std::uint64_t> choose_outdated(std::span<const Sample> samples, std::int64_t age_ms);

}  // namespace rollcall::outbox
