// The seam of time. Only SystemClock reads the machine's clocks; everything else is handed a Clock, so that
// a test or the simulation decides what time it is.
#pragma once

#include <atomic>
#include <cstdint>

namespace rollcall {

inline constexpr std::int64_t kSecondMs = 1'000;
inline constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since 1970-01-01 UTC. May jump in both directions.
  virtual std::int64_t wall_ms() const = 0;
  // Milliseconds since boot, sleep included (CLOCK_BOOTTIME). Never goes back within a boot.
  virtual std::int64_t monotonic_ms() const = 0;
};

class SystemClock final : public Clock {
 public:
  std::int64_t wall_ms() const override;
  std::int64_t monotonic_ms() const override;
};

// Stands still until it is moved.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(std::int64_t wall_ms = 1'760'000'000'000, std::int64_t monotonic_ms = 1'000'000)
      : wall_ms_(wall_ms), monotonic_ms_(monotonic_ms) {}
  std::int64_t wall_ms() const override { return wall_ms_; }
  std::int64_t monotonic_ms() const override { return monotonic_ms_; }

  void advance(std::int64_t ms) { wall_ms_ += ms, monotonic_ms_ += ms; }
  void set_wall(std::int64_t ms) { wall_ms_ = ms; }
  void reboot() { monotonic_ms_ = 0; }

 private:
  std::atomic<std::int64_t> wall_ms_;
  std::atomic<std::int64_t> monotonic_ms_;
};

}  // namespace rollcall
