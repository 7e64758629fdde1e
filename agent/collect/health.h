// How the laptop is: space, memory, temperature, uptime and boots, updates, encryption, and a keyed hash of
// who is logged in. Disks themselves are in disks.h. Each value stands alone: one that cannot be read is
// absent, for no laptop has them all.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/collect/collector.h"

namespace rollcall::collect {

// /proc/meminfo, in MiB as all `_mb` here.
struct Memory {
  std::optional<std::int64_t> total_mb, available_mb;
};
Memory parse_meminfo(std::string_view text);

// /proc/uptime, in whole seconds.
std::optional<std::int64_t> parse_uptime(std::string_view text);

// A sensor's millidegrees in °C; nothing for what no laptop survives or no sensor means (0 and below, 125
// up).
std::optional<double> parse_temperature(std::string_view millidegrees);

// Boots in a wtmp file (utmp(5), the machine's own layout), and how many of them followed a boot that no
// shutdown had ended: power lost, battery run flat, button held. Chosen over a marker of our own because it
// is kept from the system's first day and also while the agent does not run; it counts from where logrotate
// left the file before last. A system that no longer writes wtmp has no such count.
struct Boots {
  std::int64_t boots{}, unclean{};
};
Boots parse_wtmp(std::string_view bytes);

// The user of a file in /run/systemd/sessions, if that session is a person's, local and in front; else empty.
std::string parse_session(std::string_view text);

// Whole days from `stamp_ms` to `now_ms`; nothing when a clock must be wrong.
std::optional<std::int64_t> age_in_days(std::int64_t stamp_ms, std::int64_t now_ms);

std::unique_ptr<Collector> make_health();

}  // namespace rollcall::collect
