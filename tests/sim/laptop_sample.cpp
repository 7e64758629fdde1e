// What the collectors of a simulated laptop would have read.
#include "tests/sim/laptop.h"

namespace rollcall::sim {

wire::Identity Laptop::identity() const {
  wire::Identity it;
  it.serial = traits_.placeholder ? "To be filled by O.E.M." : traits_.serial;
  it.serial_is_placeholder = traits_.placeholder;
  it.serial_source = traits_.placeholder ? "" : "product";
  it.manufacturer = "LENOVO";
  it.model = "ThinkPad 11e";
  it.system_uuid = traits_.system_uuid;
  it.os_name = "Debian GNU/Linux";
  it.os_version = "12";
  it.kernel = "6.1.0-18-amd64";
  it.agent_version = "0.1.0";
  if (parts_.firmware == Firmware::cloned) {
    it.serial = "PF000000", it.system_uuid = "5f0c1f64-0d8e-4b0a-9a55-3f2f5f0d7a01";
  } else if (parts_.firmware == Firmware::forgetful) {
    it.serial += fmt::format("-{}", images_), it.system_uuid.replace(0, 8, fmt::format("{:08}", images_));
  }
  return it;
}

sync::Sample Laptop::sample(wire::Occasion occasion) {
  settle_battery();
  sync::Sample sample;
  sample.at_school = place_ == Place::school;
  wire::Report& report = sample.report;
  report.boot_id = boot_id_;
  report.monotonic_ms = clock_.monotonic_ms();
  report.wall_ms = clock_.wall_ms();
  report.occasion = occasion;
  report.collectors = {{"battery", wire::CollectorState::ok, 2, ""}, {"health", wire::CollectorState::ok, 9, ""}};
  wire::BatteryPack pack;
  pack.name = "BAT0";
  pack.state = on_ac_ ? wire::PackState::charging : wire::PackState::discharging;
  pack.percent = static_cast<double>(static_cast<int>(charge_mwh_ / 45.0)) / 10.0;
  // The sample's mark in the book; see book.h.
  pack.now_mwh = parts_.book.made(instance_, world_.now_ms(), clock_.wall_ms(), !sample.at_school);
  pack.design_mwh = 50'000;
  pack.cycles = 212;
  pack.serial = fmt::format("P{}", traits_.number);
  report.battery = wire::Battery{{pack}, on_ac_};
  wire::Health health;
  health.volumes = {{"/", 238'000, between(random_, 50'000, 60'000)}};
  health.memory_total_mb = 7'800;
  health.memory_available_mb = between(random_, 1'000, 6'000);
  health.uptime_s = clock_.monotonic_ms() / kSecondMs;
  report.health = health;
  if (!sample.at_school) return sample;
  report.collectors.push_back({"identity", wire::CollectorState::ok, 3, ""});
  report.collectors.push_back({"connectivity", wire::CollectorState::ok, 12, ""});
  report.identity = identity();
  wire::Connectivity connectivity;
  connectivity.interfaces = {{"wlp2s0", "wifi", true, true, true, true}};
  connectivity.wifi = wire::Wifi{between(random_, -80, -45), 433.3, "school-wifi", "aa:bb:cc:dd:ee:01"};
  connectivity.on_school_network = true;
  report.connectivity = connectivity;
  return sample;
}

}  // namespace rollcall::sim
