#include "agent/collect/privacy.h"

#include <algorithm>
#include <iterator>

#include "common/base/address.h"
#include "common/base/local_time.h"

namespace rollcall::collect {
namespace {

bool is_kept_elsewhere(std::string_view collector) {
  return collector == "battery" || collector == "health";
}

}  // namespace

bool lists_networks(const wire::Policy& policy) {
  return !policy.school_ssids.empty() || !policy.school_networks.empty();
}

bool address_in(std::string_view address, std::string_view cidr) {
  const auto network = parse_network(cidr);
  const auto host = parse_address(address);
  return network && host && network->contains(*host);
}

bool is_school_uplink(const wire::Policy& policy, const Uplink& uplink) {
  if (!uplink.ssid.empty() && !policy.school_ssids.empty()) {
    return std::ranges::find(policy.school_ssids, uplink.ssid) != policy.school_ssids.end();
  }
  return std::ranges::any_of(uplink.addresses, [&](const auto& address) {
    return std::ranges::any_of(policy.school_networks,
                               [&](const auto& cidr) { return address_in(address, cidr); });
  });
}

bool is_school_time(const wire::Policy& policy, std::int64_t utc_ms) {
  if (!policy.hours) return true;
  const auto& hours = *policy.hours;
  const auto now = local_time(hours.time_zone, utc_ms);
  if (!now) return false;
  const int today = weekday_of(now->date);
  const auto is_school_day = [&](int weekday) {
    return std::ranges::find(hours.days, weekday) != hours.days.end();
  };
  if (hours.start_minute <= hours.end_minute) {
    return is_school_day(today) && now->minute >= hours.start_minute && now->minute < hours.end_minute;
  }
  const int yesterday = today == 1 ? 7 : today - 1;
  return (is_school_day(today) && now->minute >= hours.start_minute) ||
         (is_school_day(yesterday) && now->minute < hours.end_minute);
}

bool is_at_school(const wire::Policy& policy, const wire::Connectivity* connectivity, std::int64_t utc_ms) {
  const bool on_network =
      !lists_networks(policy) || (connectivity != nullptr && connectivity->on_school_network);
  return on_network && is_school_time(policy, utc_ms);
}

bool restrict_report(const wire::Policy& policy, std::int64_t utc_ms, wire::Report& report) {
  const auto* connectivity = report.connectivity ? &*report.connectivity : nullptr;
  if (is_at_school(policy, connectivity, utc_ms)) return true;
  // Built anew from what may go, so that a section added later stays at school by default.
  wire::Report kept;
  kept.sequence = report.sequence;
  kept.boot_id = std::move(report.boot_id);
  kept.monotonic_ms = report.monotonic_ms;
  kept.wall_ms = report.wall_ms;
  kept.occasion = report.occasion;
  kept.battery = std::move(report.battery);
  kept.health = std::move(report.health);
  if (kept.health) kept.health->user_hash.clear();
  std::ranges::copy_if(report.collectors, std::back_inserter(kept.collectors),
                       [](const auto& result) { return is_kept_elsewhere(result.name); });
  report = std::move(kept);
  return false;
}

}  // namespace rollcall::collect
