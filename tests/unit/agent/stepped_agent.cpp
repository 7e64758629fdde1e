#include "tests/unit/agent/stepped_agent.h"

#include <algorithm>
#include <catch2/catch.hpp>

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
  auto reporting = app::Reporting::open({
      .clock = clock_,
      .random = random_,
      .files = files_,
      .folder = folder_,
      .credentials = credentials_,
      .open_link = [this] { return server_.open(); },
      .urgent = urgent,
      .sample = [this](wire::Occasion occasion, const auto&, const auto&, auto) { return sample(occasion); },
      .open_probe = {},
      .boot_id = boot_id_,
      .limits = limits});
  REQUIRE(reporting.has_value());
  reporting_ = std::move(*reporting);
  cycle().start();
}

void SteppedAgent::kill() { reporting_.reset(); }

void SteppedAgent::stop() {
  cycle().stop();
  kill();
}

void SteppedAgent::boot() {
  boot_id_ = "boot-" + std::to_string(++boots_);
  clock_.reboot();
}

sync::Sample SteppedAgent::sample(wire::Occasion occasion) {
  ++samples;
  if (while_sampling) while_sampling();
  sync::Sample sample;
  sample.report = small_report(clock_, boot_id_);
  sample.report.occasion = occasion;
  if (at_school) sample.report.identity = identity;
  sample.at_school = at_school;
  return sample;
}

void SteppedAgent::run_for(std::int64_t ms) {
  const std::int64_t end_ms = clock_.monotonic_ms() + ms;
  while (cycle().next_due_ms() <= end_ms) {
    clock_.advance(std::max<std::int64_t>(cycle().next_due_ms() - clock_.monotonic_ms(), 0));
    cycle().run_due();
  }
  clock_.advance(end_ms - clock_.monotonic_ms());
}

}  // namespace rollcall
