#include "tests/unit/agent/stepped_agent.h"

#include <catch2/catch.hpp>
#include <algorithm>


namespace rollcall {

wire::Report small_report(const Clock& clock, const std::string& boot_id) {
  wire::Report report;
  report.boot_id = boot_id;
  report.monotonic_ms = clock.monotonic_ms();
  report.wall_ms = clock.wall_ms();
  wire::BatteryPack pack;
  pack.name = "BAT0";
  pack.percent = 71;
  report.battery = wire::Battery{{pack}, false};
  return report;
}

SteppedAgent::SteppedAgent(FakeServer& server, std::string folder)
    : server_(server), clock_(server.clock()), folder_(files_, std::move(folder)) {
  identity.serial = "PF0ABC12";
  const auto key = pki::PrivateKey::generate();
  REQUIRE(key.has_value());
  const sync::Credentials credentials{"https://server:8444",          "an-agent",
                                      *key->to_pem(),                  server.certificate_for(*key),
                                      server.authority().certificate_pem(), std::string(32, 'k')};
  REQUIRE(folder_.keep(credentials).has_value());
}

void SteppedAgent::start() {
  credentials_ = *folder_.credentials();
  memory_ = std::make_unique<sync::Memory>(files_, folder_.file("memory"));
  REQUIRE(memory_->load().has_value());
  sql::SqliteOptions options;
  options.path = folder_.file("outbox.db");
  options.readers = 1;
  auto database = sql::SqliteDatabase::open(options);
  REQUIRE(database.has_value());
  database_ = std::move(*database);
  auto outbox = outbox::Outbox::open(*database_, clock_, limits);
  REQUIRE(outbox.has_value());
  outbox_ = std::move(*outbox);
  link_ = std::make_unique<sync::Link>([this] { return server_.open(); });
  check_in_ = std::make_unique<sync::CheckIn>(clock_, *outbox_, *memory_, folder_, *link_, boot_id_);
  renewal_ = std::make_unique<sync::Renewal>(clock_, random_, *memory_, folder_, *link_, credentials_);
  cycle_ = std::make_unique<sync::Cycle>(sync::Cycle::Parts{
      .clock = clock_,
      .random = random_,
      .outbox = *outbox_,
      .memory = *memory_,
      .link = *link_,
      .check_in = *check_in_,
      .renewal = *renewal_,
      .sample = [this](wire::Occasion occasion, const auto&, const auto&, auto) { return sample(occasion); },
      .open_probe = {},
      .boot_id = boot_id_});
  cycle_->start();
}

void SteppedAgent::kill() {
  cycle_.reset();
  renewal_.reset();
  check_in_.reset();
  link_.reset();
  outbox_.reset();
  database_.reset();
}

void SteppedAgent::stop() {
  cycle_->stop();
  kill();
}

void SteppedAgent::boot() {
  boot_id_ = "boot-" + std::to_string(++boots_);
  clock_.reboot();
}

sync::Sample SteppedAgent::sample(wire::Occasion occasion) {
  ++samples;
  sync::Sample sample;
  sample.report = small_report(clock_, boot_id_);
  sample.report.occasion = occasion;
  if (at_school) sample.report.identity = identity;
  sample.at_school = at_school;
  return sample;
}

void SteppedAgent::run_for(std::int64_t ms) {
  const std::int64_t end_ms = clock_.monotonic_ms() + ms;
  while (cycle_->next_due_ms() <= end_ms) {
    clock_.advance(std::max<std::int64_t>(cycle_->next_due_ms() - clock_.monotonic_ms(), 0));
    cycle_->run_due();
  }
  clock_.advance(end_ms - clock_.monotonic_ms());
}

}  // namespace rollcall
