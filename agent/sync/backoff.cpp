#include "agent/sync/backoff.h"

#include <algorithm>

namespace rollcall::sync {

std::int64_t Backoff::next_ms() {
  const int doublings = std::min(failures_++, 30);
  const std::int64_t reach = std::min(limits_.base_ms << doublings, limits_.cap_ms);
  return limits_.floor_ms + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(reach) + 1));
}

}  // namespace rollcall::sync
