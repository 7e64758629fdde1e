// Time that jumps, certificates that run out, lids that close, files that are damaged.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "agent/sync/captive_portal.h"
#include "agent/sync/enrol.h"
#include "tests/temporary_folder.h"
#include "tests/unit/agent/stepped_agent.h"

namespace rollcall {
namespace {

using Fate = FakeServer::Fate;

struct Scene {
  Scene() {
    agent.start();
    agent.run_for(10 * kSecondMs);
  }
  FakeClock clock;
  TemporaryFolder folder;
  FakeServer server{clock};
  SteppedAgent agent{server, folder / "state"};
};

std::int64_t expires_ms(const sync::Credentials& credentials) {
  return pki::parse_certificate_pem(credentials.certificate_pem)->not_after_ms;
}

TEST_CASE("the certificate is renewed at two thirds of its life, once") {
  Scene scene;
  const auto old = expires_ms(scene.agent.credentials());
  scene.agent.run_for(58 * kDayMs);
  CHECK(scene.server.renewals == 0);
  scene.agent.run_for(4 * kDayMs);
  CHECK(scene.server.renewals == 1);
  CHECK(expires_ms(scene.agent.credentials()) > old);
  scene.agent.stop();
  scene.agent.start();
  CHECK(expires_ms(scene.agent.credentials()) > old);
}

TEST_CASE("a laptop that slept through its certificate's end renews by itself and reports") {
  Scene scene;
  scene.agent.cycle().last_words(wire::Occasion::going_to_sleep);
  scene.clock.advance(13 * 7 * kDayMs);
  scene.server.only_renewal = true;
  scene.agent.cycle().resumed();
  const auto before = scene.server.check_ins.size();
  scene.agent.run_for(kMinuteMs);
  CHECK(scene.server.renewals == 1);
  CHECK(scene.server.check_ins.size() == before + 1);
  CHECK(scene.server.check_ins.back().reports.at(0).occasion == wire::Occasion::resumed);
}

TEST_CASE("when the server does not take the certificate, renewing is tried and then waits") {
  Scene scene;
  net::ClientResponse unwelcome;
  unwelcome.status = 401;
  scene.server.answer_with = unwelcome;
  scene.agent.run_for(24 * kHourMs);
  scene.server.answer_with.reset();
  scene.agent.run_for(12 * kHourMs);
  CHECK(scene.server.renewals == 1);
  CHECK(scene.agent.outbox().waiting() == 0);
}

TEST_CASE("last words are sent before sleep; without a network they are on disk and sent after") {
  Scene scene;
  scene.agent.cycle().last_words(wire::Occasion::going_to_sleep);
  CHECK(scene.server.check_ins.back().reports.at(0).occasion == wire::Occasion::going_to_sleep);
  scene.server.always = Fate::lose_request;
  scene.agent.cycle().last_words(wire::Occasion::shutting_down);
  scene.agent.kill();
  scene.agent.boot();
  scene.server.always = Fate::answer;
  scene.server.next_check_in_s = 30;
  scene.agent.start();
  scene.agent.run_for(2 * kMinuteMs);
  bool said = false;
  for (const auto& check_in : scene.server.check_ins) {
    for (const auto& report : check_in.reports) {
      if (report.occasion != wire::Occasion::shutting_down) continue;
      said = true;
      CHECK(report.boot_id == "boot-1");
      CHECK(check_in.boot_id == "boot-2");
    }
  }
  CHECK(said);
}

TEST_CASE("a wall clock that jumps changes neither the rhythm nor the order") {
  Scene scene;
  const auto rhythm = [&] {
    const auto before = scene.server.check_ins.size();
    scene.agent.run_for(kHourMs);
    return scene.server.check_ins.size() - before;
  };
  CHECK(rhythm() == 12);
  const std::int64_t right_ms = scene.clock.wall_ms();
  scene.clock.set_wall(right_ms + 20 * 365 * kDayMs);
  CHECK(rhythm() == 12);
  scene.clock.set_wall(0);
  CHECK(rhythm() == 12);
  std::uint64_t last = 0;
  for (const auto& check_in : scene.server.check_ins) {
    for (const auto& report : check_in.reports) {
      CHECK(report.sequence > last);
      last = report.sequence;
    }
  }
}

TEST_CASE("due times survive a restart: exactly in the same boot, clamped in another") {
  const TemporaryFolder folder;
  SystemFiles files;
  FakeClock clock;
  sync::Memory memory(files, folder / "memory");
  memory.set_due("x", "boot-1", clock, clock.monotonic_ms() + kHourMs);
  REQUIRE(memory.save().has_value());
  sync::Memory again(files, folder / "memory");
  REQUIRE(again.load().has_value());
  clock.advance(10 * kMinuteMs);
  const auto left = [&](std::string_view boot) {
    return *again.due("x", boot, clock, kDayMs) - clock.monotonic_ms();
  };
  CHECK(left("boot-1") == 50 * kMinuteMs);
  clock.set_wall(clock.wall_ms() + 365 * kDayMs);
  CHECK(left("boot-1") == 50 * kMinuteMs);
  CHECK(left("boot-2") == 0);
  clock.set_wall(0);
  CHECK(left("boot-2") == kHourMs);
  CHECK_FALSE(again.due("y", "boot-1", clock, kDayMs).has_value());
}

TEST_CASE("a wait that is over does not come back when the clock is put right between two boots") {
  FakeClock clock;
  const TemporaryFolder folder;
  FakeServer server(clock);
  SteppedAgent agent(server, folder / "agent");
  const std::int64_t right_ms = clock.wall_ms();
  clock.set_wall(right_ms + 3 * 365 * kDayMs);
  server.always = FakeServer::Fate::lose_request;
  agent.start();
  agent.run_for(6 * kHourMs);
  server.always = FakeServer::Fate::answer;
  agent.run_for(kHourMs);
  REQUIRE(agent.outbox().waiting() == 0);
  agent.stop();
  clock.set_wall(right_ms + 7 * kHourMs);
  agent.boot();
  const auto before = server.accepted.size();
  agent.start();
  agent.run_for(kMinuteMs);
  CHECK(server.accepted.size() > before);
}

TEST_CASE("a memory is written only when something changed, and garbage in it is forgotten") {
  const TemporaryFolder folder;
  SystemFiles files;
  sync::Memory memory(files, folder / "memory");
  REQUIRE(memory.load().has_value());
  REQUIRE(memory.save().has_value());
  CHECK_FALSE(std::filesystem::exists(folder / "memory"));
  std::ofstream(folder / "memory") << "a 1\n\nb\n\xff\xfe x\nc 99999999999999999999\nd x y z\n";
  REQUIRE(memory.load().has_value());
  CHECK(memory.number("a") == 1);
  CHECK_FALSE(memory.number("c").has_value());
  FakeClock clock;
  CHECK_FALSE(memory.due("d", "boot", clock, kDayMs).has_value());
}

TEST_CASE("killed at any moment, the agent never repeats a sequence and never goes back") {
  FakeClock clock;
  const TemporaryFolder folder;
  FakeServer server(clock);
  SteppedAgent agent(server, folder / "state");
  SeededRandom random(5);
  std::set<std::uint64_t> seen;
  std::uint64_t highest = 0;
  for (int life = 0; life < 30; ++life) {
    server.always = random.below(2) == 0 ? Fate::answer : Fate::lose_request;
    agent.start();
    agent.run_for(static_cast<std::int64_t>(random.below(2 * kHourMs)));
    agent.kill();
    if (random.below(3) == 0) agent.boot();
  }
  for (const auto& check_in : server.check_ins) {
    for (const auto& report : check_in.reports) {
      if (seen.insert(report.sequence).second && &report == &check_in.reports.front()) {
        CHECK(report.sequence > highest);
        highest = report.sequence;
      }
    }
  }
  CHECK(server.doubles == 0);
}

TEST_CASE("a key that others can read is refused, with what to do") {
  Scene scene;
  SystemFiles files;
  const sync::StateFolder state(files, scene.folder / "state");
  std::filesystem::permissions(state.file("key.pem"), std::filesystem::perms(0644));
  const auto credentials = state.credentials();
  REQUIRE_FALSE(credentials.has_value());
  CHECK(credentials.error().code == Errc::permission_denied);
  CHECK(credentials.error().message.find("enroll again") != std::string::npos);
  std::filesystem::permissions(scene.folder / "state", std::filesystem::perms(0755));
  CHECK(sync::StateFolder(files, scene.folder / "state").prepare().error().code == Errc::permission_denied);
}

TEST_CASE("enrollment keeps only a certificate for our key from the authority that the token names") {
  FakeClock clock;
  const TemporaryFolder folder;
  FakeServer server(clock);
  SystemFiles files;
  SystemRandom random;
  sync::StateFolder state(files, folder / "state");
  sync::EnrolInput input;
  input.server_url = "https://server:8444";
  input.token = {std::string(16, 's'), server.authority().fingerprint()};
  input.identify = [](const std::string&) -> Result<wire::Identity> { return fail(Errc::io, "no firmware"); };
  const auto open = [&](const sync::EnrolInput&) { return server.open(); };
  auto wrong = input;
  wrong.token.authority_fingerprint[0] ^= 1;
  CHECK(sync::enrol(wrong, open, random, state).error().code == Errc::permission_denied);
  CHECK(state.credentials().error().code == Errc::not_found);
  REQUIRE(sync::enrol(input, open, random, state).has_value());
  const auto kept = state.credentials();
  REQUIRE(kept.has_value());
  CHECK(kept->agent_id == "an-agent");
  CHECK(kept->hash_key.size() == 32);
  // The first report keeps to what the school allows already.
  CHECK(state.policy().school_ssids == std::vector<std::string>{"school"});
  CHECK(files.info(state.file("key.pem"))->mode == 0600);
  CHECK(files.info(state.path())->mode == 0700);
  net::ClientResponse used_up;
  used_up.status = 403;
  used_up.body = R"({"title":"the token is used up"})";
  server.answer_with = used_up;
  const auto refused = sync::enrol(input, open, random, state);
  CHECK(refused.error().code == Errc::unauthenticated);
  CHECK(refused.error().message.find("used up") != std::string::npos);
  net::ClientResponse console;
  console.status = 404;
  server.answer_with = console;
  const auto other_door = sync::enrol(input, open, random, state);
  CHECK(other_door.error().code == Errc::unavailable);
  CHECK(other_door.error().message.find("console's port + 1") != std::string::npos);
}

TEST_CASE("anything but an empty 204 is a portal, and no answer is not known") {
  class Probe final : public net::HttpClient {
   public:
    explicit Probe(Result<net::ClientResponse> answer) : answer_(std::move(answer)) {}
    Result<net::ClientResponse> send(const net::ClientRequest& request) override {
      CHECK(request.target == "/generate_204");
      return answer_;
    }
    void disconnect() override {}

   private:
    Result<net::ClientResponse> answer_;
  };
  const auto probe = [](Result<net::ClientResponse> answer) {
    return sync::probe_portal(
        [&]() -> Result<std::unique_ptr<net::HttpClient>> { return std::make_unique<Probe>(answer); }, {});
  };
  const auto answer = [](int status, std::string body) {
    net::ClientResponse response;
    response.status = status;
    response.body = std::move(body);
    return response;
  };
  CHECK(probe(answer(204, "")) == wire::PortalState::clear);
  for (const int status : {200, 204, 302, 307, 403, 511}) {
    CHECK(probe(answer(status, "<html>Welcome")) == wire::PortalState::portal);
  }
  CHECK(probe(answer(302, "")) == wire::PortalState::portal);
  CHECK(probe(fail(Errc::timeout, "")) == wire::PortalState::unknown);
}

TEST_CASE("the probe's address follows from the server's") {
  CHECK(sync::probe_url_of("https://rollcall.example.org:8444") == "http://rollcall.example.org:8447");
  CHECK(sync::probe_url_of("https://[2001:db8::1]:9001") == "http://[2001:db8::1]:9004");
  for (const char* bad : {"", "rollcall", "http://host:8444", "https://:8444", "https://host:99999", "https://host:65534"}) {
    INFO(bad);
    CHECK_FALSE(sync::probe_url_of(bad).has_value());
  }
}

}  // namespace
}  // namespace rollcall
