#include "server/service/rate_limit.h"

namespace rollcall::service {

void RateLimit::forget_old(std::int64_t now_ms) {
  std::erase_if(seen_, [&](const auto& entry) { return entry.second.back() + window_ms_ <= now_ms; });
  // Whoever can come from this many addresses at once is not stopped by counting addresses; the memory is.
  if (seen_.size() >= kMaxKeys) seen_.clear();
}

std::int64_t RateLimit::count(std::string_view key) {
  const std::int64_t now_ms = clock_.monotonic_ms();
  const std::lock_guard lock(mutex_);
  if (seen_.size() >= kMaxKeys) forget_old(now_ms);
  auto& times = seen_[std::string(key)];
  while (!times.empty() && times.front() + window_ms_ <= now_ms) times.pop_front();
  if (times.size() >= tries_) return (times.front() + window_ms_ - now_ms + kSecondMs - 1) / kSecondMs;
  times.push_back(now_ms);
  return 0;
}

}  // namespace rollcall::service
