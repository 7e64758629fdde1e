#include "agent/collect/privacy.h"

#include <catch2/catch.hpp>

#include "common/wire/codec.h"
#include "tests/unit/collect/school.h"

namespace rollcall::collect {
namespace {

// 2025-10-09, a Thursday.
constexpr std::int64_t kThursdayNoonInNewYork = 1'760'025'600'000;
constexpr std::int64_t kHour = 3'600'000;

wire::Report full_report(bool on_school_network) {
  wire::Report report;
  report.identity = wire::Identity{};
  report.identity->serial = "PF0ZX4K9";
  report.battery = wire::Battery{};
  report.connectivity = wire::Connectivity{};
  report.connectivity->on_school_network = on_school_network;
  report.connectivity->interfaces = {{"wlan0", "wifi", true, true, true, true}};
  report.connectivity->wifi = wire::Wifi{-60, 300.0, "Lincoln Students", "f0:9f:c2:11:22:33"};
  report.health = wire::Health{};
  report.health->uptime_s = 5;
  report.health->user_hash = "0123456789abcdef0123456789abcdef";
  for (const auto* name : {"identity", "battery", "connectivity", "health"}) {
    report.collectors.push_back({name, wire::CollectorState::ok, 1, ""});
  }
  return report;
}

void check_only_battery_and_health(const wire::Report& report) {
  CHECK_FALSE(report.identity.has_value());
  CHECK_FALSE(report.connectivity.has_value());
  CHECK(report.battery.has_value());
  REQUIRE(report.health.has_value());
  CHECK(report.health->uptime_s == 5);
  CHECK(report.health->user_hash.empty());
  REQUIRE(report.collectors.size() == 2);
  CHECK(report.collectors[0].name == "battery");
  CHECK(report.collectors[1].name == "health");
  const auto sent = wire::encode(report, wire::Form::readable);
  for (const auto* secret :
       {"PF0ZX4K9", "wlan0", "Lincoln", "f0:9f", "0123456789abcdef", "connectivity", "identity"}) {
    INFO(secret);
    CHECK(sent.find(secret) == std::string::npos);
  }
}

TEST_CASE("at school, in school hours, a report is whole") {
  auto policy = school_policy();
  policy.hours = school_hours();
  auto report = full_report(true);
  CHECK(restrict_report(policy, kThursdayNoonInNewYork, report));
  CHECK(wire::encode(report) == wire::encode(full_report(true)));
}

TEST_CASE("off the school's networks only battery and health are left") {
  auto report = full_report(false);
  report.sequence = 7;
  report.occasion = wire::Occasion::resumed;
  CHECK_FALSE(restrict_report(school_policy(), kThursdayNoonInNewYork, report));
  check_only_battery_and_health(report);
  CHECK(report.sequence == 7);
  CHECK(report.occasion == wire::Occasion::resumed);
}

TEST_CASE("outside school hours only battery and health are left, wherever the laptop is") {
  auto policy = school_policy();
  policy.hours = school_hours();
  for (const bool at_school : {true, false}) {
    auto report = full_report(at_school);
    CHECK_FALSE(restrict_report(policy, kThursdayNoonInNewYork + 8 * kHour, report));
    check_only_battery_and_health(report);
  }
}

TEST_CASE("when connectivity could not be read, the laptop counts as away from school") {
  auto report = full_report(true);
  report.connectivity.reset();
  CHECK_FALSE(restrict_report(school_policy(), kThursdayNoonInNewYork, report));
  CHECK_FALSE(report.identity.has_value());
}

TEST_CASE("a policy that lists no network does not restrict the place, but the time") {
  wire::Policy policy;
  auto report = full_report(false);
  CHECK(restrict_report(policy, kThursdayNoonInNewYork, report));
  CHECK(report.connectivity.has_value());
  policy.hours = school_hours();
  CHECK_FALSE(restrict_report(policy, kThursdayNoonInNewYork + 8 * kHour, report));
  CHECK_FALSE(report.connectivity.has_value());
}

TEST_CASE("addresses are matched with networks of their own family") {
  CHECK(address_in("10.20.3.57", "10.20.0.0/16"));
  CHECK_FALSE(address_in("10.21.3.57", "10.20.0.0/16"));
  CHECK(address_in("10.20.3.57", "10.20.3.57"));
  CHECK(address_in("192.0.2.1", "0.0.0.0/0"));
  CHECK(address_in("10.20.3.57", "10.20.3.56/31"));
  CHECK_FALSE(address_in("10.20.3.58", "10.20.3.56/31"));
  CHECK(address_in("2001:db8:20:7::a7", "2001:db8:20::/48"));
  CHECK_FALSE(address_in("2001:db8:21:7::a7", "2001:db8:20::/48"));
  CHECK_FALSE(address_in("10.20.3.57", "::/0"));
  for (const auto* cidr :
       {"", "/", "10.20.0.0/", "10.20.0.0/33", "10.20.0.0/-1", "10.20/16", "school", "::/129"}) {
    INFO(cidr);
    CHECK_FALSE(address_in("10.20.3.57", cidr));
    CHECK_FALSE(address_in("::1", cidr));
  }
  CHECK_FALSE(address_in("nonsense", "0.0.0.0/0"));
}

TEST_CASE("the name of a Wi-Fi decides over its address when names are listed") {
  const auto policy = school_policy();
  CHECK(is_school_uplink(policy, {"wlan0", {"192.168.1.5"}, "Lincoln Staff"}));
  CHECK_FALSE(is_school_uplink(policy, {"wlan0", {"10.20.3.57"}, "Home"}));
  CHECK(is_school_uplink(policy, {"wlan0", {"10.20.3.57"}, ""}));
  CHECK(is_school_uplink(policy, {"eth0", {"192.168.1.5", "2001:db8:20::1"}, ""}));
  CHECK_FALSE(is_school_uplink(policy, {"eth0", {}, ""}));
  auto by_address = policy;
  by_address.school_ssids.clear();
  CHECK(is_school_uplink(by_address, {"wlan0", {"10.20.3.57"}, "Anything"}));
  CHECK_FALSE(is_school_uplink({}, {"wlan0", {"10.20.3.57"}, "Lincoln Staff"}));
}

TEST_CASE("school time follows the school's zone, its days and its daylight saving") {
  wire::Policy policy;
  CHECK(is_school_time(policy, 0));
  policy.hours = school_hours();
  CHECK(is_school_time(policy, kThursdayNoonInNewYork));
  // 7:30 in New York is 11:30 UTC in October and 12:30 UTC in January.
  constexpr std::int64_t october_1130_utc = kThursdayNoonInNewYork - 4 * kHour - kHour / 2;
  CHECK(is_school_time(policy, october_1130_utc));
  CHECK_FALSE(is_school_time(policy, october_1130_utc - 1));
  constexpr std::int64_t january_thursday_1230_utc = 1'736'425'800'000;
  CHECK(is_school_time(policy, january_thursday_1230_utc));
  CHECK_FALSE(is_school_time(policy, january_thursday_1230_utc - 1));
  // 15:45 is the first minute after school.
  CHECK(is_school_time(policy, october_1130_utc + 8 * kHour + kHour / 4 - 1));
  CHECK_FALSE(is_school_time(policy, october_1130_utc + 8 * kHour + kHour / 4));
  CHECK_FALSE(is_school_time(policy, kThursdayNoonInNewYork + 2 * 24 * kHour));  // Saturday
}

TEST_CASE("hours across midnight belong to the day they began") {
  wire::Policy policy;
  policy.hours = wire::Policy::SchoolHours{"America/New_York", {4}, 22 * 60, 6 * 60};
  CHECK_FALSE(is_school_time(policy, kThursdayNoonInNewYork));
  CHECK(is_school_time(policy, kThursdayNoonInNewYork + 11 * kHour));        // Thursday, 23:00
  CHECK(is_school_time(policy, kThursdayNoonInNewYork + 17 * kHour));        // Friday, 5:00
  CHECK_FALSE(is_school_time(policy, kThursdayNoonInNewYork + 18 * kHour));  // Friday, 6:00
  CHECK_FALSE(is_school_time(policy, kThursdayNoonInNewYork - 7 * kHour));   // Thursday, 5:00
  policy.hours->days = {7};
  CHECK(is_school_time(policy, kThursdayNoonInNewYork + (3 * 24 + 17) * kHour));  // Monday, 5:00
}

TEST_CASE("hours that make no sense are no school time") {
  wire::Policy policy;
  policy.hours = school_hours();
  for (const auto* zone : {"", "Nowhere/Town", "../../etc/passwd", "\n"}) {
    policy.hours->time_zone = zone;
    INFO(zone);
    CHECK_FALSE(is_school_time(policy, kThursdayNoonInNewYork));
  }
  policy.hours = school_hours();
  policy.hours->days.clear();
  CHECK_FALSE(is_school_time(policy, kThursdayNoonInNewYork));
  policy.hours = school_hours();
  policy.hours->end_minute = policy.hours->start_minute;
  CHECK_FALSE(is_school_time(policy, kThursdayNoonInNewYork));
  policy.hours = school_hours();
  CHECK_FALSE(is_school_time(policy, -1));
  CHECK_FALSE(is_school_time(policy, std::numeric_limits<std::int64_t>::max()));
}

}  // namespace
}  // namespace rollcall::collect
