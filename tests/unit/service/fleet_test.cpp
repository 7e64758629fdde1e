#include "server/service/fleet.h"

#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/unit/service/telemetry_fixture.h"

using namespace rollcall;
using namespace rollcall::service;

TEST_CASE("a laptop's state follows its words and its silence") {
  TelemetryFixture server;
  server.enrol(1);
  const auto presence = [&] { return server.fleet->row(server.device_id(1))->presence; };
  CHECK(presence() == domain::Presence::never);
  server.send(1, {server.report(1)});
  CHECK(presence() == domain::Presence::online);
  server.clock.advance(20 * kMinuteMs);
  server.fleet->run_due(server.clock.wall_ms());
  CHECK(presence() == domain::Presence::silent);
  wire::Report sleep = server.report(2);
  sleep.occasion = wire::Occasion::going_to_sleep;
  server.send(1, {sleep});
  CHECK(presence() == domain::Presence::asleep);
  server.clock.advance(kDayMs);
  server.fleet->run_due(server.clock.wall_ms());
  CHECK(presence() == domain::Presence::asleep);
  const auto view = *server.fleet->view(server.device_id(1));
  CHECK(view.presence_reason == "Said it was going to sleep 24 hours ago, battery at 80%");
}

TEST_CASE("the server's own downtime raises no wave of silence") {
  TelemetryFixture server;
  server.enrol(2);
  server.send(1, {server.report(1)});
  server.stop_in_order();
  server.clock.advance(8 * kHourMs);
  server.crash();
  CHECK(server.fleet->row(server.device_id(1))->presence == domain::Presence::online);
  server.clock.advance(domain::kGraceAfterDowntimeMs);
  server.fleet->run_due(server.clock.wall_ms());
  CHECK(server.fleet->row(server.device_id(1))->presence == domain::Presence::silent);
  CHECK(server.fleet->row(server.device_id(2))->presence == domain::Presence::never);
}

TEST_CASE("the overview counts every device once by state, verdict, age and school") {
  TelemetryFixture server;
  server.enrol(5, "north");
  server.enrol(2, "");
  server.send(1, {server.report(1, 80, 45'000)});
  server.send(2, {server.report(1, 80, 20'000)});
  wire::Report none = server.report(1);
  none.battery.reset();
  none.collectors[1].state = wire::CollectorState::absent;
  server.send(3, {none});
  server.clock.advance(2 * kHourMs);
  server.fleet->run_due(server.clock.wall_ms());
  server.send(6, {server.report(1, 80, 33'000)});
  const Overview all = server.fleet->overview();
  CHECK(all.total == 7);
  CHECK(all.presences[static_cast<std::size_t>(domain::Presence::silent)] == 3);
  CHECK(all.presences[static_cast<std::size_t>(domain::Presence::online)] == 1);
  CHECK(all.presences[static_cast<std::size_t>(domain::Presence::never)] == 3);
  CHECK(all.verdicts[static_cast<std::size_t>(domain::Verdict::good)] == 1);
  CHECK(all.verdicts[static_cast<std::size_t>(domain::Verdict::replace)] == 1);
  CHECK(all.verdicts[static_cast<std::size_t>(domain::Verdict::watch)] == 1);
  CHECK(all.verdicts[static_cast<std::size_t>(domain::Verdict::none)] == 1);
  CHECK(all.ages[static_cast<std::size_t>(AgeBucket::day)] == 3);
  CHECK(all.ages[static_cast<std::size_t>(AgeBucket::minutes_15)] == 1);
  CHECK(all.ages[static_cast<std::size_t>(AgeBucket::never)] == 3);
  REQUIRE(all.schools.size() == 2);
  CHECK(all.schools[0].school_id.empty());
  CHECK(all.schools[1].school_id == "north");
  CHECK(all.schools[1].total == 5);
  CHECK(all.schools[1].replace == 1);

  const Overview north = server.fleet->overview(std::vector<std::string>{"north"});
  CHECK(north.total == 5);
  CHECK(north.presences[static_cast<std::size_t>(domain::Presence::online)] == 0);
  CHECK(north.presences[static_cast<std::size_t>(domain::Presence::silent)] == 3);
  CHECK(north.verdicts[static_cast<std::size_t>(domain::Verdict::watch)] == 0);
  CHECK(north.ages[static_cast<std::size_t>(AgeBucket::never)] == 2);
  REQUIRE(north.schools.size() == 1);
  CHECK(north.schools[0].total == 5);
  CHECK(server.fleet->overview(std::vector<std::string>{""}).total == 2);
  CHECK(server.fleet->overview(std::vector<std::string>{"nowhere"}).total == 0);
  CHECK(server.fleet->overview(std::vector<std::string>{"nowhere"}).schools.empty());
}

TEST_CASE("search looks in tag, serial, model, maker and id, without case") {
  TelemetryFixture server;
  server.enrol(12);
  const auto found = [&](std::string text) { return server.fleet->list({.search = std::move(text)})->total; };
  CHECK(found("") == 12);
  CHECK(found("t-1003") == 1);
  CHECK(found("sn1") == 4);  // 1, 10, 11, 12
  CHECK(found("l13") == 6);
  CHECK(found("lenovo") == 12);
  CHECK(found(server.device_id(7)) == 1);
  CHECK(found("nothing like it") == 0);
}

TEST_CASE("pages show every device that matches once, in order, for every sort key") {
  CHECK(rc::check([] {
    TelemetryFixture server;
    const auto count = *rc::gen::inRange<std::size_t>(1, 60);
    server.enrol(count);
    for (std::int64_t i = 1; i <= static_cast<std::int64_t>(count); ++i) {
      if (*rc::gen::inRange(0, 3) == 0) continue;
      server.clock.advance(*rc::gen::inRange<std::int64_t>(0, 2'000));
      server.send(i, {server.report(1, *rc::gen::inRange(0, 101), *rc::gen::inRange<std::int64_t>(10'000, 70'000))});
    }
    DeviceQuery query;
    query.sort = static_cast<DeviceSort>(*rc::gen::inRange(0, 9));
    query.descending = *rc::gen::arbitrary<bool>();
    query.limit = *rc::gen::inRange<std::size_t>(1, 20);
    if (*rc::gen::arbitrary<bool>()) query.verdict = domain::Verdict::replace;
    std::set<std::string> seen;
    std::vector<std::string> in_order;
    std::optional<std::int64_t> last;
    std::size_t total = 0;
    do {
      const auto page = server.fleet->list(query);
      RC_ASSERT(page.has_value());
      RC_ASSERT(page->rows.size() <= query.limit);
      total = page->total;
      for (const DeviceRow& row : page->rows) {
        RC_ASSERT(seen.insert(row.id).second);
        in_order.push_back(row.id);
        if (query.verdict) RC_ASSERT(row.verdict == *query.verdict);
        if (query.sort == DeviceSort::last_report) {
          const std::int64_t now = row.last_report_ms.value_or(0);
          if (last) RC_ASSERT((query.descending ? now <= *last : now >= *last));
          last = now;
        }
      }
      query.cursor = page->next_cursor;
    } while (!query.cursor.empty());
    RC_ASSERT(seen.size() == total);
    if (!query.verdict) RC_ASSERT(total == count);

    query.offset = *rc::gen::inRange<std::size_t>(0, count + 3);
    const auto anywhere = server.fleet->list(query);
    RC_ASSERT(anywhere.has_value());
    const auto from = std::min(query.offset, total), to = std::min(from + query.limit, total);
    std::vector<std::string> there;
    for (const DeviceRow& row : anywhere->rows) there.push_back(row.id);
    RC_ASSERT(there == std::vector(in_order.begin() + static_cast<std::ptrdiff_t>(from),
                                   in_order.begin() + static_cast<std::ptrdiff_t>(to)));
    RC_ASSERT(anywhere->total == total);
    RC_ASSERT(anywhere->next_cursor.empty() == (to == total));
    if (to == total) return;
    const auto rest = server.fleet->list({.verdict = query.verdict, .sort = query.sort, .descending = query.descending,
                                          .limit = 1, .cursor = anywhere->next_cursor});
    RC_ASSERT(rest->rows.at(0).id == in_order.at(to));
  }));
}

TEST_CASE("a cursor of another order, or made up, is refused by name") {
  TelemetryFixture server;
  server.enrol(3);
  const auto page = *server.fleet->list({.limit = 1});
  DeviceQuery other{.sort = DeviceSort::tag, .limit = 1, .cursor = page.next_cursor};
  CHECK(server.fleet->list(other).error().field == "cursor");
  CHECK(server.fleet->list({.cursor = "!!"}).error().code == Errc::invalid_argument);
  CHECK(server.fleet->list({.cursor = "AAAA"}).error().code == Errc::invalid_argument);
  CHECK(server.fleet->list({.limit = 1, .cursor = page.next_cursor, .offset = 1}).error().field == "offset");
}

TEST_CASE("listeners learn which devices changed, and nothing when none did") {
  TelemetryFixture server;
  server.enrol(3);
  std::vector<FleetChanges> told;
  server.fleet->run_due(server.clock.wall_ms());
  server.fleet->subscribe([&](const FleetChanges& changes) { told.push_back(changes); });
  server.fleet->run_due(server.clock.wall_ms());
  CHECK(told.empty());
  server.send(2, {server.report(1)});
  server.send(2, {server.report(2)});
  server.fleet->run_due(server.clock.wall_ms());
  REQUIRE(told.size() == 1);
  CHECK(told[0].ids == std::vector<std::string>{server.device_id(2)});
  server.clock.advance(kHourMs);
  server.fleet->run_due(server.clock.wall_ms());
  CHECK(told.size() == 2);  // it fell silent, which nobody sent
}

TEST_CASE("a model that no device has any more is forgotten, and the others are still found") {
  TelemetryFixture server;
  server.enrol(3);
  domain::Device device;
  device.device_id = server.device_id(2);
  device.model = "Elder 1";
  server.fleet->device_changed(device);
  device.device_id = server.device_id(1);
  for (int i = 0; i < 20'000; ++i) {
    device.model = "Model " + std::to_string(i);
    server.fleet->device_changed(device);
  }
  CHECK(server.fleet->stats().texts < 2'000);
  CHECK(server.fleet->row(server.device_id(1))->model == "Model 19999");
  CHECK(server.fleet->list({.search = "elder"})->rows.at(0).id == server.device_id(2));
  CHECK(server.fleet->list({.search = "model 19999"})->total == 1);
  CHECK(server.fleet->list({.search = "model 19998"})->total == 0);
}

TEST_CASE("a storm of changes is told as one") {
  TelemetryFixture server;
  server.enrol(600);
  bool too_many = false;
  server.fleet->subscribe([&](const FleetChanges& changes) { too_many = changes.too_many && changes.ids.empty(); });
  server.fleet->run_due(server.clock.wall_ms());
  CHECK(too_many);
}

TEST_CASE("a re-imaged laptop is the same device, told by its newest installation") {
  TelemetryFixture server;
  server.enrol(1);
  server.send(1, {server.report(50, 20)});
  const auto second = server.reimage(1);
  CHECK(server.fleet->latest(server.device_id(1))->report.battery->packs[0].percent == 20);
  server.clock.advance(kMinuteMs);
  REQUIRE(server.send(second, server.check_in({server.report(1, 90)})).reply);
  CHECK(server.fleet->latest(server.device_id(1))->report.battery->packs[0].percent == 90);
  const auto view = *server.fleet->view(server.device_id(1));
  REQUIRE(view.agents.size() == 2);
  CHECK(view.agents[0].agent->agent_no == 2);
  server.clock.advance(kMinuteMs);
  const auto timeline = *server.history->timeline(server.device_id(1), "", 10, false);
  CHECK(timeline.entries.size() == 2);
  server.crash();
  CHECK(server.fleet->latest(server.device_id(1))->agent_id == second->agent_id);
}

TEST_CASE("an agent that moves to another device takes its reports along") {
  TelemetryFixture server;
  server.enrol(2);
  server.send(1, {server.report(1, 42)});
  domain::AgentRef moved = *server.agent(1);
  moved.device_id = server.device_id(2);
  server.fleet->agent_changed(std::make_shared<const domain::AgentRef>(moved));
  CHECK(server.fleet->row(server.device_id(1))->presence == domain::Presence::no_agent);
  CHECK_FALSE(server.fleet->latest(server.device_id(1)));
  CHECK(server.fleet->row(server.device_id(2))->percent == 42);
}

TEST_CASE("a deleted device is gone from the list, and its states from the database") {
  TelemetryFixture server;
  server.enrol(2);
  server.send(1, {server.report(1)});
  server.stop_in_order();
  domain::Device gone = server.devices()[0];
  gone.deleted_ms = server.clock.wall_ms();
  server.fleet->device_changed(gone);
  CHECK(server.fleet->list({})->total == 1);
  CHECK(server.fleet->view(server.device_id(1)).error().code == Errc::not_found);
  server.stop_in_order();
  const auto left = *server.database->read([](sql::Snapshot& snapshot) -> Result<std::int64_t> {
    auto rows = TRY(snapshot.query("SELECT (SELECT count(*) FROM agent_states) + (SELECT count(*) FROM agent_sections) "
                                   "+ (SELECT count(*) FROM pack_stays) + (SELECT count(*) FROM packs)"));
    TRY(rows->next());
    return rows->integer(0);
  });
  CHECK(left == 0);
}

TEST_CASE("the device page tells each pack's verdict with its reasons") {
  TelemetryFixture server;
  server.enrol(1);
  for (std::uint64_t day = 1; day <= 8; ++day) {
    server.clock.advance(kDayMs);
    wire::Report report = server.report(day, 80, 47'000);
    wire::BatteryPack second = report.battery->packs[0];
    second.name = "BAT1", second.serial = "777123", second.full_mwh = 27'000;
    report.battery->packs.push_back(second);
    server.send(1, {report});
  }
  const auto view = *server.fleet->view(server.device_id(1));
  REQUIRE(view.packs.size() == 2);
  CHECK(view.packs[0].verdict == domain::Verdict::good);
  CHECK(view.packs[1].verdict == domain::Verdict::replace);
  CHECK(view.packs[1].days.size() == 7);
  CHECK(view.row.verdict == domain::Verdict::replace);
  REQUIRE_FALSE(view.reasons.empty());
  CHECK(view.reasons[0] == "BAT1 holds 27.0 Wh when full of the 50.0 Wh it was made for: 54% (median of 7 days)");
}

TEST_CASE("a wall clock that is put back stops neither the console's life nor the writing behind") {
  TelemetryFixture server;
  server.enrol(1);
  server.fleet->run_due(server.clock.wall_ms());
  server.clock.set_wall(server.clock.wall_ms() - kDayMs);
  CHECK(server.fleet->next_due() <= server.clock.wall_ms());
  CHECK(server.access_points->next_due() <= server.clock.wall_ms());
  server.send(1, {server.report(1)});
  server.fleet->run_due(server.clock.wall_ms());
  CHECK(server.fleet->stats().unwritten_agents == 0);
}

TEST_CASE("who was on the school's network, and when, is known from the newest report that told of a network") {
  TelemetryFixture server;
  server.enrol(1);
  const auto seen = [&] { return server.fleet->seen_at_school_ms(server.device_id(1)); };
  CHECK_FALSE(seen());
  CHECK_FALSE(server.fleet->seen_at_school_ms("01NONE"));
  server.clock.advance(kMinuteMs);
  server.send(1, {server.report(1)});
  const auto at_school_ms = server.clock.wall_ms();
  CHECK(seen() == at_school_ms);
  server.clock.advance(kHourMs);  // at home it tells of battery and health only
  wire::Report home = server.report(2);
  home.connectivity.reset();
  server.send(1, {home});
  CHECK(seen() == at_school_ms);
  server.clock.advance(kHourMs);
  wire::Report elsewhere = server.report(3);
  elsewhere.connectivity->on_school_network = false;
  server.send(1, {elsewhere});
  CHECK_FALSE(seen());
}
