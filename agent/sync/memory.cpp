#include "agent/sync/memory.h"

#include <fmt/core.h>

#include <algorithm>

#include "common/base/text.h"

namespace rollcall::sync {

namespace {
constexpr std::size_t kMaxBytes = 16 * 1024;
}

Result<> Memory::load() {
  values_.clear();
  const auto bytes = files_.read(path_, kMaxBytes);
  if (!bytes) {
    if (bytes.error().code == Errc::not_found || bytes.error().code == Errc::too_large) return {};
    return std::unexpected(bytes.error());
  }
  for (const auto line : split(*bytes, '\n')) {
    const auto space = line.find(' ');
    if (space == std::string_view::npos || space == 0 || printable(line) != line) continue;
    values_.emplace(line.substr(0, space), line.substr(space + 1));
  }
  return {};
}

Result<> Memory::save() {
  if (!changed_) return {};
  std::string bytes;
  for (const auto& [name, value] : values_) bytes += fmt::format("{} {}\n", name, value);
  TRY(files_.write_atomic(path_, bytes, 0600));
  changed_ = false;
  return {};
}

std::string Memory::text(std::string_view name) const {
  const auto value = values_.find(name);
  return value == values_.end() ? std::string() : value->second;
}

void Memory::set_text(std::string_view name, std::string_view value) {
  if (text(name) == value) return;
  changed_ = true;
  if (value.empty()) {
    values_.erase(values_.find(name));
  } else {
    values_.insert_or_assign(std::string(name), std::string(value));
  }
}

std::optional<std::int64_t> Memory::number(std::string_view name) const {
  return parse_number<std::int64_t>(text(name));
}

void Memory::set_number(std::string_view name, std::int64_t value) { set_text(name, std::to_string(value)); }

std::optional<std::int64_t> Memory::due(std::string_view name, std::string_view boot_id, const Clock& clock,
                                        std::int64_t longest_ms) const {
  const std::string noted = text(name);
  const auto parts = split(noted, ' ');
  if (parts.size() != 4) return std::nullopt;
  const auto monotonic_ms = parse_number<std::int64_t>(parts[1]);
  const auto wall_ms = parse_number<std::int64_t>(parts[2]);
  const auto away_ms = parse_number<std::int64_t>(parts[3]);
  if (!monotonic_ms || !wall_ms || !away_ms || *away_ms < 0) return std::nullopt;
  const std::int64_t now_ms = clock.monotonic_ms();
  const bool same_boot = !boot_id.empty() && parts[0] == boot_id;
  // Subtracting could overflow for a value that somebody wrote by hand.
  const double away = same_boot ? static_cast<double>(*monotonic_ms) - static_cast<double>(now_ms)
                                : static_cast<double>(*wall_ms) - static_cast<double>(clock.wall_ms());
  return now_ms + static_cast<std::int64_t>(std::clamp(away, 0.0, static_cast<double>(std::min(longest_ms, *away_ms))));
}

void Memory::set_due(std::string_view name, std::string_view boot_id, const Clock& clock,
                     std::int64_t monotonic_ms) {
  const std::int64_t away_ms = std::max<std::int64_t>(monotonic_ms - clock.monotonic_ms(), 0);
  set_text(name, fmt::format("{} {} {} {}", boot_id.empty() ? "-" : boot_id, monotonic_ms, clock.wall_ms() + away_ms,
                             away_ms));
}

}  // namespace rollcall::sync
