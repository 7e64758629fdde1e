#include "tests/sim/trace.h"

#include "common/base/clock.h"

namespace rollcall::sim {

void Trace::line(std::int64_t at_ms, std::string_view text) {
  const auto add = [this](unsigned char byte) { hash_ = (hash_ ^ byte) * 0x100000001b3; };
  for (int shift = 0; shift < 64; shift += 8) add(static_cast<unsigned char>(at_ms >> shift));
  for (const char letter : text) add(static_cast<unsigned char>(letter));
  ++lines_;
  if (!print_) return;
  const std::int64_t of_day = at_ms % kDayMs;
  fmt::print("{:4} {:02}:{:02}:{:02}.{:03}  {}\n", at_ms / kDayMs % 10'000, of_day / kHourMs,
             of_day / kMinuteMs % 60, of_day / kSecondMs % 60, of_day % kSecondMs, text);
}

}  // namespace rollcall::sim
