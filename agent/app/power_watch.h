// Looks at the charger and the charge between reports: a flat laptop cannot say so later. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "agent/collect/collector.h"
#include "common/base/clock.h"

namespace rollcall::app {

// The charge of all packs together, 0 … 100; nothing when no pack knows.
std::optional<double> charge_percent(const wire::Battery& battery);

enum class PowerEvent { none, charger_changed, battery_critical };

class PowerWatch {
 public:
  // `critical_percent` 0: never critical. References outlive it.
  PowerWatch(std::shared_ptr<const collect::Machine> machine, const Clock& clock, std::int64_t critical_percent,
             std::int64_t every_ms);

  std::int64_t due_ms() const { return due_ms_; }  // rarely, on a machine without a battery
  PowerEvent look();

  // The rule alone: critical is said once until the charger comes or the charge recovers.
  PowerEvent judge(const wire::Battery& battery);

 private:
  std::shared_ptr<const collect::Machine> machine_;
  const Clock& clock_;
  std::int64_t critical_percent_;
  std::int64_t every_ms_;
  std::unique_ptr<collect::Collector> battery_;
  std::int64_t due_ms_;
  std::optional<bool> on_ac_;
  bool said_critical_{};
};

}  // namespace rollcall::app
