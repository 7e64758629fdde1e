// Time for a simulated district: begins in the past, runs fast, and becomes the real time when it has caught
// up with it. It never goes beyond: what was simulated is history, and what follows is live.
//
// rollcalld-sim leaves the clock's three numbers in the server's data folder, so that rollcall-sim lives by
// the same time.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/result.h"

namespace rollcall::district {

// Immutable; thread-safe. Only the wall clock is scaled: deadlines of sockets and the writer's gathering stay
// real, because the machine that they wait for is.
class ScaledClock final : public Clock {
 public:
  struct Scale {
    std::int64_t real_ms{};  // when it started
    std::int64_t wall_ms{};  // what it said then
    std::int64_t speed{1};
  };
  ScaledClock(const Clock& real, Scale scale) : real_(real), scale_(scale) {}

  std::int64_t wall_ms() const override;
  std::int64_t monotonic_ms() const override { return real_.monotonic_ms(); }
  bool has_caught_up() const;
  std::int64_t speed() const { return has_caught_up() ? 1 : scale_.speed; }

 private:
  const Clock& real_;
  const Scale scale_;
};

std::string scale_path(const std::string& data_folder);
Result<> write_scale(Files& files, const std::string& path, const ScaledClock::Scale& scale);
// A missing file is the real time.
Result<ScaledClock::Scale> read_scale(const Files& files, const std::string& path);

}  // namespace rollcall::district
