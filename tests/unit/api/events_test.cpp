#include "server/api/events.h"

#include "tests/unit/api/fixture.h"

namespace rollcall::api {
namespace {

EventHub::Reader of(std::string person) {
  return {std::move(person), [] { return domain::Scope{domain::ScopeKind::district, {}}; }, nullptr};
}

EventHub::Reader anybody() { return of(""); }

std::string ids_of(const std::vector<net::Event>& events) {
  return !events.empty() && events[0].name == "devices" ? events[0].data : "";
}

TEST_CASE("a change reaches every stream once, ids only") {
  FakeClock clock;
  EventHub hub(clock);
  auto one = must(hub.follow(std::nullopt, anybody())), two = must(hub.follow(std::nullopt, anybody()));
  int woken = 0;
  one->subscribe([&] { ++woken; });
  hub.publish({{"B", "A", "A"}, false});
  hub.publish({{"C", "A"}, false});
  CHECK(woken == 2);
  const auto events = one->take();
  REQUIRE(events.size() == 2);
  CHECK(events[0].name == "devices");
  CHECK(events[0].data == R"({"ids":["A","B","C"]})");
  CHECK(events[1].name == "overview");
  CHECK(events[0].id == events[1].id);
  CHECK(one->take().empty());
  CHECK(two->take().size() == 2);
}

TEST_CASE("one person cannot take every stream") {
  FakeClock clock;
  EventHub hub(clock);
  std::vector<std::unique_ptr<net::EventSource>> streams;
  for (std::size_t i = 0; i < EventHub::kMaxStreamsOfPerson; ++i) streams.push_back(must(hub.follow({}, of("vic"))));
  const auto one_more = hub.follow({}, of("vic"));
  REQUIRE_FALSE(one_more);
  CHECK(one_more.error().code == Errc::rate_limited);
  CHECK(hub.follow({}, of("ada")));
  streams.pop_back();
  CHECK(hub.follow({}, of("vic")));
}

TEST_CASE("a stream that comes back is told what it missed") {
  FakeClock clock;
  EventHub hub(clock);
  auto first = must(hub.follow(std::nullopt, anybody()));
  hub.publish({{"A"}, false});
  const auto seen = first->take().back().id;
  first.reset();
  hub.publish({{"B"}, false});
  auto back = must(hub.follow(seen, anybody()));
  const auto events = back->take();
  REQUIRE(events.size() == 2);
  CHECK(events[0].data == R"({"ids":["B"]})");
  CHECK(must(hub.follow(events.back().id, anybody()))->take().empty());
}

TEST_CASE("what is gone, or of another run, is a resync") {
  FakeClock clock;
  EventHub hub(clock);
  hub.publish({{"A"}, false});
  auto first = must(hub.follow(std::nullopt, anybody()));
  hub.publish({{"B"}, false});
  const auto seen = first->take().back().id;
  for (std::size_t i = 0; i <= EventHub::kRing; ++i) hub.publish({{"C"}, false});
  for (const auto id : {seen, std::uint64_t{0}, std::uint64_t{3}, UINT64_MAX}) {
    const auto events = must(hub.follow(id, anybody()))->take();
    REQUIRE(events.size() == 1);
    CHECK(events[0].name == "resync");
  }
  hub.publish({{}, true});
  CHECK(first->take().at(0).name == "resync");
}

TEST_CASE("a reader sees only the devices that are its own") {
  FakeClock clock;
  EventHub hub(clock);
  domain::Scope scope{domain::ScopeKind::school, {"north"}};
  // B is in the north, everything else in the south.
  auto stream = must(hub.follow(std::nullopt, {{}, [&] { return scope; }, [](const auto& reach, std::string_view id) {
                                                return reach.covers_school(id == "B" ? "north" : "south");
                                              }}));
  hub.publish({{"A", "B"}, false});
  CHECK(stream->take().at(0).data == R"({"ids":["B"]})");
  hub.publish({{"A"}, false});
  CHECK(stream->take().at(0).name == "overview");
  hub.publish({{"A", "C"}, false, {{"C", "north"}}});
  CHECK(ids_of(stream->take()) == R"({"ids":["C"]})");
  hub.publish({{"C"}, false});
  CHECK(ids_of(stream->take()).empty());
  scope.ids = {"south"};
  hub.publish({{"A", "B"}, false});
  CHECK(stream->take().at(0).name == "resync");
  hub.publish({{"A", "B"}, false});
  CHECK(ids_of(stream->take()) == R"({"ids":["A"]})");
}

TEST_CASE("a stream that is open heeds what became of the account and of the devices") {
  TestServer server;
  server.core->fleet.subscribe([&](const service::FleetChanges& changes) { server.hub.publish(changes); });
  const auto admin = server.sign_in("chief", domain::Role::admin);
  const auto token = server.sign_in("vic", domain::Role::viewer, {domain::ScopeKind::school, {"north", "south"}});
  const auto north = server.enrol("N1", "north"), south = server.enrol("S1", "south");
  const auto other = server.enrol("S2", "south");
  const auto answer = server.send({net::Method::get, "/api/v1/events", token});
  REQUIRE(answer.events);
  const auto settle = [&] {
    server.clock.advance(kSecondMs);
    server.core->run_due_jobs(server.clock.wall_ms());
    return answer.events->take();
  };
  settle();

  const auto vic = must(server.core->sessions.authenticate(token)).user_id;
  REQUIRE(server.send({net::Method::patch, "/api/v1/users/" + vic, admin, R"({"scope":{"kind":"school","ids":["south"]}})"})
              .status == 200);
  CHECK(settle().at(0).name == "resync");

  const auto move = [&](const std::string& device_id, const std::string& school) {
    const auto device = server.send({net::Method::get, "/api/v1/devices/" + device_id, admin});
    REQUIRE(server.send({net::Method::patch, "/api/v1/devices/" + device_id, admin, R"({"school":")" + school + R"("})",
                         {{"If-Match", std::string(device.headers.get("ETag"))}}})
                .status == 200);
  };
  move(south.device_id, "north");
  CHECK(ids_of(settle()) == R"({"ids":[")" + south.device_id + R"("]})");
  server.report(south, one_report(server.clock, 1));
  server.report(north, one_report(server.clock, 1));
  CHECK(ids_of(settle()).empty());
  server.report(other, one_report(server.clock, 1));
  CHECK(ids_of(settle()) == R"({"ids":[")" + other.device_id + R"("]})");
}

TEST_CASE("a stream ends with its session") {
  TestServer server;
  const auto token = server.sign_in("ada", domain::Role::viewer);
  auto answer = server.send({net::Method::get, "/api/v1/events", token});
  REQUIRE(answer.events);
  CHECK(answer.headers.get("Content-Type") == "text/event-stream");
  CHECK(answer.events->alive());
  CHECK(server.hub.streams() == 1);
  server.send({net::Method::delete_, "/api/v1/session", token});
  CHECK_FALSE(answer.events->alive());
  answer.events.reset();
  CHECK(server.hub.streams() == 0);
}

}  // namespace
}  // namespace rollcall::api
