#include "tests/district/clock.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/text.h"

namespace rollcall::district {

std::int64_t ScaledClock::wall_ms() const {
  const std::int64_t now_ms = real_.wall_ms();
  return std::min(now_ms, scale_.wall_ms + (now_ms - scale_.real_ms) * scale_.speed);
}

bool ScaledClock::has_caught_up() const { return wall_ms() == real_.wall_ms(); }

std::string scale_path(const std::string& data_folder) { return data_folder + "/simulated-clock"; }

Result<> write_scale(Files& files, const std::string& path, const ScaledClock::Scale& scale) {
  return files.write_atomic(path, fmt::format("{} {} {}\n", scale.real_ms, scale.wall_ms, scale.speed), 0600);
}

Result<ScaledClock::Scale> read_scale(const Files& files, const std::string& path) {
  const auto text = files.read(path, 128);
  if (!text && text.error().code == Errc::not_found) return ScaledClock::Scale{};
  if (!text) return std::unexpected(text.error());
  const auto words = split(trim(*text), ' ');
  const auto number = [&](std::size_t i) { return i < words.size() ? parse_number<std::int64_t>(words[i]) : std::nullopt; };
  const auto real_ms = number(0), wall_ms = number(1), speed = number(2);
  if (!real_ms || !wall_ms || !speed || *speed < 1) return fail(Errc::corrupt, path + " is no simulated clock");
  return ScaledClock::Scale{*real_ms, *wall_ms, *speed};
}

}  // namespace rollcall::district
