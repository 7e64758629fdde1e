#include "tests/sim/trace.h"

#include "common/base/clock.h"

namespace rollcall::sim {

std::string time_of_day(std::int64_t ms) {
  const std::int64_t of_day = ms % kDayMs;
  return fmt::format("{:4} {:02}:{:02}:{:02}.{:03}", ms / kDayMs % 10'000, of_day / kHourMs, of_day / kMinuteMs % 60,
                     of_day / kSecondMs % 60, of_day % kSecondMs);
}

void Trace::line(std::int64_t at_ms, std::string_view text) {
  const auto add = [this](unsigned char byte) { hash_ = (hash_ ^ byte) * 0x100000001b3; };
  for (int shift = 0; shift < 64; shift += 8) add(static_cast<unsigned char>(at_ms >> shift));
  for (const char letter : text) add(static_cast<unsigned char>(letter));
  ++lines_;
  if (!print_) return;
  fmt::print("{}  {}\n", time_of_day(at_ms), text);
}

}  // namespace rollcall::sim
