#include "server/service/ingest.h"

#include <rapidcheck.h>

#include <set>
#include <thread>

#include "common/wire/codec.h"
#include "tests/unit/service/telemetry_fixture.h"

using namespace rollcall;
using namespace rollcall::service;

TEST_CASE("a report is acknowledged by its number, with the next check-in named") {
  TelemetryFixture server;
  server.enrol(1);
  const auto reply = server.send(1, {server.report(1)});
  REQUIRE(reply.accepted.size() == 1);
  CHECK(reply.accepted[0].first == 1);
  CHECK(reply.accepted[0].last == 1);
  CHECK(reply.next_check_in_s >= 150);
  CHECK(reply.next_check_in_s <= 450);
  CHECK(reply.server_ms == server.clock.wall_ms());
  CHECK_FALSE(reply.policy);
  CHECK(server.stored() == 1);
}

TEST_CASE("a dropped reply followed by a resend is accepted again without double effect, also after a restart") {
  TelemetryFixture server;
  server.enrol(1);
  server.send(1, {server.report(1), server.report(2)});
  auto again = server.send(1, {server.report(1), server.report(2)});
  CHECK(again.accepted.size() == 1);
  CHECK(again.accepted[0].last == 2);
  CHECK(server.stored() == 2);
  server.crash();
  again = server.send(1, {server.report(2), server.report(3)});
  REQUIRE(again.accepted.size() == 1);
  CHECK(again.accepted[0].first == 2);
  CHECK(again.accepted[0].last == 3);
  CHECK(server.stored() == 3);
  CHECK(server.ingest->stats().duplicates == 1);
}

TEST_CASE("the same check-in twice in one commit has one effect") {
  TelemetryFixture server;
  server.enrol(1);
  int answered = 0;
  for (int i = 0; i < 2; ++i) {
    server.ingest->submit(server.agent(1), server.check_in({server.report(5)}), "", [&](IngestOutcome outcome) {
      REQUIRE(outcome.reply);
      CHECK(outcome.reply->accepted.size() == 1);
      ++answered;
    });
  }
  CHECK(server.ingest->commit_pending() == 2);
  CHECK(answered == 2);
  CHECK(server.stored() == 1);
}

TEST_CASE("any reordering, repetition and restart leaves each report once and the newest in sight") {
  CHECK(rc::check([] {
    TelemetryFixture server;
    server.enrol(1);
    std::set<std::uint64_t> sent;
    const auto numbers = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(1, 40));
    for (const auto number : numbers) {
      switch (*rc::gen::inRange(0, 6)) {
        case 0: server.crash(); break;
        case 1: RC_ASSERT(server.fleet->flush().has_value()); break;
        default: break;
      }
      server.clock.advance(1'000);
      server.send(1, {server.report(number, static_cast<double>(number))});
      sent.insert(number);
      RC_ASSERT(server.stored() == static_cast<std::int64_t>(sent.size()));
      const auto latest = server.fleet->latest(server.device_id(1));
      RC_ASSERT(latest.has_value());
      RC_ASSERT(latest->report.sequence == *sent.rbegin());
      RC_ASSERT(latest->report.battery->packs.at(0).percent == static_cast<double>(*sent.rbegin()));
    }
  }));
}

TEST_CASE("a full queue refuses at once and says when to come back") {
  TelemetryFixture server({.queued_reports = 2});
  server.enrol(3);
  int refused = 0, accepted = 0;
  for (int i = 1; i <= 3; ++i) {
    server.ingest->submit(server.agent(i), server.check_in({server.report(1)}), "", [&](IngestOutcome outcome) {
      if (outcome.reply) return void(++accepted);
      CHECK(outcome.reply.error().code == Errc::unavailable);
      CHECK(outcome.retry_after_s >= 1);
      ++refused;
    });
  }
  CHECK(refused == 1);
  server.ingest->commit_pending();
  CHECK(accepted == 2);
}

TEST_CASE("what the codec rejected is told, and does not hold the others back") {
  TelemetryFixture server;
  server.enrol(1);
  auto message = server.check_in({server.report(2)});
  message.rejected.push_back({1, "reports[0].battery.packs[0].percent: at most 300"});
  message.unknown_fields = 3;
  const auto outcome = server.send(server.agent(1), std::move(message));
  REQUIRE(outcome.reply);
  CHECK(outcome.reply->accepted.size() == 1);
  REQUIRE(outcome.reply->rejected.size() == 1);
  CHECK(outcome.reply->rejected[0].sequence == 1);
  CHECK(server.ingest->stats().unknown_fields == 3);
  CHECK(server.ingest->stats().rejected == 1);
}

TEST_CASE("a sequence number that leaps is refused, so that it cannot hide all later reports") {
  TelemetryFixture server;
  server.enrol(1);
  server.send(1, {server.report(1)});
  const auto reply = server.send(1, {server.report(9'000'000'000'000)});
  CHECK(reply.accepted.empty());
  REQUIRE(reply.rejected.size() == 1);
  CHECK(reply.rejected[0].reason.starts_with("sequence: "));
  CHECK(server.send(1, {server.report(2)}).accepted.size() == 1);
}

TEST_CASE("a disk put back to an older image starts over from its number, and is remembered as such") {
  TelemetryFixture server;
  server.enrol(1);
  for (std::uint64_t i = 1; i <= 5; ++i) server.send(1, {server.report(i)});
  server.boot = "another boot of the older image";
  server.clock.advance(kDayMs);
  const auto reply = server.send(1, {server.report(3, 33)});
  CHECK(reply.accepted.size() == 1);
  CHECK(server.stored() == 6);
  CHECK(server.fleet->latest(server.device_id(1))->report.battery->packs[0].percent == 33);
  server.send(1, {server.report(4, 34)});
  CHECK(server.stored() == 7);
  CHECK(server.ingest->stats().sequence_resets == 1);
  server.crash();
  CHECK(server.fleet->view(server.device_id(1))->agents[0].restored_image);
  server.send(1, {server.report(4, 99)});
  CHECK(server.stored() == 7);
}

TEST_CASE("a report for a gap that was closed is neither acknowledged nor stored, and counted") {
  TelemetryFixture server;
  server.enrol(1);
  // Every other number, and as many gaps as are kept, and one.
  constexpr std::uint64_t kLast = 2 * domain::AcceptedSequences::kMaxRanges + 3;
  for (std::uint64_t i = 1; i <= kLast; i += 2) server.send(1, {server.report(i)});
  const auto stored = server.stored();
  for (const bool restarted : {false, true}) {
    INFO("restarted: " << restarted);
    if (restarted) server.crash();
    const auto late = server.send(1, {server.report(2)});
    CHECK(late.accepted.empty());
    REQUIRE(late.rejected.size() == 1);
    CHECK(late.rejected[0].sequence == 2);
    CHECK_THAT(late.rejected[0].reason, Catch::StartsWith("sequence: too late"));
    CHECK(server.stored() == stored);
  }
  CHECK(server.ingest->stats().too_late == 1);
  // A gap that is open takes its report, and one that is known is known.
  CHECK(server.send(1, {server.report(kLast - 1)}).accepted.size() == 1);
  CHECK(server.send(1, {server.report(kLast)}).accepted.size() == 1);
  CHECK(server.stored() == stored + 1);
}

TEST_CASE("the policy comes when the digests differ, the identity is asked for while it is unknown") {
  TelemetryFixture server;
  server.enrol(1);
  auto message = server.check_in({server.report(1)});
  message.message.policy_digest = "old";
  auto reply = *server.send(server.agent(1), std::move(message)).reply;
  REQUIRE(reply.policy);
  CHECK(reply.policy->school_ssids == std::vector<std::string>{"school-wifi"});
  REQUIRE(reply.commands.size() == 1);
  CHECK(reply.commands[0].name == "send_identity");
  wire::Report with_identity = server.report(2);
  with_identity.identity = server.identity(1);
  CHECK(server.send(1, {with_identity}).commands.empty());
  CHECK(server.send(1, {server.report(3)}).commands.empty());
}

TEST_CASE("a failed read never erases a good value") {
  TelemetryFixture server;
  server.enrol(1);
  wire::Report first = server.report(1);
  first.identity = server.identity(1);
  server.send(1, {first});
  server.stop_in_order();
  wire::Report second = server.report(2);
  second.identity = server.identity(1);
  second.identity->serial.clear();
  second.identity->kernel = "6.1.0-20-amd64";
  second.battery.reset();
  second.collectors[1] = {"battery", wire::CollectorState::failed, 4, "BAT0/energy_now: input/output error"};
  server.send(1, {second});
  const auto latest = *server.fleet->latest(server.device_id(1));
  CHECK(latest.report.identity->serial == "SN1");
  CHECK(latest.report.identity->kernel == "6.1.0-20-amd64");
  REQUIRE(latest.report.battery);
  CHECK(latest.report.battery->packs[0].percent == 80);
  CHECK(latest.report.collectors[1].error == "BAT0/energy_now: input/output error");
}

TEST_CASE("off the school's networks nothing that tells a place is kept, whatever the laptop says") {
  TelemetryFixture server;
  server.enrol(1);
  wire::Report home = server.report(1);
  home.connectivity->wifi->ssid = "home";
  home.connectivity->proxy = "proxy.home:3128";
  auto outcome = std::optional<IngestOutcome>();
  server.ingest->submit(server.agent(1), server.check_in({home, server.report(2)}), "192.0.2.7",
                        [&](IngestOutcome it) { outcome = std::move(it); });
  server.ingest->commit_pending();
  REQUIRE(outcome->reply);
  CHECK(server.ingest->stats().off_campus_stripped == 1);
  REQUIRE(server.access_points->flush());
  const auto rows = *server.access_points->list(10);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].ssid == "school-wifi");
  CHECK(rows[0].reports == 1);
  CHECK(rows[0].mean_signal_dbm == -61);
  const auto latest = *server.fleet->latest(server.device_id(1));
  CHECK(latest.report.connectivity->wifi->ssid.empty());
  CHECK(latest.report.connectivity->wifi->bssid.empty());
  CHECK(latest.report.connectivity->proxy.empty());
}

TEST_CASE("a laptop that may not tell where it is is asked for an hour later, not sooner") {
  TelemetryFixture server;
  server.enrol(1);
  wire::Report home = server.report(1);
  home.connectivity.reset();
  home.collectors = {home.collectors[1], home.collectors[3]};
  const auto reply = server.send(1, {home});
  CHECK(reply.next_check_in_s >= 3'600);
  CHECK(reply.commands.empty());
  server.clock.advance(50 * kMinuteMs);
  server.fleet->run_due(server.clock.wall_ms());
  CHECK(server.fleet->row(server.device_id(1))->presence == domain::Presence::online);
}

TEST_CASE("backlog is granted as long as there is room, over the open connection") {
  TelemetryFixture server;
  server.enrol(1);
  auto message = server.check_in({server.report(900)});
  message.message.waiting = 300;
  const auto reply = *server.send(server.agent(1), std::move(message)).reply;
  CHECK(reply.credit > 400);
  CHECK(reply.keep_connection);
  CHECK(reply.next_check_in_s == 1);
  const auto rest = server.send(1, {server.report(901)});
  CHECK_FALSE(rest.keep_connection);
  CHECK(rest.next_check_in_s >= 150);
}

TEST_CASE("a laptop that is not at school brings its backlog when it may report again, over a new connection") {
  TelemetryFixture server;
  server.enrol(1);
  wire::Report home = server.report(1);
  home.connectivity.reset();
  home.collectors = {home.collectors[1], home.collectors[3]};
  auto message = server.check_in({home});
  message.message.waiting = 300;
  const auto reply = *server.send(server.agent(1), std::move(message)).reply;
  CHECK_FALSE(reply.keep_connection);
  CHECK(reply.next_check_in_s >= 3'600);
}

TEST_CASE("clocks that are twenty years off date nothing wrongly") {
  TelemetryFixture server;
  server.enrol(1);
  server.clock.advance(kHourMs);
  wire::Report off = server.report(1);
  off.wall_ms -= 20 * 365 * kDayMs;
  off.monotonic_ms -= 60'000;
  auto message = server.check_in({off});
  message.message.sent_wall_ms = off.wall_ms + 60'000;
  REQUIRE(server.send(server.agent(1), std::move(message)).reply);
  const auto latest = *server.fleet->latest(server.device_id(1));
  CHECK(latest.observed_ms == server.clock.wall_ms() - 60'000);
  CHECK(latest.report.wall_ms == off.wall_ms);
  const auto view = *server.fleet->view(server.device_id(1));
  REQUIRE(view.clock_skew_ms);
  CHECK(*view.clock_skew_ms < -19 * 365 * kDayMs);
}

TEST_CASE("every check-in of many threads is answered once, and stop commits what is queued") {
  TelemetryFixture server({.queued_reports = 100'000});
  server.enrol(200);
  std::atomic<int> answered = 0;
  std::thread writer([&] {
    while (server.ingest->gather()) server.ingest->commit_pending();
  });
  std::vector<std::thread> senders;
  for (int t = 0; t < 2; ++t) {
    senders.emplace_back([&, t] {
      for (int i = 1; i <= 200; ++i) {
        if (i % 2 != t) continue;
        for (std::uint64_t n = 1; n <= 5; ++n) {
          server.ingest->submit(server.agent(i), server.check_in({server.report(n)}), "", [&](IngestOutcome outcome) {
            if (outcome.reply) ++answered;
          });
        }
      }
    });
  }
  for (auto& sender : senders) sender.join();
  server.ingest->stop();
  writer.join();
  CHECK(answered == 1'000);
  CHECK(server.stored() == 1'000);
  server.ingest->submit(server.agent(1), server.check_in({}), "", [&](IngestOutcome outcome) {
    CHECK_FALSE(outcome.reply);
  });
}
