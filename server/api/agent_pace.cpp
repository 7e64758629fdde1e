#include "server/api/agent_pace.h"

#include <algorithm>

namespace rollcall::api {
namespace {

constexpr std::int64_t kFullMs = AgentPace::kBucket * AgentPace::kRefillMs;
constexpr std::size_t kUnit = 1'024;

}  // namespace

std::int64_t AgentPace::charge(std::int64_t agent_no, std::size_t reports, std::size_t body_bytes) {
  const std::int64_t now_ms = clock_.monotonic_ms();
  if (empty_since_ms_.size() >= look_through_at_) forget_full(now_ms);
  auto& since_ms = empty_since_ms_.try_emplace(agent_no, now_ms - kFullMs).first->second;
  since_ms = std::max(since_ms, now_ms - kFullMs);
  const auto cost_ms = static_cast<std::int64_t>(reports + body_bytes / kUnit) * kRefillMs;
  const std::int64_t missing_ms = since_ms + cost_ms - now_ms;
  if (missing_ms > 0) return (missing_ms + kSecondMs - 1) / kSecondMs;
  since_ms += cost_ms;
  return 0;
}

// Usual agents are full again seconds after each check-in, so few stay.
void AgentPace::forget_full(std::int64_t now_ms) {
  std::erase_if(empty_since_ms_, [&](const auto& entry) { return entry.second <= now_ms - kFullMs; });
  look_through_at_ = std::max(kLookThrough, 2 * empty_since_ms_.size());
}

}  // namespace rollcall::api
