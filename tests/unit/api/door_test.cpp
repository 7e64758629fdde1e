#include "server/api/door.h"

#include "server/api/agent_pace.h"
#include "tests/unit/api/fixture.h"

namespace rollcall::api {
namespace {

using net::Method;

TEST_CASE("every answer tells the browser what it must not do") {
  TestServer server;
  for (const char* path : {"/healthz", "/api/v1/devices", "/nothing/here"}) {
    INFO(path);
    const auto answer = server.send({Method::get, path});
    CHECK(answer.headers.get("X-Content-Type-Options") == "nosniff");
    CHECK(answer.headers.get("Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'");
    CHECK(answer.headers.get("Referrer-Policy") == "no-referrer");
    CHECK(answer.headers.get("Cache-Control") == "no-store");
    CHECK(answer.headers.get("Cross-Origin-Resource-Policy") == "same-origin");
    CHECK(answer.headers.get("Strict-Transport-Security").empty());
    const auto elsewhere = server.send({Method::get, path, {}, {}, {{"Host", "rollcall.example:8443"}}});
    CHECK_FALSE(elsewhere.headers.get("Strict-Transport-Security").empty());
  }
}

TEST_CASE("an unknown path, a wrong method, another content type") {
  TestServer server;
  const auto token = server.sign_in("ada", domain::Role::admin);
  CHECK(server.send({Method::get, "/api/v1/nothing", token}).status == 404);
  const auto wrong = server.send({Method::put, "/api/v1/devices", token});
  CHECK(wrong.status == 405);
  CHECK(wrong.headers.get("Allow") == "GET, POST");
  CHECK(server.send({Method::post, "/api/v1/tokens", token, "{}", {{"Content-Type", "text/plain"}}}).status == 415);
  CHECK(server.send({Method::post, "/api/v1/session", {}, std::string(9'000, ' ')}).status == 413);
  CHECK(server.send({Method::post, "/api/v1/tokens", token, "{\"note\":"}).status == 400);
}

TEST_CASE("nobody without a right to ask makes the server read a body") {
  TestServer server;
  auto request = request_of({Method::post, "/api/v1/tokens", {}, "{}"});
  const auto plan = server.people.plan(request);
  REQUIRE(plan.refusal);
  CHECK(plan.refusal->status == 401);
  CHECK(server.agents.plan(request_of({Method::post, "/agent/v1/reports"})).refusal->status == 401);
}

TEST_CASE("a crowd at the sign-in page waits in a line of its own, and its end is sent away") {
  TestServer server;
  FairQueue line(2);
  Door door({.router = must(Router::make(people_door_routes(*server.core, server.hub, [] { return ""; }))),
             .guard = server.people_guard,
             .clock = server.clock,
             .metrics = server.metrics,
             .hashers = [&](FairQueue::Waiting newcomer) { line.push(std::move(newcomer)); }});
  std::vector<std::pair<std::string, Answered>> answers;
  // Twelve neighbors and one from elsewhere.
  for (int i = 1; i <= 13; ++i) {
    auto request = request_of({Method::post, "/api/v1/session", {}, R"({"name":"ada","password":"guess"})"});
    const std::string address = i == 13 ? "198.51.100.1" : "192.0.2." + std::to_string(i);
    request.peer.address = address;
    CHECK(door.plan(request).on_loop);
    door.handle(std::move(request),
                [&, address](net::Response response) { answers.emplace_back(address, answered(std::move(response))); });
  }
  REQUIRE(answers.size() == 11);
  for (const auto& [address, answer] : answers) {
    CHECK(address.starts_with("192.0.2."));
    CHECK(answer.status == 503);
    CHECK_FALSE(answer.headers.get("Retry-After").empty());
  }
  CHECK(ask_door(door, request_of({Method::get, "/healthz"})).status == 200);
  for (int i = 0; i < 2; ++i) line.run_next();
  REQUIRE(answers.size() == 13);
  CHECK(answers[11].first == "192.0.2.1");
  CHECK(answers[12].first == "198.51.100.1");
  CHECK(answers[12].second.status == 401);
}

TEST_CASE("whatever computes a hash is a hasher's") {
  TestServer server;
  for (const auto& route : server.people.router().routes()) {
    const bool hashes = route.method != Method::get && route.method != Method::delete_ &&
                        (route.path.starts_with("/api/v1/session") || route.path.starts_with("/api/v1/users"));
    INFO(net::name_of(route.method) << " " << route.path);
    CHECK((route.where == Where::hasher) == hashes);
  }
}

TEST_CASE("one laptop can bring any backlog, but not fill the disk") {
  FakeClock clock;
  AgentPace pace(clock);
  std::int64_t taken = 0;
  while (pace.charge(1, 64, 40'000) == 0) taken += 64;
  CHECK(taken >= 4'000);
  CHECK(taken <= AgentPace::kBucket);
  const auto wait_s = pace.charge(1, 64, 40'000);
  CHECK(pace.charge(2, 64, 40'000) == 0);
  clock.advance(wait_s * kSecondMs);
  CHECK(pace.charge(1, 64, 40'000) == 0);
  CHECK(pace.charge(1, 64, 40'000) > 0);
  // A usual report every five minutes is never refused, and leaves nothing behind.
  for (std::int64_t agent = 10; agent < 200'000; ++agent) {
    if (agent % 1'000 == 0) clock.advance(5 * kMinuteMs);
    if (pace.charge(agent, 1, 600) != 0) FAIL("a usual report was refused");
  }
  CHECK(pace.size() < 40'000);
}

TEST_CASE("who brings too much is told when to come back, and nothing of it is stored") {
  TestServer server;
  const auto laptop = server.enrol("PF1ABCDE");
  auto check_in = one_report(server.clock, 1);
  const auto report = check_in.reports[0];
  check_in.reports.clear();
  std::uint64_t sequence = 0;
  int status = 200;
  for (int i = 0; status == 200 && i < 200; ++i) {
    check_in.reports.assign(64, report);
    for (auto& it : check_in.reports) it.sequence = ++sequence;
    const auto answer = server.report(laptop, check_in);
    status = answer.status;
    if (status != 200) CHECK(answer.headers.get("Retry-After") > "0");
  }
  CHECK(status == 429);
  const auto accepted = server.core->ingest.stats().accepted;
  server.report(laptop, check_in);
  CHECK(server.core->ingest.stats().accepted == accepted);
  server.clock.advance(64 * AgentPace::kRefillMs * 2);
  CHECK(server.report(laptop, check_in).status == 200);
}

TEST_CASE("what anybody may send is small") {
  TestServer server;
  auto request = request_of({Method::post, "/agent/v1/enroll", {}, "{}"});
  CHECK(server.agents.plan(request).body_limit == 8 * 1024);
}

TEST_CASE("health tells of a real read and of the last commit") {
  TestServer server;
  const auto before = server.send({Method::get, "/healthz"}).json();
  CHECK(before.at("status") == "ok");
  const auto age_ms = [&] { return server.send({Method::get, "/healthz"}).json().at("last_commit_age_ms").as_int64(); };
  server.clock.advance(1'500);
  CHECK(age_ms() == 1'500);
  const auto laptop = server.enrol("PF1ABCDE");
  CHECK(age_ms() == 0);
  server.clock.advance(700);
  CHECK(age_ms() == 700);
  server.report(laptop, one_report(server.clock, 1));
  CHECK(age_ms() == 0);
}

TEST_CASE("metrics need their own token") {
  TestServer server;
  const auto admin = server.sign_in("ada", domain::Role::admin);
  CHECK(server.send({Method::get, "/metrics"}).status == 401);
  CHECK(server.send({Method::get, "/metrics", admin}).status == 401);
  CHECK(server.send({Method::get, "/metrics", server.core->credentials->metrics_token()}).status == 200);
  CHECK(server.send({Method::get, "/api/v1/devices", server.core->credentials->metrics_token()}).status == 401);
}

TEST_CASE("the CA's certificate is public") {
  TestServer server;
  const auto answer = server.send({Method::get, "/ca.pem"});
  CHECK(answer.status == 200);
  CHECK(answer.text == server.core->credentials->authority().certificate_pem());
}

TEST_CASE("the probe's door answers an empty 204 and nothing else") {
  FakeClock clock;
  PublicGuard guard;
  DoorMetrics metrics{"probe"};
  Door door({.router = must(Router::make(probe_door_routes())), .guard = guard, .clock = clock, .metrics = metrics});
  const auto clear = ask_door(door, request_of({Method::get, "/generate_204"}));
  CHECK(clear.status == 204);
  CHECK(clear.text.empty());
  CHECK(ask_door(door, request_of({Method::get, "/"})).status == 404);
  CHECK(ask_door(door, request_of({Method::post, "/generate_204"})).status == 405);
}

}  // namespace
}  // namespace rollcall::api
