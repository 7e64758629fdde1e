#include "tests/sim/world.h"

#include "server/domain/device_state.h"

namespace rollcall::sim {

void World::at(std::int64_t ms, Job job) { queue_.push({std::max(ms, now_ms_), planned_++, std::move(job)}); }

void World::run_until(std::int64_t ms) {
  while (!queue_.empty() && queue_.top().ms <= ms) {
    // The queue gives no way to move out of it; what is moved from is popped before anybody compares it.
    Planned next = std::move(const_cast<Planned&>(queue_.top()));
    queue_.pop();
    now_ms_ = next.ms;
    next.job();
  }
  now_ms_ = ms;
}

SeededRandom World::stream(std::string_view name) const { return SeededRandom(seed_ ^ domain::stable_hash(name)); }

std::int64_t between(Random& random, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(high - low) + 1));
}

bool chance(Random& random, int permille) { return between(random, 0, 999) < permille; }

}  // namespace rollcall::sim
