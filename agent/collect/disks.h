// The laptop's own disks: NVMe and SATA through `smartctl --json` where it is installed, eMMC through sysfs.
// Sticks, cards and disks behind USB are somebody's own and are not looked at.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/collect/machine.h"
#include "common/wire/report.h"

namespace rollcall::collect {

// What smartctl(8) says, as `--json` of 7.x writes it. Wear is NVMe's percentage_used, or 100 minus the
// normalised value of the first of the ATA attributes 231, 233, 177, 202 (a new disk has 100). Media errors
// are NVMe's media_errors, or ATA's reallocated plus pending sectors (5, 197).
struct Smart {
  std::optional<bool> passed;
  std::optional<std::int64_t> wear_percent, power_on_hours, media_errors;
  bool operator==(const Smart&) const = default;
};
Smart parse_smart(std::string_view json);

// eMMC 5.0 and up (JESD84-B50, 7.4.30 to 7.4.32): `life_time` holds two steps of 10 %, of which the worse
// counts, by its upper end; `pre_eol_info` 1 is normal, 2 and 3 say that the spare blocks run out.
Smart parse_emmc(std::string_view life_time, std::string_view pre_eol_info);

// Remembers what smartctl said, for it wakes disks and costs more than all other reading together.
class Disks {
 public:
  static constexpr std::int64_t kSmartIntervalMs = 12LL * 3'600'000;

  // `hurried`: nothing is started, what is remembered serves.
  std::vector<wire::Disk> read(const Machine& machine, std::int64_t monotonic_ms, bool hurried);

 private:
  struct Remembered {
    std::int64_t read_ms{};
    Smart smart;
  };
  Smart smart_of(const Machine& machine, const std::string& name, std::int64_t monotonic_ms, bool hurried);

  std::map<std::string, Remembered> remembered_;
};

}  // namespace rollcall::collect
