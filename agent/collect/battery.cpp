#include "agent/collect/battery.h"

#include <array>
#include <cmath>
#include <cstdlib>

#include "agent/collect/read.h"
#include "common/wire/limits.h"

namespace rollcall::collect {
namespace {

constexpr std::string_view kFolder = "/sys/class/power_supply";
constexpr std::array<std::string_view, 22> kAttributes = {"type",
                                                          "scope",
                                                          "present",
                                                          "online",
                                                          "status",
                                                          "capacity",
                                                          "cycle_count",
                                                          "energy_now",
                                                          "energy_full",
                                                          "energy_full_design",
                                                          "charge_now",
                                                          "charge_full",
                                                          "charge_full_design",
                                                          "voltage_now",
                                                          "voltage_min_design",
                                                          "voltage_max_design",
                                                          "power_now",
                                                          "current_now",
                                                          "manufacturer",
                                                          "model_name",
                                                          "serial_number",
                                                          "technology"};

// Micro-units beyond this are no laptop's; it keeps every product below within a double's 53 bits.
constexpr std::int64_t kMaxMicro = 1'000'000'000'000;
constexpr std::int64_t kMaxPowerMw = 1'000'000;
constexpr std::int64_t kMaxVoltageMv = 100'000;
constexpr std::int64_t kMaxCycles = 65'534;  // 65,535 is a gauge's "unknown"

std::string_view text_of(const PowerSupply& supply, std::string_view key) {
  const auto found = supply.find(key);
  return found == supply.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::int64_t> micro(const PowerSupply& supply, std::string_view key, std::int64_t min) {
  return number_in(text_of(supply, key), min, kMaxMicro);
}

std::optional<std::int64_t> in_range(double value, std::int64_t max) {
  if (!(value >= 0) || value > static_cast<double>(max)) return std::nullopt;
  return std::llround(value);
}

// The voltage that turns charge into energy, in µV.
std::optional<std::int64_t> reference_voltage(const PowerSupply& supply) {
  for (const auto* key : {"voltage_min_design", "voltage_max_design", "voltage_now"}) {
    if (const auto voltage = micro(supply, key, 1)) return voltage;
  }
  return std::nullopt;
}

std::optional<std::int64_t> energy_mwh(const PowerSupply& supply, std::string_view what) {
  if (const auto energy = micro(supply, "energy_" + std::string(what), 0)) {
    return in_range(static_cast<double>(*energy) / 1e3, wire::kMaxEnergyMwh);
  }
  const auto charge = micro(supply, "charge_" + std::string(what), 0);
  const auto voltage = reference_voltage(supply);
  if (!charge || !voltage) return std::nullopt;
  return in_range(static_cast<double>(*charge) * static_cast<double>(*voltage) / 1e9, wire::kMaxEnergyMwh);
}

// Some drivers give the current a sign for its direction; the state tells that already.
std::optional<std::int64_t> power_mw(const PowerSupply& supply) {
  if (const auto power = micro(supply, "power_now", -kMaxMicro)) {
    return in_range(std::abs(static_cast<double>(*power)) / 1e3, kMaxPowerMw);
  }
  const auto current = micro(supply, "current_now", -kMaxMicro);
  const auto voltage = micro(supply, "voltage_now", 1);
  if (!current || !voltage) return std::nullopt;
  return in_range(std::abs(static_cast<double>(*current)) * static_cast<double>(*voltage) / 1e9, kMaxPowerMw);
}

wire::PackState state_of(std::string_view status) {
  if (equal_ignoring_case(status, "charging")) return wire::PackState::charging;
  if (equal_ignoring_case(status, "discharging")) return wire::PackState::discharging;
  if (equal_ignoring_case(status, "full")) return wire::PackState::full;
  if (equal_ignoring_case(status, "not charging")) return wire::PackState::not_charging;
  return wire::PackState::unknown;
}

std::optional<double> percent_of(const PowerSupply& supply, const wire::BatteryPack& pack) {
  if (const auto percent =
          number_in(text_of(supply, "capacity"), 0, static_cast<std::int64_t>(wire::kMaxPercent))) {
    return static_cast<double>(*percent);
  }
  if (!pack.now_mwh || pack.full_mwh.value_or(0) == 0) return std::nullopt;
  const double percent = 100.0 * static_cast<double>(*pack.now_mwh) / static_cast<double>(*pack.full_mwh);
  if (percent > wire::kMaxPercent) return std::nullopt;
  return std::round(percent * 10) / 10;
}

// A serial number of zeros is none.
std::string pack_serial(std::string_view text) {
  auto serial = field_text(text);
  if (serial.find_first_not_of("0 ") == std::string::npos) serial.clear();
  return serial;
}

class BatteryCollector final : public Collector {
 public:
  Result<Presence> collect(const Context& context, wire::Report& report) override {
    const auto& machine = *context.machine;
    wire::Battery battery;
    const auto names = machine.list(kFolder);
    // A kernel without the class has no battery either.
    if (!names && names.error().code != Errc::not_found) return std::unexpected(names.error());
    for (const auto& name : names.value_or(std::vector<std::string>())) {
      const auto supply = read_supply(machine, name);
      auto pack = parse_pack(name, supply);
      if (pack && battery.packs.size() < wire::kMaxPacks) battery.packs.push_back(std::move(*pack));
      if (const auto feeds = parse_mains(supply)) battery.on_ac = battery.on_ac.value_or(false) || *feeds;
    }
    const bool any = !battery.packs.empty();
    report.battery = std::move(battery);
    return any ? Presence::present : Presence::absent;
  }

 private:
  static PowerSupply read_supply(const Machine& machine, const std::string& name) {
    PowerSupply supply;
    const std::string folder = std::string(kFolder) + "/" + name + "/";
    for (const auto attribute : kAttributes) {
      if (auto text = read_attribute(machine, folder + std::string(attribute))) {
        supply.emplace(attribute, std::move(*text));
      }
    }
    return supply;
  }
};

}  // namespace

std::optional<wire::BatteryPack> parse_pack(std::string_view name, const PowerSupply& supply) {
  if (!equal_ignoring_case(text_of(supply, "type"), "battery")) return std::nullopt;
  if (equal_ignoring_case(text_of(supply, "scope"), "device")) return std::nullopt;
  if (text_of(supply, "present") == "0") return std::nullopt;
  wire::BatteryPack pack;
  pack.name = field_text(name);
  pack.state = state_of(text_of(supply, "status"));
  pack.now_mwh = energy_mwh(supply, "now");
  pack.full_mwh = energy_mwh(supply, "full");
  pack.design_mwh = energy_mwh(supply, "full_design");
  pack.percent = percent_of(supply, pack);
  pack.cycles = number_in(text_of(supply, "cycle_count"), 1, kMaxCycles);
  if (const auto voltage = micro(supply, "voltage_now", 0)) {
    pack.voltage_mv = in_range(static_cast<double>(*voltage) / 1e3, kMaxVoltageMv);
  }
  pack.power_mw = power_mw(supply);
  pack.manufacturer = field_text(text_of(supply, "manufacturer"));
  pack.model = field_text(text_of(supply, "model_name"));
  pack.serial = pack_serial(text_of(supply, "serial_number"));
  pack.technology = field_text(text_of(supply, "technology"));
  return pack;
}

std::optional<bool> parse_mains(const PowerSupply& supply) {
  const auto type = text_of(supply, "type");
  // USB-C chargers are of type USB; a phone's battery or a mouse is not.
  if (!equal_ignoring_case(type, "mains") && !type.starts_with("USB")) return std::nullopt;
  if (equal_ignoring_case(text_of(supply, "scope"), "device")) return std::nullopt;
  const auto online = number_in(text_of(supply, "online"), 0, 2);  // 2: a programmable supply
  if (!online) return std::nullopt;
  return *online > 0;
}

std::unique_ptr<Collector> make_battery() {
  return std::make_unique<BatteryCollector>();
}

}  // namespace rollcall::collect
