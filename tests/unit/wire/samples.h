// A report as an ordinary laptop sends it, for the tests of this folder.
#pragma once

#include "common/wire/checkin.h"

namespace rollcall::wire {

inline Report ordinary_report() {
  Report report;
  report.sequence = 41'237;
  report.boot_id = "1f0c2a9e-5d8b-4c5e-9a53-6c2b7d0f4e11";
  report.monotonic_ms = 9'412'345;
  report.wall_ms = 1'760'000'123'456;
  report.collectors = {{"identity", CollectorState::ok, 2, ""},
                       {"battery", CollectorState::ok, 1, ""},
                       {"connectivity", CollectorState::ok, 41, ""},
                       {"health", CollectorState::failed, 35, "smartctl: timed out"}};
  BatteryPack pack;
  pack.name = "BAT0";
  pack.state = PackState::discharging;
  pack.percent = 84.2;
  pack.now_mwh = 41'230;
  pack.full_mwh = 48'900;
  pack.design_mwh = 57'020;
  pack.cycles = 212;
  pack.voltage_mv = 11'800;
  pack.power_mw = 6'200;
  pack.manufacturer = "LGC";
  pack.model = "5B10W13930";
  pack.serial = "1234";
  pack.technology = "Li-poly";
  report.battery = Battery{{pack}, false};
  Connectivity net;
  net.interfaces = {{"wlp2s0", "wifi", true, true, true, true}, {"enp1s0", "ethernet", false, false, false, false}};
  net.wifi = Wifi{-61, 433.3, "Lincoln-HS", "f0:9f:c2:11:22:33"};
  net.on_school_network = true;
  net.dns_ms = 3;
  net.connect_ms = 5;
  net.tls_ms = 21;
  net.portal = PortalState::clear;
  net.tls_intercepted = false;
  report.connectivity = net;
  Health health;
  health.volumes = {{"/", 234'567, 123'456}};
  Disk disk;
  disk.name = "nvme0n1";
  disk.kind = "nvme";
  disk.smart_passed = true;
  disk.wear_percent = 3;
  disk.power_on_hours = 1'234;
  disk.media_errors = 0;
  health.disks = {disk};
  health.memory_total_mb = 7'890;
  health.memory_available_mb = 4'567;
  health.temperature_c = 51;
  health.uptime_s = 9'412;
  health.boot_count = 312;
  health.unclean_shutdowns = 4;
  health.package_update_age_days = 3;
  health.disk_encrypted = true;
  health.user_hash = "0123456789abcdef";
  report.health = health;
  return report;
}

inline CheckIn ordinary_check_in() {
  CheckIn check_in;
  check_in.boot_id = ordinary_report().boot_id;
  check_in.sent_monotonic_ms = 9'412'400;
  check_in.sent_wall_ms = 1'760'000'123'511;
  check_in.policy_digest = "0011223344556677";
  check_in.reports = {ordinary_report()};
  return check_in;
}

}  // namespace rollcall::wire
