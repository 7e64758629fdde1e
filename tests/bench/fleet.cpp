#include "tests/bench/fleet.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "common/base/files.h"
#include "common/base/pki.h"
#include "common/base/random.h"
#include "common/base/text.h"
#include "common/wire/enrolment.h"
#include "server/core.h"
#include "server/server_config.h"

namespace rollcall::bench {
namespace {

wire::Identity identity_of(int number) {
  wire::Identity identity;
  identity.serial = fmt::format("5CD{:07}", number);
  identity.serial_source = "product";
  identity.manufacturer = "HP";
  identity.model = "HP ProBook 445 14 inch G9 Notebook PC";
  identity.bios_version = "U82 Ver. 01.08.00";
  identity.system_uuid = fmt::format("37d2bb1e-1d2f-4a5c-9a57-{:012x}", number);
  identity.machine_id_hash = fmt::format("{:064x}", number);
  identity.os_name = "Debian GNU/Linux";
  identity.os_version = "12";
  identity.kernel = "6.1.0-18-amd64";
  identity.agent_version = "0.1.0";
  identity.has_camera = identity.has_keyboard = identity.has_touchpad = true;
  identity.has_touchscreen = false;
  return identity;
}

wire::Battery battery_of(int number, std::uint64_t sequence) {
  wire::BatteryPack pack;
  pack.name = "BAT0";
  pack.state = wire::PackState::discharging;
  pack.design_mwh = 51'010;
  pack.full_mwh = 45'000 - number % 9'000;
  // A day's discharge, over and over.
  const double share = 1.0 - static_cast<double>(sequence % 96) / 100.0;
  pack.now_mwh = static_cast<std::int64_t>(static_cast<double>(*pack.full_mwh) * share);
  pack.percent = std::round(share * 100);
  pack.cycles = 120 + number % 400;
  pack.voltage_mv = 11'400 + static_cast<std::int64_t>(800 * share);
  pack.power_mw = 6'200 + static_cast<std::int64_t>(sequence * 37 % 900);
  pack.manufacturer = "333-54-24-A";
  pack.model = "Primary";
  pack.serial = fmt::format("{:05}", number);
  pack.technology = "Li-ion";
  return wire::Battery{{std::move(pack)}, false};
}

wire::Connectivity connectivity_of(int number, std::uint64_t sequence) {
  wire::Connectivity connectivity;
  connectivity.interfaces.push_back({"wlp1s0", "wifi", true, true, true, true});
  connectivity.interfaces.push_back({"enp2s0", "ethernet", false, false, false, false});
  wire::Wifi wifi;
  wifi.signal_dbm = -48 - static_cast<std::int64_t>((sequence + static_cast<std::uint64_t>(number)) % 25);
  wifi.rate_mbps = 433.3;
  wifi.ssid = "North-Student";
  wifi.bssid = fmt::format("02:00:5e:00:01:{:02x}", number % 40);
  connectivity.wifi = std::move(wifi);
  connectivity.on_school_network = true;
  connectivity.dns_ms = 2 + static_cast<std::int64_t>(sequence % 5);
  connectivity.connect_ms = 4;
  connectivity.tls_ms = 11 + static_cast<std::int64_t>(sequence % 9);
  connectivity.portal = wire::PortalState::clear;
  connectivity.tls_intercepted = false;
  return connectivity;
}

wire::Health health_of(int number, std::uint64_t sequence) {
  wire::Health health;
  health.volumes = {{"/", 233'000, 120'000 - static_cast<std::int64_t>(sequence % 500)}};
  wire::Disk disk;
  disk.name = "nvme0n1";
  disk.kind = "nvme";
  disk.model = "KBG50ZNV256G KIOXIA";
  disk.smart_passed = true;
  disk.wear_percent = 3;
  disk.power_on_hours = 2'100 + number % 50;
  disk.media_errors = 0;
  health.disks.push_back(std::move(disk));
  health.memory_total_mb = 7'800;
  health.memory_available_mb = 4'100 - static_cast<std::int64_t>(sequence * 13 % 700);
  health.temperature_c = 44.0 + static_cast<double>(sequence % 12);
  health.uptime_s = 3'600 + static_cast<std::int64_t>(sequence) * 300;
  health.boot_count = 311;
  health.unclean_shutdowns = 2;
  health.package_update_age_days = 6;
  health.disk_encrypted = true;
  health.user_hash = fmt::format("{:032x}", number);
  return health;
}

}  // namespace

Result<EnrolledFleet> enrol_fleet(const std::string& config_path, int count) {
  SystemFiles files;
  SystemClock clock;
  SystemRandom random;
  const ServerConfig config = TRY(load_server_config(files, config_path));
  Phase phase{};
  const auto core = TRY(Core::open(config, Machinery{files, clock, random}, phase));
  service::NewToken wanted;
  wanted.note = "bench";
  wanted.max_uses = count;
  wanted.school_id = "north";
  const domain::Actor actor{domain::Actor::Kind::shell, ""};
  const auto created = TRY(core->tokens.create(actor, wanted));
  const auto token = TRY(wire::EnrolmentToken::parse(created.text));
  EnrolledFleet fleet;
  for (int number = 0; number < count; ++number) {
    const auto key = TRY(pki::PrivateKey::generate());
    wire::EnrolRequest request;
    request.secret = to_base64url(token.secret);
    request.request_pem = TRY(pki::make_request_pem(key));
    request.identity = identity_of(number);
    const auto reply = TRY(core->enrolment.enroll(request));
    fleet.authority_pem = reply.authority_pem;
    fleet.laptops.push_back(Laptop{reply.certificate_pem, TRY(key.to_pem()), number});
  }
  return fleet;
}

wire::CheckIn make_check_in(int number, std::uint64_t sequence, const Clock& clock, const std::string& policy_digest) {
  wire::Report report;
  report.sequence = sequence;
  report.boot_id = fmt::format("8b5f7d0e-6a53-4b1c-8d6e-{:012x}", number);
  report.monotonic_ms = clock.monotonic_ms();
  report.wall_ms = clock.wall_ms();
  report.occasion = wire::Occasion::scheduled;
  for (const auto* name : {"identity", "battery", "connectivity", "health"}) {
    report.collectors.push_back({name, wire::CollectorState::ok, 1, ""});
  }
  if (sequence == 1) report.identity = identity_of(number);
  report.battery = battery_of(number, sequence);
  report.connectivity = connectivity_of(number, sequence);
  report.health = health_of(number, sequence);

  wire::CheckIn check_in;
  check_in.boot_id = report.boot_id;
  check_in.sent_monotonic_ms = report.monotonic_ms;
  check_in.sent_wall_ms = report.wall_ms;
  check_in.waiting = 1;
  check_in.policy_digest = policy_digest;
  check_in.reports.push_back(std::move(report));
  return check_in;
}

}  // namespace rollcall::bench
