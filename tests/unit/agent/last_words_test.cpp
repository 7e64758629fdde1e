// Sleep and shutdown do not wait: what is said before them, how long it may take, and what becomes of it when it
// cannot be said.
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "agent/app.h"
#include "server/domain/observed.h"
#include "tests/temporary_folder.h"
#include "tests/unit/agent/mock_logind.h"
#include "tests/unit/agent/stepped_agent.h"

namespace rollcall {
namespace {

using Fate = FakeServer::Fate;
using wire::Occasion;

// logind's InhibitDelayMaxSec, and what the agent takes of it at most.
constexpr std::int64_t kLogindWaitsMs = 5'000;
constexpr std::int64_t kBoundMs = 4'000;

// A laptop on which something urgent happens at a given time, heard as app.cpp's events are.
struct Scene {
  Scene() {
    agent.urgent = [this] { return clock.monotonic_ms() >= urgent_ms; };
    agent.start();
    agent.run_for(10 * kSecondMs);
  }
  // Lets the next due thing run into the lid's closing after `ms`, then says the last words; returns how long
  // the machine had to wait for all of that.
  std::int64_t close_lid_during_next(std::int64_t ms) {
    clock.advance(std::max<std::int64_t>(agent.cycle().next_due_ms() - clock.monotonic_ms(), 0));
    urgent_ms = clock.monotonic_ms() + ms;
    agent.cycle().run_due();
    const std::int64_t closed_ms = urgent_ms;
    urgent_ms = INT64_MAX;
    agent.cycle().last_words(Occasion::going_to_sleep);
    return clock.monotonic_ms() - closed_ms;
  }
  std::vector<Occasion> waiting() {
    std::vector<Occasion> occasions;
    const auto reports = agent.outbox().newest(100, 1'000'000);
    for (const auto& report : *reports) occasions.push_back(report.occasion);
    return occasions;
  }
  const wire::CheckIn& last() const { return server.check_ins.back(); }

  FakeClock clock;
  TemporaryFolder folder;
  FakeServer server{clock};
  SteppedAgent agent{server, folder / "state"};
  std::int64_t urgent_ms{INT64_MAX};
};

TEST_CASE("an exchange without an answer gives way to the last words") {
  Scene scene;
  scene.server.fates = {Fate::say_nothing};
  const auto before = scene.server.check_ins.size();
  CHECK(scene.close_lid_during_next(500) < kSecondMs);
  REQUIRE(scene.server.check_ins.size() == before + 1);
  // What was given up is not lost and counts as no failure: both go in one exchange.
  REQUIRE(scene.last().reports.size() == 2);
  CHECK(scene.last().reports[0].occasion == Occasion::going_to_sleep);
  CHECK(scene.last().reports[1].occasion == Occasion::scheduled);
  CHECK(scene.agent.outbox().waiting() == 0);
}

TEST_CASE("last words without an answer are on disk before the machine goes") {
  Scene scene;
  scene.server.always = Fate::say_nothing;
  CHECK(scene.close_lid_during_next(500) < kBoundMs);
  scene.agent.kill();
  scene.server.always = Fate::answer;
  scene.agent.start();
  CHECK(scene.waiting() == std::vector{Occasion::going_to_sleep, Occasion::scheduled});
}

TEST_CASE("a renewal without an answer gives way, and is taken up again") {
  Scene scene;
  scene.agent.cycle().renew_now();
  scene.server.fates = {Fate::say_nothing};
  CHECK(scene.close_lid_during_next(100) < kSecondMs);
  CHECK(scene.server.renewals == 0);
  scene.agent.cycle().resumed();
  scene.agent.run_for(2 * kMinuteMs);
  CHECK(scene.server.renewals == 1);
}

TEST_CASE("a collection that takes long gives way, and its report is made after the sleep") {
  Scene scene;
  const auto before = scene.server.check_ins.size();
  scene.agent.while_sampling = [&] {
    if (scene.urgent_ms != INT64_MAX) scene.clock.advance(300);
  };
  CHECK(scene.close_lid_during_next(200) < kSecondMs);
  REQUIRE(scene.server.check_ins.size() == before + 1);
  CHECK(scene.last().reports.at(0).occasion == Occasion::going_to_sleep);
  CHECK(scene.last().reports.size() == 1);
}

TEST_CASE("between the last words and the sleep nothing is begun that would say the laptop is awake") {
  Scene scene;
  scene.server.next_check_in_s = 1;
  scene.agent.cycle().last_words(Occasion::going_to_sleep);
  const auto said = scene.server.check_ins.size();
  scene.agent.run_for(30 * kSecondMs);
  CHECK(scene.server.check_ins.size() == said);
  scene.agent.cycle().resumed();
  scene.agent.run_for(15 * kSecondMs);
  CHECK(scene.server.check_ins.at(said).reports.at(0).occasion == Occasion::resumed);
}

// When the server will say that a report of this check-in was sampled.
std::int64_t observed(const wire::CheckIn& check_in, const wire::Report& report, std::int64_t received_ms) {
  return domain::observed_ms({.same_boot = report.boot_id == check_in.boot_id,
                              .sample_monotonic_ms = report.monotonic_ms,
                              .sample_wall_ms = report.wall_ms,
                              .sent_monotonic_ms = check_in.sent_monotonic_ms,
                              .sent_wall_ms = check_in.sent_wall_ms,
                              .received_ms = received_ms,
                              .enrolled_ms = 0});
}

TEST_CASE("off campus, last words are said at once when the hour's report is still to be had") {
  Scene scene;
  scene.agent.at_school = false;
  const auto before = scene.server.check_ins.size();
  scene.agent.cycle().last_words(Occasion::going_to_sleep);
  REQUIRE(scene.server.check_ins.size() == before + 1);
  CHECK(scene.last().reports.at(0).occasion == Occasion::going_to_sleep);
}

TEST_CASE("off campus, last words that the hour withholds wait in the outbox and are told with their right time") {
  Scene scene;
  scene.agent.at_school = false;
  scene.agent.run_for(6 * kMinuteMs);  // the hour's report
  const auto before = scene.server.check_ins.size();
  scene.agent.cycle().last_words(Occasion::going_to_sleep);
  scene.clock.advance(5 * kMinuteMs);
  scene.agent.cycle().resumed();
  scene.agent.run_for(5 * kMinuteMs);
  const std::int64_t slept_ms = scene.clock.wall_ms();
  scene.agent.cycle().last_words(Occasion::going_to_sleep);
  CHECK(scene.server.check_ins.size() == before);
  CHECK(scene.waiting() == std::vector{Occasion::going_to_sleep});  // of an hour, the newest
  const auto told = [&] {
    for (std::size_t i = before; i < scene.server.check_ins.size(); ++i) {
      const auto& check_in = scene.server.check_ins[i];
      for (const auto& report : check_in.reports) {
        if (report.occasion != Occasion::going_to_sleep) continue;
        CHECK_FALSE(report.identity.has_value());
        CHECK_FALSE(report.connectivity.has_value());
        return observed(check_in, report, check_in.sent_wall_ms);
      }
    }
    return std::int64_t{};
  };
  SECTION("on the resume after the hour") {
    scene.clock.advance(9 * kHourMs);
    scene.agent.cycle().resumed();
    scene.agent.run_for(15 * kSecondMs);
    CHECK(scene.server.check_ins.size() == before + 1);
  }
  SECTION("on the resume at school") {
    scene.clock.advance(20 * kMinuteMs);
    scene.agent.at_school = true;
    scene.agent.cycle().resumed();
    scene.agent.run_for(15 * kSecondMs);
  }
  SECTION("after a restart of the laptop, not before the hour") {
    scene.agent.kill();
    scene.agent.boot();
    scene.agent.start();
    scene.agent.run_for(20 * kMinuteMs);
    CHECK(scene.server.check_ins.size() == before);
    scene.agent.run_for(2 * kHourMs);
  }
  CHECK(told() == slept_ms);
  CHECK(scene.agent.outbox().waiting() == 0);
}

// A door that takes connections and says nothing.
class SilentDoor {
 public:
  SilentDoor() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(listen(fd_, 16) == 0);
    socklen_t size = sizeof address;
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    url = "https://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~SilentDoor() { close(fd_); }
  bool somebody_calls() const {
    pollfd polled{fd_, POLLIN, 0};
    return poll(&polled, 1, 30'000) == 1;
  }
  std::string url;

 private:
  int fd_;
};

[[noreturn]] void live_as_agent(const AgentConfig& config) {
  const SystemClock clock;
  auto app = App::open(config, collect::machine_at("tests/fixtures/machines/thinkpad-t470-two-packs"), clock);
  _exit(app && (*app)->run() ? 0 : 1);
}

TEST_CASE("the running agent lets the machine sleep in time although its server never answers") {
  const TemporaryFolder folder;
  const SystemClock clock;
  FakeClock today(clock.wall_ms());
  FakeServer server(today);
  SystemFiles files;
  const SilentDoor door;
  AgentConfig config;
  config.state = folder / "state";
  config.runtime = folder / "run";
  config.portal_probe = "off";
  config.start_jitter_ms = 0;
  const auto key = pki::PrivateKey::generate();
  REQUIRE(sync::StateFolder(files, config.state)
              .keep({door.url, "an-agent", *key->to_pem(), server.certificate_for(*key),
                     server.authority().certificate_pem(), std::string(32, 'k')})
              .has_value());
  MockLogind logind;
  REQUIRE(logind.start(folder.path()));
  const pid_t agent = fork();
  if (agent == 0) live_as_agent(config);
  REQUIRE(door.somebody_calls());
  REQUIRE(logind.held());
  const std::int64_t closed_ms = clock.monotonic_ms();
  logind.announce("PrepareForSleep", true);
  while (logind.held() && clock.monotonic_ms() - closed_ms < 2 * kLogindWaitsMs) poll(nullptr, 0, 20);
  const std::int64_t waited_ms = clock.monotonic_ms() - closed_ms;
  kill(agent, SIGKILL);
  waitpid(agent, nullptr, 0);
  CHECK(waited_ms < kLogindWaitsMs);

  sql::SqliteOptions options;
  options.path = config.state + "/outbox.db";
  const auto database = sql::SqliteDatabase::open(options);
  REQUIRE(database.has_value());
  const auto outbox = outbox::Outbox::open(**database, clock, {});
  REQUIRE(outbox.has_value());
  const auto reports = (*outbox)->newest(10, 1'000'000);
  REQUIRE(reports->size() == 2);
  CHECK(reports->at(0).occasion == Occasion::going_to_sleep);
  CHECK(reports->at(1).occasion == Occasion::started);
}

}  // namespace
}  // namespace rollcall
