// How much one agent may bring: enough for any backlog that a laptop can have, not enough to fill the disk. A
// bucket an agent, which refills all the time; a report costs 1, and so does each KiB of the body (a report of
// random text takes many times the room of a usual one).
//
// Loop thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "common/base/clock.h"

namespace rollcall::api {

class AgentPace {
 public:
  static constexpr std::int64_t kBucket = 8'192;  // a full outbox of 4 MiB
  static constexpr std::int64_t kRefillMs = 4'000;  // one more each so often: 21,600 a day, where 288 are usual

  explicit AgentPace(const Clock& clock) : clock_(clock) {}

  // 0: take it; otherwise the seconds until there is room. What it refuses costs nothing and stays in the outbox.
  std::int64_t charge(std::int64_t agent_no, std::size_t reports, std::size_t body_bytes);

  std::size_t size() const { return empty_since_ms_.size(); }

 private:
  void forget_full(std::int64_t now_ms);

  static constexpr std::size_t kLookThrough = 16'384;

  const Clock& clock_;
  // When the bucket would have been empty, had it always refilled: one number says how full it is. An agent that is
  // not in it has a full one.
  std::unordered_map<std::int64_t, std::int64_t> empty_since_ms_;
  std::size_t look_through_at_ = kLookThrough;
};

}  // namespace rollcall::api
