// A server's hot path over a real database on tmpfs, with a clock and chance that tests decide.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/id.h"
#include "common/base/random.h"
#include "common/sql/sqlite_driver.h"
#include "server/service/access_points.h"
#include "server/service/agent_states.h"
#include "server/service/fleet.h"
#include "server/service/history.h"
#include "server/service/ingest.h"
#include "server/service/policies.h"
#include "server/service/segments.h"
#include "server/storage/migrate.h"
#include "tests/temporary_folder.h"

namespace rollcall::service {

// Laptops are told apart by number, from 1; each has an agent of that number.
class TelemetryFixture {
 public:
  // `options.path` is the fixture's own.
  explicit TelemetryFixture(IngestLimits limits = {}, sql::SqliteOptions options = {})
      : limits_(limits), options_(std::move(options)) {
    options_.path = folder_ / "rollcall.db";
    start();
  }

  // As a crash does: what is in memory only is gone. `meanwhile` runs while nothing is open.
  void crash(const std::function<void()>& meanwhile = {}) {
    ingest.reset(), history.reset(), access_points.reset(), fleet.reset(), segments.reset(), database.reset();
    if (meanwhile) meanwhile();
    start();
  }
  void stop_in_order() {
    REQUIRE(fleet->flush());
    REQUIRE(access_points->flush());
  }

  std::string device_id(std::int64_t number) const {
    std::string id = "01HZZZZZZZZZZZZZZZ00000000";
    const std::string digits = std::to_string(number);
    return id.replace(id.size() - digits.size(), digits.size(), digits);
  }
  domain::AgentHandle agent(std::int64_t number) const { return agents_.at(static_cast<std::size_t>(number - 1)); }

  void enrol(std::size_t count, std::string school_id = "north") {
    for (std::size_t i = 0; i < count; ++i) {
      const auto number = static_cast<std::int64_t>(devices_.size() + 1);
      domain::Device device;
      device.device_id = device_id(number);
      device.serial = "SN" + std::to_string(number);
      device.maker = "LENOVO";
      device.model = number % 2 ? "ThinkPad L13" : "ThinkPad 11e";
      device.tag = "T-" + std::to_string(1'000 + number);
      device.school_id = school_id;
      device.created_ms = clock.wall_ms();
      devices_.push_back(device);
      domain::AgentRef ref;
      ref.agent_no = number;
      ref.agent_id = "agent-" + std::to_string(number);
      ref.device_id = device.device_id;
      ref.school_id = school_id;
      ref.enrolled_ms = clock.wall_ms();
      agents_.push_back(std::make_shared<const domain::AgentRef>(ref));
      fleet->device_changed(devices_.back());
      fleet->agent_changed(agents_.back());
    }
  }
  // A second installation on a laptop: a new agent on the same device.
  domain::AgentHandle reimage(std::int64_t number) {
    domain::AgentRef ref = *agent(number);
    ref.agent_no = static_cast<std::int64_t>(agents_.size() + 1);
    ref.agent_id = "agent-" + std::to_string(ref.agent_no);
    agents_.push_back(std::make_shared<const domain::AgentRef>(ref));
    fleet->agent_changed(agents_.back());
    return agents_.back();
  }
  std::vector<domain::Device>& devices() { return devices_; }
  const std::string& folder() const { return folder_.path(); }

  wire::Report report(std::uint64_t sequence, double percent = 80, std::int64_t full_mwh = 45'000) const {
    wire::Report made;
    made.sequence = sequence;
    made.boot_id = boot;
    made.monotonic_ms = clock.monotonic_ms();
    made.wall_ms = clock.wall_ms();
    made.collectors = {{"identity", wire::CollectorState::ok, 3, ""},
                       {"battery", wire::CollectorState::ok, 2, ""},
                       {"connectivity", wire::CollectorState::ok, 12, ""},
                       {"health", wire::CollectorState::ok, 9, ""}};
    wire::BatteryPack pack;
    pack.name = "BAT0";
    pack.state = wire::PackState::discharging;
    pack.percent = percent;
    pack.now_mwh = static_cast<std::int64_t>(percent * 450);
    pack.full_mwh = full_mwh;
    pack.design_mwh = 50'000;
    pack.cycles = 212;
    pack.voltage_mv = 11'412;
    pack.power_mw = 7'231;
    pack.manufacturer = "SMP", pack.model = "5B10W13930", pack.serial = "1234", pack.technology = "Li-poly";
    made.battery = wire::Battery{{pack}, false};
    wire::Connectivity net;
    net.interfaces = {{"wlp2s0", "wifi", true, true, true, true}, {"enp0s31f6", "ethernet", false, false, false, false}};
    net.wifi = wire::Wifi{-61, 866.7, "school-wifi", "aa:bb:cc:dd:ee:01"};
    net.on_school_network = true;
    net.dns_ms = 3, net.connect_ms = 11, net.tls_ms = 24;
    net.portal = wire::PortalState::clear;
    net.tls_intercepted = false;
    made.connectivity = net;
    wire::Health health;
    health.volumes = {{"/", 238'000, 101'223}, {"/boot/efi", 512, 480}};
    health.disks = {{"nvme0n1", "nvme", "SAMSUNG MZVLB256", true, 4, 3'120, 0}};
    health.memory_total_mb = 7'800, health.memory_available_mb = 3'911;
    health.temperature_c = 46.5;
    health.uptime_s = clock.monotonic_ms() / 1'000;
    health.boot_count = 317, health.unclean_shutdowns = 4;
    health.package_update_age_days = 3;
    health.disk_encrypted = true;
    health.user_hash = "5a1c09fe77d04bd2";
    made.health = health;
    return made;
  }

  wire::Identity identity(std::int64_t number) const {
    wire::Identity made;
    made.serial = "SN" + std::to_string(number), made.serial_source = "product";
    made.manufacturer = "LENOVO", made.model = "ThinkPad L13";
    made.os_name = "Debian GNU/Linux", made.os_version = "12", made.kernel = "6.1.0-18-amd64";
    made.agent_version = "0.1.0", made.machine_id_hash = "8d969eef6ecad3c29a3a629280e686cf";
    made.has_camera = true;
    return made;
  }

  wire::DecodedCheckIn check_in(std::vector<wire::Report> reports) const {
    wire::DecodedCheckIn made;
    made.message.boot_id = boot;
    made.message.sent_monotonic_ms = clock.monotonic_ms();
    made.message.sent_wall_ms = clock.wall_ms();
    made.message.policy_digest = policies.of("north").digest;
    made.message.reports = std::move(reports);
    return made;
  }

  IngestOutcome send(const domain::AgentHandle& from, wire::DecodedCheckIn message) {
    std::optional<IngestOutcome> outcome;
    ingest->submit(from, std::move(message), "10.1.2.3", [&](IngestOutcome it) { outcome = std::move(it); });
    while (!outcome && ingest->commit_pending() != 0) {
    }
    REQUIRE(outcome);
    return std::move(*outcome);
  }
  wire::CheckInReply send(std::int64_t number, std::vector<wire::Report> reports) {
    auto outcome = send(agent(number), check_in(std::move(reports)));
    INFO((outcome.reply ? "" : outcome.reply.error().message));
    REQUIRE(outcome.reply);
    return std::move(*outcome.reply);
  }
  std::int64_t stored() {
    return *database->read([](sql::Snapshot& snapshot) -> Result<std::int64_t> {
      auto rows = TRY(snapshot.query("SELECT count(*) FROM report_log"));
      TRY(rows->next());
      return rows->integer(0);
    });
  }

  static std::vector<ConfiguredSchool> schools() {
    wire::Policy policy;
    policy.school_ssids = {"school-wifi"};
    policy.school_networks = {"10.1.0.0/16", "2001:db8:5::/48"};
    return {{"north", "North High", policy}};
  }

  FakeClock clock;
  SeededRandom random{7};
  Policies policies{{}, schools()};
  std::string boot = "0b8bb0ee-8d2f-4d5e-9d29-6f3d7a1b2c3d";
  std::unique_ptr<sql::SqliteDatabase> database;
  std::unique_ptr<Fleet> fleet;
  std::unique_ptr<AccessPoints> access_points;
  std::unique_ptr<Ingest> ingest;
  std::unique_ptr<Segments> segments;
  std::unique_ptr<History> history;
  SystemFiles files;

 private:
  void start() {
    auto opened = sql::SqliteDatabase::open(options_);
    INFO((opened ? "" : opened.error().message));
    REQUIRE(opened);
    database = std::move(*opened);
    REQUIRE(storage::migrate(*database, storage::sqlite_migrations(), clock,
                             [](int) { return Result<std::string>(""); }));
    fleet = std::make_unique<Fleet>(*database, clock);
    for (const auto& device : devices_) fleet->device_changed(device);
    for (const auto& agent : agents_) fleet->agent_changed(agent);
    REQUIRE(fleet->load());
    access_points = std::make_unique<AccessPoints>(*database, clock);
    ingest = std::make_unique<Ingest>(*database, clock, random, policies, *fleet, *access_points, limits_);
    segments = std::make_unique<Segments>(*database, files, folder_ / "segments");
    REQUIRE(segments->load());
    history = std::make_unique<History>(*database, *fleet, *segments);
  }

  TemporaryFolder folder_;
  IngestLimits limits_;
  sql::SqliteOptions options_;
  std::vector<domain::Device> devices_;
  std::vector<domain::AgentHandle> agents_;
};

}  // namespace rollcall::service
