#include "agent/app/power_watch.h"

#include "agent/collect/battery.h"

namespace rollcall::app {

namespace {
// A gauge that wavers around the limit is not to say it twice.
constexpr double kRecoveredBy = 3.0;
}  // namespace

std::optional<double> charge_percent(const wire::Battery& battery) {
  std::int64_t now_mwh = 0, full_mwh = 0;
  double percents = 0;
  int counted = 0;
  for (const auto& pack : battery.packs) {
    if (pack.now_mwh && pack.full_mwh && *pack.full_mwh > 0) now_mwh += *pack.now_mwh, full_mwh += *pack.full_mwh;
    if (pack.percent) percents += *pack.percent, ++counted;
  }
  if (full_mwh > 0) return 100.0 * static_cast<double>(now_mwh) / static_cast<double>(full_mwh);
  if (counted > 0) return percents / counted;
  return std::nullopt;
}

PowerWatch::PowerWatch(std::shared_ptr<const collect::Machine> machine, const Clock& clock,
                       std::int64_t critical_percent, std::int64_t every_ms)
    : machine_(std::move(machine)),
      clock_(clock),
      critical_percent_(critical_percent),
      every_ms_(every_ms),
      battery_(collect::make_battery()),
      due_ms_(clock.monotonic_ms()) {}

PowerEvent PowerWatch::look() {
  due_ms_ = clock_.monotonic_ms() + every_ms_;
  collect::Context context;
  context.machine = machine_;
  wire::Report report;
  const auto presence = battery_->collect(context, report);
  if (presence && *presence == collect::Presence::absent) due_ms_ = clock_.monotonic_ms() + kHourMs;
  if (!presence || !report.battery) return PowerEvent::none;
  return judge(*report.battery);
}

PowerEvent PowerWatch::judge(const wire::Battery& battery) {
  const auto before = on_ac_;
  if (battery.on_ac) on_ac_ = battery.on_ac;
  const auto percent = charge_percent(battery);
  const bool discharging = !on_ac_.value_or(false);
  const auto limit = static_cast<double>(critical_percent_);
  if (percent && discharging && *percent <= limit && critical_percent_ > 0 && !said_critical_) {
    said_critical_ = true;
    return PowerEvent::battery_critical;
  }
  if (!discharging || (percent && *percent > limit + kRecoveredBy)) said_critical_ = false;
  return before && on_ac_ != before ? PowerEvent::charger_changed : PowerEvent::none;
}

}  // namespace rollcall::app
