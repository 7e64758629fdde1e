#include "common/base/clock.h"

#include <ctime>

namespace rollcall {
namespace {

std::int64_t read_ms(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

std::int64_t SystemClock::wall_ms() const { return read_ms(CLOCK_REALTIME); }
std::int64_t SystemClock::monotonic_ms() const { return read_ms(CLOCK_BOOTTIME); }

}  // namespace rollcall
