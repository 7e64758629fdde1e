#include <catch2/catch.hpp>

#include "tests/temporary_folder.h"
#include "tests/unit/agent/stepped_agent.h"

namespace rollcall {
namespace {

using Fate = FakeServer::Fate;

struct Scene {
  explicit Scene() {
    agent.start();
    agent.run_for(10 * kSecondMs);
  }
  FakeClock clock;
  TemporaryFolder folder;
  FakeServer server{clock};
  SteppedAgent agent{server, folder / "state"};
};

TEST_CASE("the first report says that the agent started, the next come when the server said") {
  Scene scene;
  REQUIRE(scene.server.check_ins.size() == 1);
  CHECK(scene.server.check_ins[0].reports.at(0).occasion == wire::Occasion::started);
  scene.server.next_check_in_s = 60;
  scene.agent.run_for(300 * kSecondMs);
  CHECK(scene.server.check_ins.size() == 2);
  scene.agent.run_for(300 * kSecondMs);
  CHECK(scene.server.check_ins.size() == 7);
  CHECK(scene.server.check_ins.back().reports.at(0).occasion == wire::Occasion::scheduled);
  CHECK(scene.server.doubles == 0);
}

TEST_CASE("the identity is sent until the server has it, when it changes, and when it is asked for") {
  Scene scene;
  const auto has_identity = [&] { return scene.server.check_ins.back().reports.at(0).identity.has_value(); };
  CHECK(has_identity());
  scene.agent.run_for(300 * kSecondMs);
  CHECK_FALSE(has_identity());
  scene.agent.identity.serial = "PF9XYZ99";  // a BIOS update, a board that was replaced
  scene.agent.run_for(300 * kSecondMs);
  REQUIRE(has_identity());
  CHECK(scene.server.check_ins.back().reports.at(0).identity->serial == "PF9XYZ99");
  scene.agent.run_for(300 * kSecondMs);
  CHECK_FALSE(has_identity());
  scene.server.commands = {{"01A", "send_identity"}};
  scene.agent.run_for(300 * kSecondMs);
  CHECK_FALSE(has_identity());
  scene.agent.run_for(300 * kSecondMs);
  CHECK(has_identity());
}

TEST_CASE("through an outage samples go on, then the newest comes first and the backlog follows by credit") {
  Scene scene;
  scene.server.always = Fate::lose_request;
  scene.agent.run_for(3 * kHourMs);
  CHECK(scene.agent.outbox().waiting() >= 35);
  scene.server.always = Fate::answer;
  scene.server.credit = 10;
  scene.server.next_check_in_s = 30;
  const auto before = scene.server.check_ins.size();
  scene.agent.run_for(30 * kMinuteMs);
  REQUIRE(scene.server.check_ins.size() > before + 2);
  const auto& first = scene.server.check_ins[before];
  CHECK(first.reports.size() == 1);
  CHECK(first.waiting >= 34);
  const auto& second = scene.server.check_ins[before + 1];
  CHECK(second.reports.size() == 11);
  CHECK(second.reports[0].sequence > second.reports[1].sequence);
  CHECK(scene.agent.outbox().waiting() == 0);
  CHECK(scene.server.accepted.size() == static_cast<std::size_t>(scene.agent.samples));
}

TEST_CASE("lost requests and lost replies lose no report and repeat no effect") {
  Scene scene;
  SeededRandom random(11);
  for (int i = 0; i < 400; ++i) {
    scene.server.fates.push_back(static_cast<Fate>(random.below(3)));
  }
  scene.agent.run_for(24 * kHourMs);
  scene.server.fates.clear();
  scene.server.next_check_in_s = 30;
  scene.agent.run_for(3 * kHourMs);
  CHECK(scene.agent.outbox().waiting() == 0);
  CHECK(scene.server.accepted.size() == static_cast<std::size_t>(scene.agent.samples));
  CHECK(scene.server.doubles > 0);  // a reply was lost: the server saw it twice and counts it once
}

TEST_CASE("failures back off with jitter, and the server's Retry-After is obeyed") {
  Scene scene;
  scene.server.always = Fate::lose_request;
  scene.agent.run_for(24 * kHourMs);
  scene.server.always = Fate::answer;
  net::ClientResponse busy;
  busy.status = 503;
  busy.headers.set("Retry-After", "7200");
  scene.server.answer_with = busy;
  scene.agent.run_for(kHourMs);
  scene.server.answer_with.reset();
  const auto before = scene.server.check_ins.size();
  scene.agent.run_for(50 * kMinuteMs);
  CHECK(scene.server.check_ins.size() == before);
  scene.agent.run_for(2 * kHourMs);
  CHECK(scene.server.check_ins.size() > before);
}

TEST_CASE("a report that the server refuses is not sent again, and counted as given up") {
  Scene scene;
  const std::uint64_t next = *scene.server.accepted.rbegin() + 1;
  scene.server.refuse = {next};
  scene.agent.run_for(kHourMs);
  CHECK_FALSE(scene.server.accepted.contains(next));
  int sent = 0;
  for (const auto& check_in : scene.server.check_ins) {
    for (const auto& report : check_in.reports) sent += report.sequence == next ? 1 : 0;
  }
  CHECK(sent == 1);
  CHECK(scene.agent.outbox().thinned() == 1);
  CHECK(scene.server.check_ins.back().thinned == 1);
}

TEST_CASE("when a check-in is refused as a whole, only the report that is to blame is given up") {
  Scene scene;
  scene.server.always = Fate::lose_request;
  scene.agent.run_for(20 * kMinuteMs);
  scene.server.always = Fate::answer;
  net::ClientResponse bad;
  bad.status = 400;
  scene.server.answer_with = bad;
  while (scene.agent.outbox().thinned() == 0) scene.agent.run_for(kMinuteMs);
  scene.server.answer_with.reset();
  scene.agent.run_for(3 * kHourMs);
  CHECK(scene.agent.outbox().waiting() == 0);
  const std::uint64_t lost = scene.agent.outbox().thinned();
  CHECK(scene.server.accepted.size() + lost == static_cast<std::size_t>(scene.agent.samples));
  CHECK(scene.server.check_ins.back().thinned == lost);
}

TEST_CASE("a policy is kept over restarts and asked for once") {
  Scene scene;
  wire::Policy policy;
  policy.digest = "00112233";
  policy.school_ssids = {"Lincoln-HS"};
  scene.server.policy = policy;
  scene.agent.run_for(300 * kSecondMs);
  scene.agent.run_for(300 * kSecondMs);
  CHECK(scene.server.check_ins.back().policy_digest == "00112233");
  scene.agent.stop();
  scene.agent.start();
  scene.agent.run_for(10 * kSecondMs);
  CHECK(scene.server.check_ins.back().policy_digest == "00112233");
}

TEST_CASE("off the school's networks there is at most one report an hour, also around sleep and restarts") {
  Scene scene;
  scene.agent.at_school = false;
  const auto before = scene.server.check_ins.size();
  scene.agent.run_for(6 * kMinuteMs);
  REQUIRE(scene.server.check_ins.size() == before + 1);
  scene.agent.cycle().last_words(wire::Occasion::going_to_sleep);
  scene.agent.cycle().resumed();
  scene.agent.run_for(5 * kMinuteMs);
  scene.agent.stop();
  scene.agent.boot();
  scene.agent.start();
  scene.agent.run_for(30 * kMinuteMs);
  CHECK(scene.server.check_ins.size() == before + 1);
  scene.agent.run_for(30 * kMinuteMs);
  CHECK(scene.server.check_ins.size() == before + 2);
  scene.agent.at_school = true;
  scene.agent.cycle().resumed();
  scene.agent.run_for(15 * kSecondMs);
  CHECK(scene.server.check_ins.size() == before + 3);
}

TEST_CASE("collect_now brings a report soon, and a repeated command is carried out once") {
  Scene scene;
  scene.server.commands = {{"01B", "collect_now"}, {"01C", "format_disk"}};
  scene.agent.run_for(300 * kSecondMs);
  const auto samples = scene.agent.samples;
  scene.agent.run_for(30 * kSecondMs);
  CHECK(scene.agent.samples == samples + 1);
  scene.server.commands = {{"01B", "collect_now"}};
  scene.agent.run_for(300 * kSecondMs);
  scene.agent.run_for(60 * kSecondMs);
  CHECK(scene.agent.samples == samples + 2);
}

TEST_CASE("a crash loop does not become a storm of reports") {
  Scene scene;
  for (int i = 0; i < 40; ++i) {
    scene.agent.kill();
    scene.agent.start();
    scene.agent.run_for(10 * kSecondMs);
  }
  CHECK(scene.server.check_ins.size() < 12);
}

}  // namespace
}  // namespace rollcall
