#include "tests/district/model/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/base/clock.h"

namespace rollcall::district {
namespace {

std::int64_t day_number(Date day) { return day.time_since_epoch().count(); }

Dice noise_at(const District& district, const Student& student, std::int64_t utc_ms) {
  return district.dice.of("noise").of(student.number).of(utc_ms / kSecondMs);
}

wire::Battery battery_of(const Student& student, const Day& day, const Stretch& now, double minute, const Dice& noise) {
  const Hardware& hardware = hardware_of(student);
  const double percent = now.percent_at(minute);
  double full_mwh = hardware.design_mwh * capacity_at(student, day.date);
  if (student.gauge_lies) full_mwh *= 1.5;
  full_mwh *= 1 + 0.004 * noise.of("gauge").sway();
  wire::BatteryPack pack;
  pack.name = "BAT0";
  pack.state = !now.on_ac ? wire::PackState::discharging
               : percent >= 99.5 ? wire::PackState::full : wire::PackState::charging;
  pack.percent = std::round(percent);
  pack.full_mwh = static_cast<std::int64_t>(full_mwh);
  pack.now_mwh = static_cast<std::int64_t>(full_mwh * percent / 100);
  pack.design_mwh = hardware.design_mwh;
  if (const int cycles = cycles_at(student, day.date); cycles > 0) pack.cycles = cycles;
  pack.voltage_mv = hardware.voltage_mv + static_cast<int>(9 * (percent - 50)) + noise.of("volts").pick(-20, 20);
  pack.power_mw = pack.state == wire::PackState::full ? 0 : now.on_ac
      ? static_cast<std::int64_t>(full_mwh * 0.40)
      : hardware.awake_mw + noise.of("power").pick(-900, 1'400);
  pack.manufacturer = hardware.pack_maker;
  pack.model = hardware.pack_model;
  pack.serial = fmt::format("{:05}", 10'007 + student.number * 31 % 89'000);
  pack.technology = hardware.technology;
  return wire::Battery{{std::move(pack)}, now.on_ac};
}

wire::Connectivity connectivity_of(const Student& student, const Stretch& now, const Dice& noise) {
  const School& school = school_of(student);
  wire::Connectivity it;
  it.interfaces.push_back({std::string(hardware_of(student).wifi), "wifi", true, now.online, false, now.online});
  if (!now.online && now.place != Place::school) return it;
  wire::Wifi wifi;
  const int signal = now.place == Place::school ? now.room.signal_dbm : -58;
  wifi.signal_dbm = signal + noise.of("signal").pick(-3, 3);
  wifi.rate_mbps = signal > -60 ? 433.3 : signal > -75 ? 130.0 : 19.5;
  if (now.place == Place::school) {
    wifi.ssid = school.ssid;
    wifi.bssid = fmt::format("02:00:5e:{:02x}:{:02x}:{:02x}", student.school, now.room.number / 256, now.room.number % 256);
  }
  it.wifi = std::move(wifi);
  it.on_school_network = now.place == Place::school;
  const int slow = signal < -75 ? 8 : 1;
  it.dns_ms = noise.of("dns").pick(1, 4) * slow;
  it.connect_ms = noise.of("connect").pick(2, 7) * slow;
  it.tls_ms = noise.of("tls").pick(8, 22) * slow;
  it.portal = now.online ? wire::PortalState::clear : wire::PortalState::unknown;
  it.tls_intercepted = false;
  return it;
}

wire::Health health_of(const Student& student, const Day& day, std::int64_t up_ms, const Dice& noise) {
  const Hardware& hardware = hardware_of(student);
  const Dice own = Dice(0x68656c).of(student.number);
  const int age = std::max(0, static_cast<int>((day.date - student.bought).count()));
  wire::Health it;
  const double free = std::max(0.03, own.of("disk").between(0.1, 0.7) - age / 6'000.0);
  it.volumes.push_back({"/", hardware.disk_mb, static_cast<std::int64_t>(hardware.disk_mb * free)});
  it.volumes.push_back({"/boot", 476, 190});
  wire::Disk disk;
  disk.name = hardware.disk_name, disk.kind = hardware.disk_kind, disk.model = hardware.disk_model;
  disk.wear_percent = static_cast<std::int64_t>(age * own.of("writes").between(0.004, 0.03));
  if (disk.kind == "nvme") {
    disk.smart_passed = !own.of("smart").chance(0.004);
    disk.power_on_hours = age * 3;
    disk.media_errors = *disk.smart_passed ? 0 : 14;
  }
  it.disks.push_back(std::move(disk));
  it.memory_total_mb = hardware.memory_mb;
  it.memory_available_mb = static_cast<std::int64_t>(hardware.memory_mb * noise.of("memory").between(0.2, 0.6));
  it.temperature_c = std::round(noise.of("heat").between(410, 560)) / 10;
  it.uptime_s = up_ms / kSecondMs;
  it.boot_count = 40 + age;
  it.unclean_shutdowns = age * own.of("unclean").pick(0, 6) / 200;
  it.package_update_age_days = own.of("updates").pick(0, 9) + static_cast<int>(day_number(day.date) % 7);
  it.disk_encrypted = !own.of("encryption").chance(0.02);
  it.user_hash = fmt::format("{:016x}{:016x}", own.of("user").bits(), own.of("person").bits());
  return it;
}

}  // namespace

wire::Identity identity_of(const Student& student) {
  const Hardware& hardware = hardware_of(student);
  const Dice own = Dice(0x6964).of(student.number);
  wire::Identity it;
  it.serial_is_placeholder = student.placeholder_serial;
  if (!student.placeholder_serial) it.serial = fmt::format("RC{}{:07}", hardware.maker.substr(0, 1), student.number + 1);
  it.serial_source = student.placeholder_serial ? "" : "product";
  it.manufacturer = hardware.maker;
  it.model = hardware.model;
  it.bios_version = hardware.bios;
  const auto bits = own.of("uuid").bits();
  it.system_uuid = fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", bits >> 32, bits & 0xffff, bits >> 52, bits >> 20 & 0xfff,
                               static_cast<std::uint64_t>(student.number) + 0x100000000);
  it.machine_id_hash = fmt::format("{:016x}{:016x}", own.of("machine").bits(), own.of("id").bits());
  it.os_name = "Debian GNU/Linux";
  it.os_version = "12";
  it.kernel = "6.1.0-28-amd64";
  it.agent_version = ROLLCALL_VERSION;
  it.has_camera = it.has_keyboard = it.has_touchpad = true;
  it.has_touchscreen = hardware.touch;
  return it;
}

std::int64_t monotonic_at(const District& district, const Day& day, const Stretch& stretch, std::int64_t utc_ms) {
  const auto booted_ms = district.calendar.midnight_ms(day.date) + stretch.boot_minute * kMinuteMs;
  return std::max<std::int64_t>(0, utc_ms - booted_ms) + 20 * kSecondMs;
}

std::string boot_id_of(const Student& student, const Day& day, const Stretch& stretch) {
  const Dice dice = Dice(0x626f6f74).of(student.number).of(day_number(day.date)).of(stretch.boot);
  const auto a = dice.of("a").bits(), b = dice.of("b").bits();
  return fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", a >> 32, a >> 16 & 0xffff, a & 0xfff, b >> 52, b & 0xffffffffffff);
}

wire::Report report_of(const District& district, const Student& student, const Day& day, std::int64_t utc_ms,
                       wire::Occasion occasion) {
  const double minute = static_cast<double>(utc_ms - district.calendar.midnight_ms(day.date)) / kMinuteMs;
  const Stretch& now = day.at(static_cast<int>(minute));
  const Dice noise = noise_at(district, student, utc_ms);
  wire::Report report;
  report.occasion = occasion;
  report.boot_id = boot_id_of(student, day, now);
  report.monotonic_ms = monotonic_at(district, day, now, utc_ms);
  report.wall_ms = utc_ms + student.clock_error_ms;
  for (const char* name : {"identity", "battery", "connectivity", "health"}) {
    report.collectors.push_back({name, wire::CollectorState::ok, noise.of(name).pick(1, 9), ""});
  }
  report.identity = identity_of(student);
  report.battery = battery_of(student, day, now, minute, noise);
  report.connectivity = connectivity_of(student, now, noise);
  report.health = health_of(student, day, report.monotonic_ms, noise);
  return report;
}

}  // namespace rollcall::district
