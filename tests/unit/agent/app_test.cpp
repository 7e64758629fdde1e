#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "agent/agent_config.h"
#include "agent/app/power_watch.h"
#include "agent/app/running_file.h"
#include "agent/app/state_lock.h"
#include "common/base/text.h"
#include "tests/temporary_folder.h"

namespace rollcall {
namespace {

TEST_CASE("config/agent.yaml has every key, and its values are the defaults") {
  const SystemFiles files;
  const auto document = config::Document::load(files, "config/agent.yaml");
  REQUIRE(document.has_value());
  const auto config = read_agent_config(*document);
  if (!config) FAIL(config.error().message);
  const AgentConfig defaults;
  CHECK(config->state == defaults.state);
  CHECK(config->runtime == defaults.runtime);
  CHECK(config->enroll_file == defaults.enroll_file);
  CHECK(config->log_level == defaults.log_level);
  CHECK(config->proxy == defaults.proxy);
  CHECK(config->portal_probe == defaults.portal_probe);
  CHECK(config->start_jitter_ms == defaults.start_jitter_ms);
  CHECK(config->resume_jitter_ms == defaults.resume_jitter_ms);
  CHECK(config->battery_critical_percent == defaults.battery_critical_percent);
  CHECK(config->power_check_ms == defaults.power_check_ms);
  CHECK(config->outbox_max_bytes == defaults.outbox_max_bytes);
  CHECK(config->outbox_max_age_ms == defaults.outbox_max_age_ms);
  CHECK(config->collectors_off.empty());
  // The code asks for no key that the file leaves out.
  const std::string text = *files.read("config/agent.yaml", 100'000);
  for (const auto& key : document->known_keys()) {
    const auto parts = split(key, '.');
    INFO(key);
    const std::string line = (parts.size() > 1 ? "\n  " : "\n") + std::string(parts.back()) + ":";
    CHECK(text.find(line) != std::string::npos);
  }
}

TEST_CASE("a configuration with an unknown key or an absurd value is refused with its place") {
  const auto refused = [](std::string_view text) {
    const auto document = config::Document::parse("agent.yaml", text);
    REQUIRE(document.has_value());
    const auto config = read_agent_config(*document);
    REQUIRE_FALSE(config.has_value());
    return config.error().message;
  };
  CHECK(refused("sttae: /x\n").starts_with("agent.yaml:1:1"));
  CHECK(refused("state: relative\n").find("absolute") != std::string::npos);
  CHECK(refused("enroll_file: enroll.yaml\n").find("absolute") != std::string::npos);
  CHECK(refused("collect:\n  camera: true\n").starts_with("agent.yaml:2:3"));
  CHECK(refused("battery_critical_percent: 400\n").starts_with("agent.yaml:1:"));
  CHECK(refused("portal_probe: https://x\n").starts_with("agent.yaml:1:"));
}

TEST_CASE("a missing configuration is the defaults only at its usual place") {
  const TemporaryFolder folder;
  const SystemFiles files;
  CHECK(load_agent_config(files, folder / "agent.yaml").error().code == Errc::not_found);
}

wire::Battery battery(double percent, bool on_ac) {
  wire::BatteryPack pack;
  pack.percent = percent;
  return wire::Battery{{pack}, on_ac};
}

TEST_CASE("an empty battery is called critical once, until it was charged") {
  FakeClock clock;
  app::PowerWatch watch(nullptr, clock, 4, kMinuteMs);
  using enum app::PowerEvent;
  CHECK(watch.judge(battery(60, false)) == none);
  CHECK(watch.judge(battery(4, false)) == battery_critical);
  CHECK(watch.judge(battery(3, false)) == none);
  CHECK(watch.judge(battery(5, false)) == none);
  CHECK(watch.judge(battery(4, false)) == none);
  CHECK(watch.judge(battery(4, true)) == charger_changed);
  CHECK(watch.judge(battery(4, false)) == battery_critical);
  app::PowerWatch off(nullptr, clock, 0, kMinuteMs);
  CHECK(off.judge(battery(0, false)) == none);
}

TEST_CASE("two packs count by their energy") {
  wire::Battery both = battery(2, false);
  both.packs.push_back(both.packs[0]);
  both.packs[0].now_mwh = 0, both.packs[0].full_mwh = 20'000;
  both.packs[1].now_mwh = 10'000, both.packs[1].full_mwh = 20'000;
  CHECK(app::charge_percent(both) == 25.0);
  CHECK_FALSE(app::charge_percent(wire::Battery{}).has_value());
}

TEST_CASE("one agent a state folder") {
  const TemporaryFolder folder;
  app::StateLock first, second;
  REQUIRE(first.take(folder / "lock").has_value());
  CHECK(second.take(folder / "lock").error().code == Errc::conflict);
}

TEST_CASE("whether an agent runs is asked of its lock, which nobody else gets by that") {
  const TemporaryFolder folder;
  CHECK_FALSE(*app::StateLock::is_held(folder / "lock"));
  {
    app::StateLock lock;
    REQUIRE(lock.take(folder / "lock").has_value());
    CHECK(*app::StateLock::is_held(folder / "lock"));
    CHECK(*app::StateLock::is_held(folder / "lock"));
  }
  CHECK_FALSE(*app::StateLock::is_held(folder / "lock"));
  app::StateLock next;
  CHECK(next.take(folder / "lock").has_value());
}

TEST_CASE("status reads what the running agent noted") {
  const TemporaryFolder folder;
  SystemFiles files;
  app::RunningFile file(files, folder / "run", "/var/lib/rollcall-agent");
  CHECK_FALSE(file.read().has_value());
  file.write({4711, 1'000, 900, 3, 2});
  const auto read = file.read();
  REQUIRE(read.has_value());
  CHECK(read->pid == 4711);
  CHECK(read->reached_ms == 900);
  CHECK(read->waiting == 3);
  const auto names = files.list(folder / "run");
  REQUIRE((names && names->size() == 1));
  REQUIRE(files.write_atomic(folder / "run" + "/" + names->front(), "4711 1000 900 -1 2\n", 0644).has_value());
  CHECK_FALSE(file.read().has_value());
  file.remove();
  CHECK_FALSE(file.read().has_value());
}

}  // namespace
}  // namespace rollcall
