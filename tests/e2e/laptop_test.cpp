// The real agent, on a laptop of the fixtures, and the real server.
#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/server_process.h"

namespace rollcall::e2e {
namespace {

constexpr std::int64_t kPatienceMs = 60'000;

TEST_CASE("rollcall-agent enrolls and reports as the laptop below its root") {
  ServerHome home;
  RunningServer server(home);
  const auto config = home.path("agent.yaml");
  must(home.files.write_atomic(config,
                               "state: \"" + home.path("agent") + "\"\nruntime: \"" + home.path("agent-run") +
                                   "\"\nstart_jitter: 0s\nportal_probe: \"off\"\n",
                               0600));
  const auto agent = [&](std::vector<std::string> words) {
    words.insert(words.begin(), std::string(ROLLCALL_BIN) + "/rollcall-agent");
    words.insert(words.end(), {"--config", config, "--root", "tests/fixtures/machines/thinkpad-t470-two-packs"});
    return std::make_unique<Process>(words, home.path("agent.out"), home.path("agent.log"));
  };
  REQUIRE(agent({"enroll", "--server", server.agents_url(), "--token", server.enrolment_token()})->wait() == 0);
  const auto running = agent({"run"});
  const auto admin = server.admin_token();
  boost::json::value device;
  const auto seen = wait_until(home.clock, kPatienceMs, [&] {
    const auto items = server.get("/api/v1/devices", admin).json().at("items").as_array();
    if (items.empty()) return false;
    device = server.get("/api/v1/devices/" + std::string(items[0].at("id").as_string()), admin).json();
    return device.at("state") == "online";
  });
  running->signal(SIGTERM);
  CHECK(running->wait() == 0);
  REQUIRE(seen);
  CHECK(device.at("serial") == "PF0ZX4K9");
  CHECK(device.at("packs").as_array().size() == 2);
}

}  // namespace
}  // namespace rollcall::e2e
