// The one clock and the one queue of a run: what is to happen, in the order of true time and, at one instant,
// in the order in which it was planned. Chance comes in named streams, so that a new actor that draws numbers
// changes nothing for the others.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "tests/sim/trace.h"

namespace rollcall::sim {

class World {
 public:
  using Job = std::function<void()>;

  World(std::uint64_t seed, std::int64_t start_ms, Trace& trace) : seed_(seed), now_ms_(start_ms), trace_(trace) {}

  std::int64_t now_ms() const { return now_ms_; }  // UTC, true
  void at(std::int64_t ms, Job job);               // in the past: as soon as possible
  void after(std::int64_t ms, Job job) { at(now_ms_ + ms, std::move(job)); }
  // Runs what is due up to and including `ms`, then it is `ms`.
  void run_until(std::int64_t ms);

  SeededRandom stream(std::string_view name) const;

  template <class... Args>
  void note(fmt::format_string<Args...> format, Args&&... args) {
    trace_.note(now_ms_, format, std::forward<Args>(args)...);
  }

 private:
  struct Planned {
    std::int64_t ms;
    std::uint64_t order;
    Job job;
    bool operator<(const Planned& other) const {  // the earliest on top
      return ms != other.ms ? ms > other.ms : order > other.order;
    }
  };

  std::uint64_t seed_;
  std::int64_t now_ms_;
  std::uint64_t planned_{};
  std::priority_queue<Planned> queue_;
  Trace& trace_;
};

// Both ends included.
std::int64_t between(Random& random, std::int64_t low, std::int64_t high);
bool chance(Random& random, int permille);

// A machine's clocks. `started_ms` is when it was booted.
class MachineClock final : public Clock {
 public:
  explicit MachineClock(const World& world) : world_(world), started_ms_(world.now_ms()) {}
  std::int64_t wall_ms() const override { return world_.now_ms() + skew_ms_; }
  std::int64_t monotonic_ms() const override { return world_.now_ms() - started_ms_; }

  void boot() { started_ms_ = world_.now_ms(); }
  void set_skew(std::int64_t ms) { skew_ms_ = ms; }  // how far the wall clock is ahead of the truth
  std::int64_t skew_ms() const { return skew_ms_; }
  std::int64_t true_ms(std::int64_t monotonic_ms) const { return started_ms_ + monotonic_ms; }

 private:
  const World& world_;
  std::int64_t started_ms_;
  std::int64_t skew_ms_{};
};

}  // namespace rollcall::sim
