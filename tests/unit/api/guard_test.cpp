#include "server/api/guard.h"

#include "tests/unit/api/fixture.h"

namespace rollcall::api {
namespace {

using net::Method;

net::Headers headers(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  net::Headers out;
  for (const auto& [name, value] : fields) out.set(name, value);
  return out;
}

TEST_CASE("a cookie is found by its whole name") {
  const auto all = headers({{"Cookie", "a=1; __Host-rollcall=token ;x__Host-rollcall=no"}});
  CHECK(cookie(all, "__Host-rollcall") == "token");
  CHECK(cookie(all, "rollcall").empty());
  CHECK(cookie(headers({}), "a").empty());
}

TEST_CASE("only a page of this server is of the same origin") {
  CHECK(is_same_origin(headers({{"Host", "h:8443"}, {"Origin", "https://h:8443"}})));
  CHECK(is_same_origin(headers({{"Host", "h"}, {"Sec-Fetch-Site", "same-origin"}})));
  CHECK_FALSE(is_same_origin(headers({{"Host", "h"}})));
  CHECK_FALSE(is_same_origin(headers({{"Host", "h"}, {"Origin", "null"}})));
  CHECK_FALSE(is_same_origin(headers({{"Host", "h"}, {"Origin", "http://h"}})));
  CHECK_FALSE(is_same_origin(headers({{"Host", "h"}, {"Origin", "https://h.evil"}})));
  CHECK_FALSE(is_same_origin(headers({{"Host", "h"}, {"Origin", "https://h"}, {"Sec-Fetch-Site", "cross-site"}})));
  CHECK_FALSE(is_same_origin(headers({{"Host", "h"}, {"Sec-Fetch-Site", "same-site"}})));
}

TEST_CASE("a cookie writes only from a page of this server, and reads from anywhere") {
  TestServer server;
  const auto token = server.sign_in("ada", domain::Role::admin);
  const std::string cookie_header = "__Host-rollcall=" + token;
  const auto send = [&](Method method, std::vector<std::pair<std::string, std::string>> fields) {
    fields.emplace_back("Cookie", cookie_header);
    return server.send({method, "/api/v1/tokens", {}, method == Method::post ? "{}" : "", std::move(fields)}).status;
  };
  CHECK(send(Method::get, {}) == 200);
  CHECK(send(Method::post, {}) == 403);
  CHECK(send(Method::post, {{"Origin", "https://evil.example"}}) == 403);
  CHECK(send(Method::post, {{"Origin", "https://localhost:8443"}}) == 201);
}

TEST_CASE("a session that was closed opens nothing from the next request on") {
  TestServer server;
  const auto token = server.sign_in("ada", domain::Role::viewer);
  CHECK(server.send({Method::get, "/api/v1/devices", token}).status == 200);
  CHECK(server.send({Method::delete_, "/api/v1/session", token}).status == 204);
  CHECK(server.send({Method::get, "/api/v1/devices", token}).status == 401);
  CHECK(server.send({Method::get, "/api/v1/devices", "nonsense"}).status == 401);
}

TEST_CASE("an agent is judged anew for every request") {
  TestServer server;
  const auto laptop = server.enrol("PF1ABCDE");
  CHECK(server.report(laptop, one_report(server.clock, 1)).status == 200);
  must(server.core->agents.revoke({domain::Actor::Kind::shell, ""}, laptop.agent_id));
  CHECK(server.report(laptop, one_report(server.clock, 2)).status == 403);
}

TEST_CASE("a deleted device's agent is refused") {
  TestServer server;
  const auto laptop = server.enrol("PF1ABCDE");
  must(server.core->devices.remove({domain::Actor::Kind::shell, ""}, laptop.device_id, std::nullopt));
  CHECK(server.report(laptop, one_report(server.clock, 1)).status == 403);
}

TEST_CASE("a certificate that ran out may renew and nothing else") {
  TestServer server;
  auto laptop = server.enrol("PF1ABCDE");
  server.clock.advance(pki::kAgentCertificateMs + kDayMs);
  CHECK(server.report(laptop, one_report(server.clock, 1)).status == 401);

  wire::RenewRequest renew;
  renew.request_pem = must(pki::make_request_pem(laptop.key));
  auto request = request_of({Method::post, "/agent/v1/renew", {}, wire::encode(renew)});
  CHECK(ask_door(server.agents, request).status == 401);
  const auto info = must(pki::parse_certificate_pem(laptop.certificate_pem));
  request.peer.certificate = net::ClientCertificate{info.key_id, info.not_before_ms, info.not_after_ms};
  const auto renewed = ask_door(server.agents, request);
  CHECK(renewed.status == 200);
  laptop.certificate_pem = must(wire::decode_renew_reply(renewed.text)).message.certificate_pem;
  CHECK(server.report(laptop, one_report(server.clock, 1)).status == 200);
}

TEST_CASE("the doors do not open each other") {
  TestServer server;
  const auto token = server.sign_in("ada", domain::Role::admin);
  const auto laptop = server.enrol("PF1ABCDE");
  auto as_person = request_of({Method::post, "/agent/v1/reports", token, wire::encode(one_report(server.clock, 1))});
  CHECK(ask_door(server.agents, as_person).status == 401);
  auto as_agent = request_of({Method::get, "/api/v1/devices"});
  as_agent.peer.certificate = net::ClientCertificate{laptop.key.id(), 0, INT64_MAX};
  CHECK(ask_door(server.people, as_agent).status == 401);
  CHECK(ask_door(server.agents, request_of({Method::get, "/api/v1/devices", token})).status == 404);
  CHECK(server.send({Method::post, "/agent/v1/reports", token, "{}"}).status == 404);
}

}  // namespace
}  // namespace rollcall::api
