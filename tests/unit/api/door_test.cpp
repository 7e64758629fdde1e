#include "server/api/door.h"

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
  CHECK(wrong.headers.get("Allow") == "GET");
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
