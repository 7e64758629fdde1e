// Believable reports of a fleet: most of it stays, a few numbers move.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/base/clock.h"
#include "common/wire/report.h"
#include "server/domain/agent.h"
#include "server/domain/device.h"

namespace rollcall::bench {

inline std::string digits(std::int64_t number, std::size_t width) {
  std::string text = std::to_string(number);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

inline domain::Device make_device(std::int64_t number) {
  domain::Device device;
  device.device_id = "01HZZZZZZZZZZZZZZZ" + digits(number, 8);
  device.serial = "SN" + digits(number, 8);
  device.maker = "LENOVO";
  device.model = "ThinkPad L13 Gen " + std::to_string(number % 5);
  device.tag = "T-" + digits(number, 6);
  device.school_id = "school-" + std::to_string(number % 40);
  return device;
}

inline domain::AgentHandle make_agent(std::int64_t number) {
  domain::AgentRef agent;
  agent.agent_no = number;
  agent.agent_id = "00000000-0000-4000-8000-" + digits(number, 12);
  agent.device_id = make_device(number).device_id;
  return std::make_shared<const domain::AgentRef>(agent);
}

inline wire::Report make_report(std::int64_t number, std::uint64_t sequence, const Clock& clock) {
  const auto wobble = static_cast<std::int64_t>((static_cast<std::uint64_t>(number) * 31 + sequence * 17) % 997);
  wire::Report report;
  report.sequence = sequence;
  report.boot_id = "0b8bb0ee-8d2f-4d5e-9d29-6f3d7a1b2c3d";
  report.monotonic_ms = clock.monotonic_ms() - 40 - wobble % 7;
  report.wall_ms = clock.wall_ms() - 900 + wobble;
  report.collectors = {{"identity", wire::CollectorState::ok, 2 + wobble % 3, ""},
                       {"battery", wire::CollectorState::ok, 1 + wobble % 4, ""},
                       {"connectivity", wire::CollectorState::ok, 9 + wobble % 31, ""},
                       {"health", wire::CollectorState::ok, 12 + wobble % 190, ""}};
  wire::BatteryPack pack;
  pack.name = "BAT0";
  pack.state = wire::PackState::discharging;
  pack.percent = static_cast<double>(20 + wobble % 80);
  pack.now_mwh = 9'000 + wobble * 37;
  pack.full_mwh = 45'000 - number % 20'000, pack.design_mwh = 50'000;
  pack.cycles = 212 + number % 300;
  pack.voltage_mv = 11'000 + wobble, pack.power_mw = 5'000 + wobble * 3;
  pack.manufacturer = "SMP", pack.model = "5B10W13930", pack.serial = digits(number, 5), pack.technology = "Li-poly";
  report.battery = wire::Battery{{pack}, wobble % 3 == 0};
  wire::Connectivity net;
  net.interfaces = {{"wlp2s0", "wifi", true, true, true, true}, {"enp0s31f6", "ethernet", false, false, false, false}};
  net.wifi = wire::Wifi{-40 - wobble % 45, static_cast<double>(wobble % 8 * 1'083) / 10.0, "", ""};
  net.on_school_network = true;
  net.dns_ms = wobble % 20, net.connect_ms = 4 + wobble % 60, net.tls_ms = 9 + wobble % 90;
  net.portal = wire::PortalState::clear, net.tls_intercepted = false;
  report.connectivity = net;
  wire::Health health;
  health.volumes = {{"/", 238'000, 90'000 + wobble * 11}, {"/boot/efi", 512, 480}};
  health.disks = {{"nvme0n1", "nvme", "SAMSUNG MZVLB256HBHQ", true, 4, 3'120 + wobble % 2, 0}};
  health.memory_total_mb = 7'800, health.memory_available_mb = 2'000 + wobble * 3;
  health.temperature_c = static_cast<double>(380 + wobble % 300) / 10.0;
  health.uptime_s = clock.monotonic_ms() / 1'000;
  health.boot_count = 317, health.unclean_shutdowns = 4, health.package_update_age_days = 3;
  health.disk_encrypted = true, health.user_hash = "5a1c09fe77d04bd2";
  report.health = health;
  return report;
}

}  // namespace rollcall::bench
