// What was acknowledged survives; what a commit could not store is not acknowledged.
#include "server/storage/report_log.h"
#include "tests/unit/service/telemetry_fixture.h"

using namespace rollcall;
using namespace rollcall::service;

TEST_CASE("after a crash nothing acknowledged is lost, nothing doubled, and the state equals the newest report") {
  TelemetryFixture server;
  server.enrol(50);
  SeededRandom chance(11);
  std::vector<std::uint64_t> newest(51, 0);
  std::int64_t acknowledged = 0;
  for (int round = 1; round <= 40; ++round) {
    server.clock.advance(30'000);
    for (std::int64_t number = 1; number <= 50; ++number) {
      if (chance.below(3) == 0) continue;
      auto& sequence = newest[static_cast<std::size_t>(number)];
      ++sequence;
      wire::Report report = server.report(sequence, static_cast<double>(sequence % 100));
      if (chance.below(10) == 0) report.identity = server.identity(number);
      if (chance.below(7) == 0) report.battery.reset();
      const auto reply = server.send(number, {report});
      acknowledged += static_cast<std::int64_t>(reply.accepted.size());
    }
    if (round % 3 == 0) server.fleet->run_due(server.clock.wall_ms());
    if (round % 7 != 0) continue;
    std::vector<LatestReport> before;
    for (std::int64_t number = 1; number <= 50; ++number) before.push_back(*server.fleet->latest(server.device_id(number)));
    server.crash();
    CHECK(server.stored() == acknowledged);
    for (std::int64_t number = 1; number <= 50; ++number) {
      const auto after = *server.fleet->latest(server.device_id(number));
      const auto& then = before[static_cast<std::size_t>(number - 1)];
      CHECK(after.report.sequence == newest[static_cast<std::size_t>(number)]);
      CHECK(after.observed_ms == then.observed_ms);
      CHECK(after.received_ms == then.received_ms);
      CHECK(wire::encode(after.report) == wire::encode(then.report));
      CHECK(after.section_observed_ms == then.section_observed_ms);
      // Sent again because the reply was lost: acknowledged, not stored twice.
      server.send(number, {server.report(newest[static_cast<std::size_t>(number)])});
    }
    CHECK(server.stored() == acknowledged);
  }
}

TEST_CASE("states and verdicts are the same whether written in order or rebuilt from the log") {
  TelemetryFixture server;
  server.enrol(3);
  for (std::uint64_t i = 1; i <= 30; ++i) {
    server.clock.advance(8 * kHourMs);
    for (std::int64_t number = 1; number <= 3; ++number) server.send(number, {server.report(i, 50, 20'000 + 8'000 * number)});
  }
  const auto live = *server.fleet->view(server.device_id(2));
  server.crash();
  const auto rebuilt = *server.fleet->view(server.device_id(2));
  server.stop_in_order();
  server.crash();
  CHECK(server.fleet->stats().replayed_reports == 0);
  const auto written = *server.fleet->view(server.device_id(2));
  for (const auto* view : {&rebuilt, &written}) {
    CHECK(view->row.verdict == live.row.verdict);
    CHECK(view->row.health_percent == live.row.health_percent);
    CHECK(view->packs[0].days == live.packs[0].days);
    CHECK(view->packs[0].reasons == live.packs[0].reasons);
    CHECK(wire::encode(view->latest->report) == wire::encode(live.latest->report));
  }
  CHECK(live.row.verdict == domain::Verdict::watch);
}

TEST_CASE("numbers of the log are never used twice, also when retention emptied it") {
  TelemetryFixture server;
  server.enrol(1);
  server.send(1, {server.report(1)});
  server.send(1, {server.report(2)});
  server.stop_in_order();
  REQUIRE(server.database->write([](sql::Transaction& transaction) {
    return storage::delete_reports(transaction, INT64_MAX, 100);
  }));
  server.crash();
  server.send(1, {server.report(3)});
  CHECK(server.fleet->latest(server.device_id(1))->report.sequence == 3);
  server.crash();
  CHECK(server.fleet->latest(server.device_id(1))->report.sequence == 3);
  CHECK(server.history->timeline(server.device_id(1), "", 10, false)->entries.size() == 1);
}

TEST_CASE("a full disk acknowledges nothing, tells everyone who waits, and goes on by itself") {
  TelemetryFixture server;
  server.enrol(4);
  server.send(1, {server.report(1)});
  REQUIRE(server.database->write([](sql::Transaction& transaction) -> Result<> {
    TRY(transaction.run_script("CREATE TRIGGER full_disk BEFORE INSERT ON report_log BEGIN "
                               "SELECT raise(ABORT, 'no room'); END"));
    return {};
  }));
  int failed = 0;
  for (int i = 1; i <= 4; ++i) {
    server.ingest->submit(server.agent(i), server.check_in({server.report(2)}), "", [&](IngestOutcome outcome) {
      REQUIRE_FALSE(outcome.reply);
      CHECK(outcome.retry_after_s >= 1);
      ++failed;
    });
  }
  server.ingest->commit_pending();
  CHECK(failed == 4);
  CHECK(server.stored() == 1);
  CHECK(server.fleet->latest(server.device_id(1))->report.sequence == 1);
  CHECK_FALSE(server.fleet->latest(server.device_id(2)));
  REQUIRE(server.database->write([](sql::Transaction& transaction) -> Result<> {
    TRY(transaction.run_script("DROP TRIGGER full_disk"));
    return {};
  }));
  for (int i = 1; i <= 4; ++i) CHECK(server.send(i, {server.report(2)}).accepted.size() == 1);
  CHECK(server.stored() == 5);
  CHECK(server.ingest->stats().commit_failures == 1);
}
