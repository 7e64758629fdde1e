// Battery packs and mains power, from /sys/class/power_supply (Documentation/ABI/testing/sysfs-class-power).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agent/collect/collector.h"

namespace rollcall::collect {

// One power supply's attributes by file name, trimmed; what its driver does not answer is missing.
using PowerSupply = std::map<std::string, std::string, std::less<>>;

// Nothing: not a pack of the laptop (mains, a mouse, an empty bay). Energy is in mWh: from energy_* (µWh),
// else from charge_* (µAh) times a voltage (µV) that does not change, voltage_min_design; without one, the
// highest design voltage or the present one serves, which keeps the ratio of full to design right. A value
// outside the limits of the vocabulary is left out, never clamped: a gauge that lies is not to look sane.
std::optional<wire::BatteryPack> parse_pack(std::string_view name, const PowerSupply& supply);

// Whether this supply feeds the laptop; nothing when it is none that could (a pack, a mouse).
std::optional<bool> parse_mains(const PowerSupply& supply);

std::unique_ptr<Collector> make_battery();

}  // namespace rollcall::collect
