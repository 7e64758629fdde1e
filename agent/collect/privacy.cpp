#include "agent/collect/privacy.h"

#include <arpa/inet.h>
#include <date/tz.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <iterator>
#include <optional>

#include "common/base/text.h"

namespace rollcall::collect {
namespace {

struct Address {
  std::array<unsigned char, 16> bytes{};
  unsigned bits{};  // 32 or 128
};

std::optional<Address> parse_address(std::string_view text) {
  const std::string terminated(text);
  Address address;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) return address.bits = 32, address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address.bits = 128, address;
  return std::nullopt;
}

struct LocalMinute {
  int weekday;  // 1 Monday … 7 Sunday
  int minute;   // since local midnight
};

std::optional<LocalMinute> local_minute(const std::string& zone, std::int64_t utc_ms) {
  // Beyond these years the library's calendar overflows.
  constexpr std::int64_t kMaxMs = 253'402'300'799'999;
  if (utc_ms < 0 || utc_ms > kMaxMs) return std::nullopt;
  try {
    const date::sys_time<std::chrono::milliseconds> instant{std::chrono::milliseconds(utc_ms)};
    const auto local = date::locate_zone(zone)->to_local(instant);
    const auto day = date::floor<date::days>(local);
    const auto minute = std::chrono::duration_cast<std::chrono::minutes>(local - day).count();
    return LocalMinute{static_cast<int>(date::weekday(day).iso_encoding()), static_cast<int>(minute)};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

bool is_kept_elsewhere(std::string_view collector) {
  return collector == "battery" || collector == "health";
}

}  // namespace

bool lists_networks(const wire::Policy& policy) {
  return !policy.school_ssids.empty() || !policy.school_networks.empty();
}

bool address_in(std::string_view address, std::string_view cidr) {
  const auto slash = cidr.find('/');
  const auto network = parse_address(cidr.substr(0, slash));
  const auto host = parse_address(address);
  if (!network || !host || network->bits != host->bits) return false;
  unsigned length = network->bits;
  if (slash != std::string_view::npos) {
    const auto written = parse_number<unsigned>(cidr.substr(slash + 1));
    if (!written || *written > network->bits) return false;
    length = *written;
  }
  for (unsigned bit = 0; bit < length; ++bit) {
    const unsigned difference = network->bytes[bit / 8] ^ host->bytes[bit / 8];
    if ((difference & (0x80u >> (bit % 8))) != 0) return false;
  }
  return true;
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
  const auto now = local_minute(hours.time_zone, utc_ms);
  if (!now) return false;
  const auto is_school_day = [&](int weekday) {
    return std::ranges::find(hours.days, weekday) != hours.days.end();
  };
  if (hours.start_minute <= hours.end_minute) {
    return is_school_day(now->weekday) && now->minute >= hours.start_minute && now->minute < hours.end_minute;
  }
  const int yesterday = now->weekday == 1 ? 7 : now->weekday - 1;
  return (is_school_day(now->weekday) && now->minute >= hours.start_minute) ||
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
