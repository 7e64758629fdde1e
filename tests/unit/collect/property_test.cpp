// Properties that hold for every text; rapidcheck looks for one that breaks them.
#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "agent/collect/battery.h"
#include "agent/collect/connectivity.h"
#include "agent/collect/disks.h"
#include "agent/collect/health.h"
#include "agent/collect/identity.h"
#include "agent/collect/mounts.h"
#include "agent/collect/privacy.h"
#include "agent/collect/read.h"
#include "common/base/address.h"
#include "common/wire/limits.h"

namespace rollcall::collect {
namespace {

bool fits(const std::string& text) {
  return text.size() <= wire::kMaxText && is_utf8(text) && printable(text) == text;
}

bool in(std::optional<std::int64_t> value, std::int64_t min, std::int64_t max) {
  return !value || (*value >= min && *value <= max);
}

bool in(std::optional<double> value, double min, double max) {
  return !value || (*value >= min && *value <= max);
}

// Text made of the pieces that these files are made of, which finds more than bytes by chance do.
rc::Gen<std::string> file_text() {
  const auto piece = rc::gen::oneOf(
      rc::gen::element<std::string>(" ", "\n", "\t", ":", "=", "-", "/", "|--", "0", "00000000", "ffffffff",
                                    "eth0", "wlan0:", "127.0.0.1", "10.20.3.4", "/32 host LOCAL",
                                    "MemTotal:", "kB", "NAME", "\"", "B: KEY=", "B: PROP=2", "\\040",
                                    "- ext4 /dev/sda1", "USER=x", "ACTIVE=1", "CLASS=user", "0x0b",
                                    "{\"smart_status\":{\"passed\":true}}"),
      rc::gen::arbitrary<std::string>(),
      rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](auto n) { return std::to_string(n); }));
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const auto& pieces) {
    std::string text;
    for (const auto& part : pieces) text += part;
    return text;
  });
}

TEST_CASE("every text parser survives any text and keeps the vocabulary's limits") {
  CHECK(rc::check([] {
    const auto text = *file_text();
    RC_ASSERT(fits(field_text(text)));
    (void)parse_routes4(text);
    (void)parse_local4(text);
    for (const auto& address : parse_addresses6(text)) RC_ASSERT(parse_address(address.address));
    (void)parse_defaults6(text);
    for (const auto& [name, dbm] : parse_wireless(text)) RC_ASSERT(dbm >= -200 && dbm <= -1);
    (void)parse_mountinfo(text);
    (void)parse_input_devices(text);
    const auto release = parse_os_release(text);
    RC_ASSERT(fits(release.name) && fits(release.version));
    RC_ASSERT(fits(parse_session(text)));
    const auto memory = parse_meminfo(text);
    RC_ASSERT(in(memory.total_mb, 0, wire::kMaxMegabytes) && in(memory.available_mb, 0, wire::kMaxMegabytes));
    RC_ASSERT(in(parse_uptime(text), 0, 3'155'760'000));
    RC_ASSERT(in(parse_temperature(text), 0.0, 125.0));
    const auto boots = parse_wtmp(text);
    RC_ASSERT(boots.unclean >= 0 && boots.unclean <= boots.boots);
    const auto smart = parse_smart(text);
    RC_ASSERT(in(smart.wear_percent, 0, 1000) && in(smart.power_on_hours, 0, 10'000'000));
    RC_ASSERT(in(parse_emmc(text, text).wear_percent, 10, 110));
    const auto uuid = parse_system_uuid(text);
    RC_ASSERT(uuid.empty() || uuid.size() == 36);
  }));
}

TEST_CASE("a pack made of any attributes keeps the vocabulary's limits") {
  CHECK(rc::check([] {
    PowerSupply supply{{"type", "Battery"}};
    const auto value = rc::gen::oneOf(
        rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](auto n) { return std::to_string(n); }),
        rc::gen::map(rc::gen::inRange<std::int64_t>(-1, 60'000'000),
                     [](auto n) { return std::to_string(n); }),
        rc::gen::arbitrary<std::string>());
    for (const auto* key : {"status", "capacity", "cycle_count", "energy_now", "energy_full", "charge_now",
                            "charge_full", "charge_full_design", "voltage_now", "voltage_min_design",
                            "power_now", "current_now", "manufacturer", "serial_number", "technology"}) {
      if (*rc::gen::arbitrary<bool>()) supply[key] = *value;
    }
    const auto pack = parse_pack(*rc::gen::arbitrary<std::string>(), supply);
    RC_ASSERT(pack.has_value());
    RC_ASSERT(in(pack->now_mwh, 0, wire::kMaxEnergyMwh) && in(pack->full_mwh, 0, wire::kMaxEnergyMwh));
    RC_ASSERT(in(pack->design_mwh, 0, wire::kMaxEnergyMwh) && in(pack->cycles, 1, 65'534));
    RC_ASSERT(in(pack->voltage_mv, 0, 100'000) && in(pack->power_mw, 0, 1'000'000));
    RC_ASSERT(in(pack->percent, 0.0, wire::kMaxPercent));
    RC_ASSERT(fits(pack->name) && fits(pack->manufacturer) && fits(pack->serial) && fits(pack->technology));
  }));
}

TEST_CASE("energy comes back as it went in, by either way of counting") {
  CHECK(rc::check([] {
    const auto mwh = *rc::gen::inRange<std::int64_t>(0, 200'000);
    const auto by_energy =
        parse_pack("BAT0", {{"type", "Battery"}, {"energy_full", std::to_string(mwh * 1000)}});
    RC_ASSERT(by_energy->full_mwh == mwh);
    const auto by_charge = parse_pack("BAT0", {{"type", "Battery"},
                                               {"charge_full", std::to_string(mwh * 100)},
                                               {"voltage_min_design", "10000000"}});
    RC_ASSERT(by_charge->full_mwh == mwh);
  }));
}

TEST_CASE("a chosen serial number is never a placeholder, and a source is named exactly when there is one") {
  CHECK(rc::check([] {
    const auto text =
        rc::gen::oneOf(rc::gen::element<std::string>("", "0", "None", "Default string", "PF0ZX4K9", "  X1 "),
                       rc::gen::arbitrary<std::string>());
    wire::Identity identity;
    choose_serial({*text, *text, *text}, identity);
    RC_ASSERT(identity.serial.empty() == identity.serial_source.empty());
    RC_ASSERT(fits(identity.serial) && !is_placeholder(identity.serial));
    RC_ASSERT(identity.serial.empty() || !identity.serial_is_placeholder);
  }));
}

TEST_CASE("an address is in its own network of every length, and never in one with a differing prefix") {
  CHECK(rc::check([] {
    const auto octet = [] { return *rc::gen::inRange(0, 256); };
    const int a = octet(), b = octet(), c = octet(), d = octet();
    const auto text = [](int w, int x, int y, int z) {
      return std::to_string(w) + "." + std::to_string(x) + "." + std::to_string(y) + "." + std::to_string(z);
    };
    const int length = *rc::gen::inRange(0, 33);
    RC_ASSERT(address_in(text(a, b, c, d), text(a, b, c, d) + "/" + std::to_string(length)));
    if (length >= 1)
      RC_ASSERT(!address_in(text(a ^ 128, b, c, d), text(a, b, c, d) + "/" + std::to_string(length)));
  }));
}

TEST_CASE(
    "no policy lets a report out with a place in it unless its network is listed and the hour is right") {
  CHECK(rc::check([] {
    wire::Policy policy;
    policy.school_ssids = {"Lincoln"};
    if (*rc::gen::arbitrary<bool>()) {
      policy.hours = wire::Policy::SchoolHours{"America/New_York",
                                               *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 9)),
                                               *rc::gen::inRange(-10, 1500), *rc::gen::inRange(-10, 1500)};
    }
    wire::Report report;
    report.connectivity = wire::Connectivity{};
    report.connectivity->on_school_network = *rc::gen::arbitrary<bool>();
    report.identity = wire::Identity{};
    const bool listed = report.connectivity->on_school_network;
    const auto now_ms = *rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000);
    const bool whole = restrict_report(policy, now_ms, report);
    RC_ASSERT(whole == (listed && is_school_time(policy, now_ms)));
    RC_ASSERT(report.connectivity.has_value() == whole);
    RC_ASSERT(report.identity.has_value() == whole);
  }));
}

}  // namespace
}  // namespace rollcall::collect
