// What an agent says about its laptop. This is the whole of what is collected: a field that is not here is
// not sent, and the console's "what is collected" page lists exactly these.
//
// Absent values are std::optional without a value; a collector that found nothing to read (no battery, no
// Wi-Fi) says `absent`, one that could not read says `failed`, and neither erases what the server knew.
// Limits on lengths and ranges are in limits.h and enforced by the codec in both directions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::wire {

enum class CollectorState { ok, absent, failed };

struct CollectorResult {
  std::string name;  // "identity", "battery", "connectivity", "health"
  CollectorState state;
  std::int64_t duration_ms;
  std::string error;  // why it failed; empty otherwise
};

// Changes rarely; sent when it differs from what the server last acknowledged, or when the server asks.
struct Identity {
  std::string serial;         // normalised; empty when there is none or it is a placeholder
  std::string serial_source;  // "product", "chassis", "board", or empty
  bool serial_is_placeholder{};
  std::string manufacturer;
  std::string model;
  std::string bios_version;
  std::string system_uuid;  // empty when it is a placeholder
  std::string machine_id_hash;  // keyed hash of /etc/machine-id, hex
  std::string os_name;
  std::string os_version;
  std::string kernel;
  std::string agent_version;
  std::optional<bool> has_camera, has_keyboard, has_touchpad, has_touchscreen;  // presence only
};

enum class PackState { unknown, charging, discharging, full, not_charging };

struct BatteryPack {
  std::string name;  // "BAT0"
  PackState state{};
  std::optional<double> percent;             // 0 … 100 as the gauge says
  std::optional<std::int64_t> now_mwh, full_mwh, design_mwh;
  std::optional<std::int64_t> cycles;        // never 0: zero means unknown
  std::optional<std::int64_t> voltage_mv;
  std::optional<std::int64_t> power_mw;      // drawn (discharging) or fed (charging), never negative
  std::string manufacturer, model, serial, technology;
};

struct Battery {
  std::vector<BatteryPack> packs;  // empty: a machine without a battery
  std::optional<bool> on_ac;
};

struct NetworkInterface {
  std::string name;
  std::string kind;  // "ethernet", "wifi", "other"
  bool up{};
  bool has_ipv4{}, has_ipv6{};
  bool default_route{};
};

struct Wifi {
  std::optional<std::int64_t> signal_dbm;
  std::optional<double> rate_mbps;
  std::string ssid;   // only on a network that the policy lists as a school's
  std::string bssid;  // likewise; feeds the access point's aggregate, never the device's history
};

enum class PortalState { unknown, clear, portal };

struct Connectivity {
  std::vector<NetworkInterface> interfaces;
  std::optional<Wifi> wifi;
  bool on_school_network{};
  std::optional<std::int64_t> dns_ms, connect_ms, tls_ms;  // to the server, as last measured
  PortalState portal{};
  std::optional<bool> tls_intercepted;
  std::string proxy;  // host:port without credentials, or empty for none
};

struct Volume {
  std::string mount;  // "/", "/home"
  std::int64_t size_mb{}, free_mb{};
};

struct Disk {
  std::string name;  // "nvme0n1"
  std::string kind;  // "nvme", "sata", "emmc", "other"
  std::string model;
  std::optional<bool> smart_passed;
  std::optional<std::int64_t> wear_percent;  // 0 new … 100 worn out (may exceed 100 on NVMe)
  std::optional<std::int64_t> power_on_hours, media_errors;
};

struct Health {
  std::vector<Volume> volumes;
  std::vector<Disk> disks;
  std::optional<std::int64_t> memory_total_mb, memory_available_mb;
  std::optional<double> temperature_c;  // the hottest sensor
  std::optional<std::int64_t> uptime_s;
  std::optional<std::int64_t> boot_count, unclean_shutdowns;
  std::optional<std::int64_t> package_update_age_days;
  std::optional<bool> disk_encrypted;
  std::string user_hash;  // keyed hash of who is logged in, hex; empty for nobody
};

// Why the report was made; the last three explain the silence that follows.
enum class Occasion { scheduled, started, resumed, power_changed, going_to_sleep, shutting_down, battery_critical };

// The machine waits, for seconds, until these two are said.
constexpr bool delays_machine(Occasion occasion) {
  return occasion == Occasion::going_to_sleep || occasion == Occasion::shutting_down;
}
constexpr bool is_last_word(Occasion occasion) {
  return delays_machine(occasion) || occasion == Occasion::battery_critical;
}

struct Report {
  std::uint64_t sequence{};       // per agent instance, never reset by a boot; it alone orders reports
  std::string boot_id;            // of the boot in which it was sampled
  std::int64_t monotonic_ms{};    // CLOCK_BOOTTIME at the sample
  std::int64_t wall_ms{};         // the laptop's own clock at the sample; may be wrong
  Occasion occasion{};
  std::vector<CollectorResult> collectors;
  std::optional<Identity> identity;
  std::optional<Battery> battery;
  std::optional<Connectivity> connectivity;
  std::optional<Health> health;
};

}  // namespace rollcall::wire
