#include "server/service/history.h"

#include "server/service/retention.h"
#include "tests/unit/service/telemetry_fixture.h"

using namespace rollcall;
using namespace rollcall::service;

TEST_CASE("the charge curve holds what was sampled between two instants, in order, backlog included") {
  TelemetryFixture server;
  server.enrol(2);
  const std::int64_t start = server.clock.wall_ms();
  for (std::uint64_t i = 1; i <= 20; ++i) {
    server.clock.advance(5 * kMinuteMs);
    if (i == 7) continue;
    server.send(1, {server.report(i, 100 - static_cast<double>(i))});
    server.send(2, {server.report(i, 5)});
  }
  wire::Report late = server.report(7, 93);
  late.monotonic_ms -= 13 * 5 * kMinuteMs;
  server.send(1, {late});
  const auto curve = *server.history->battery(server.device_id(1), start + 5 * kMinuteMs, start + 50 * kMinuteMs);
  REQUIRE(curve.points.size() == 10);
  for (std::size_t i = 0; i < 10; ++i) {
    CHECK(curve.points[i].percent == 99 - static_cast<double>(i));
    CHECK(curve.points[i].pack == "BAT0");
    CHECK(curve.points[i].observed_ms == start + static_cast<std::int64_t>(i + 1) * 5 * kMinuteMs);
  }
}

TEST_CASE("a long span is thinned, and keeps its extremes and its turns") {
  TelemetryFixture server;
  server.enrol(1);
  const std::int64_t start = server.clock.wall_ms();
  std::vector<wire::Report> reports;
  for (std::uint64_t i = 1; i <= 5'000; ++i) {
    server.clock.advance(kMinuteMs);
    reports.push_back(server.report(i, i == 2'345 ? 1 : 50));
    if (reports.size() == 50) server.send(1, std::exchange(reports, {}));
  }
  const auto curve = *server.history->battery(server.device_id(1), start, server.clock.wall_ms());
  CHECK(curve.points.size() <= History::kMaxPoints);
  CHECK(curve.points.size() > 600);
  CHECK(std::ranges::any_of(curve.points, [](const auto& point) { return point.percent == 1; }));
  CHECK(std::ranges::is_sorted(curve.points, {}, &BatteryPoint::observed_ms));
}

TEST_CASE("a span that is turned round or too long is refused by the field") {
  TelemetryFixture server;
  server.enrol(1);
  CHECK(server.history->battery(server.device_id(1), 5, 4).error().field == "from_ms");
  CHECK(server.history->battery(server.device_id(1), 0, 32 * kDayMs).error().field == "to_ms");
  CHECK(server.history->battery("01HZZZZZZZZZZZZZZZZZZZZZZZ", 0, 1).error().code == Errc::not_found);
}

TEST_CASE("the timeline pages back through what happened, with what failed") {
  TelemetryFixture server;
  server.enrol(1);
  for (std::uint64_t i = 1; i <= 9; ++i) {
    server.clock.advance(kMinuteMs);
    wire::Report report = server.report(i);
    if (i % 3 == 0) report.occasion = wire::Occasion::power_changed;
    if (i == 6) report.collectors[3] = {"health", wire::CollectorState::failed, 8, "smartctl: not there"};
    server.send(1, {report});
  }
  std::vector<std::uint64_t> seen;
  std::string cursor;
  do {
    const auto page = *server.history->timeline(server.device_id(1), cursor, 4, false);
    for (const auto& entry : page.entries) {
      seen.push_back(entry.sequence);
      CHECK(entry.failed_collectors == (entry.sequence == 6 ? std::vector<std::string>{"health"} : std::vector<std::string>{}));
      CHECK(entry.percent == 80);
    }
    cursor = page.next_cursor;
  } while (!cursor.empty());
  CHECK(seen == std::vector<std::uint64_t>{9, 8, 7, 6, 5, 4, 3, 2, 1});
  const auto events = *server.history->timeline(server.device_id(1), "", 10, true);
  CHECK(events.entries.size() == 3);
  CHECK(events.entries[0].occasion == domain::Occasion::power_changed);
  CHECK(server.history->timeline(server.device_id(1), "!", 10, true).error().field == "cursor");
}

TEST_CASE("a made-up cursor shows nobody else's reports") {
  TelemetryFixture server;
  server.enrol(2);
  server.send(2, {server.report(1, 11)});
  server.send(1, {server.report(1, 99)});
  const auto stolen = *server.history->timeline(server.device_id(1), "AgI", 10, false);  // agent 1, log 1
  CHECK(stolen.entries.empty());
}

TEST_CASE("reports older than the schedule says are deleted, chunk by chunk, and nothing else") {
  TelemetryFixture server;
  server.enrol(1);
  for (std::uint64_t i = 1; i <= 60; ++i) {
    server.clock.advance(kDayMs);
    server.send(1, {server.report(i)});
  }
  Retention retention(*server.database, server.clock, *server.segments, 30);
  CHECK(retention.schedule()->rules.at(0).keep_days == 30);
  CHECK_FALSE(retention.schedule()->last_run_ms);
  CHECK(retention.next_due() > server.clock.wall_ms());
  retention.run_due(server.clock.wall_ms());
  CHECK(server.stored() == 31);
  CHECK(*retention.schedule()->oldest_report_ms == server.clock.wall_ms() - 30 * kDayMs);
  CHECK(retention.next_due() > server.clock.wall_ms() + kMinuteMs);
  CHECK(server.history->timeline(server.device_id(1), "", 100, false)->entries.size() == 31);
  CHECK(server.fleet->latest(server.device_id(1))->report.sequence == 60);
}
