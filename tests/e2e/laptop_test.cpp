// The real agent, on a laptop of the fixtures, and the real server.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/server_process.h"

namespace rollcall::e2e {
namespace {

constexpr std::int64_t kPatienceMs = 60'000;

// The agent of a laptop of the fixtures.
class Laptop {
 public:
  explicit Laptop(RunningServer& server) : home_(server.home) {
    must(home_.files.write_atomic(home_.path("agent.yaml"),
                                  "state: \"" + home_.path("agent") + "\"\nruntime: \"" + home_.path("agent-run") +
                                      "\"\nstart_jitter: 0s\nportal_probe: \"off\"\n",
                                  0600));
    REQUIRE(start({"enroll", "--server", server.agents_url(), "--token", server.enrolment_token()})->wait() == 0);
  }
  std::unique_ptr<Process> start(const std::vector<std::string>& words) const {
    std::vector<std::string> all{ROLLCALL_BIN "/rollcall-agent"};
    all.insert(all.end(), words.begin(), words.end());
    all.insert(all.end(), {"--config", home_.path("agent.yaml")});
    if (words[0] != "status") all.insert(all.end(), {"--root", "tests/fixtures/machines/thinkpad-t470-two-packs"});
    return std::make_unique<Process>(all, home_.path(words[0] + ".out"), home_.path("agent.log"));
  }
  boost::json::value status() const {
    REQUIRE(start({"status", "--json"})->wait() == 0);
    return boost::json::parse(must(home_.files.read(home_.path("status.out"), 1 << 16)));
  }

 private:
  ServerHome& home_;
};

TEST_CASE("rollcall-agent enrolls and reports as the laptop below its root") {
  ServerHome home;
  RunningServer server(home);
  const Laptop laptop(server);
  const auto running = laptop.start({"run"});
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

TEST_CASE("status knows a running agent from a number that another process has got") {
  ServerHome home;
  RunningServer server(home);
  const Laptop laptop(server);
  CHECK(laptop.status().at("running") == false);
  const auto running = laptop.start({"run"});
  CHECK(wait_until(home.clock, kPatienceMs, [&] { return laptop.status().at("running") == true; }));
  running->signal(SIGKILL);
  CHECK(running->wait() == 128 + SIGKILL);
  const auto left = must(home.files.list(home.path("agent-run")));
  REQUIRE(left.size() == 1);
  const auto file = home.path("agent-run/" + left[0]);
  auto text = must(home.files.read(file, 4'096));
  text.replace(0, text.find(' '), std::to_string(::getpid()));
  must(home.files.write_atomic(file, text, 0644));
  CHECK(laptop.status().at("running") == false);
}

}  // namespace
}  // namespace rollcall::e2e
