// Agents over real mutual TLS: enrolment, reports, and everything that must be refused.
#include <catch2/catch.hpp>

#include "common/base/digest.h"
#include "tests/e2e/virtual_laptop.h"

namespace rollcall::e2e {
namespace {

using net::Method;

TEST_CASE("a laptop enrols, reports, and is read back") {
  ServerHome home;
  RunningServer server(home);
  const auto admin = server.admin_token();
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  const auto response = must(laptop.report(41.0));
  REQUIRE(response.status == 200);
  const auto reply = must(wire::decode_check_in_reply(response.body)).message;
  REQUIRE(reply.accepted.size() == 1);
  CHECK(reply.accepted[0].first == 1);
  CHECK(reply.next_check_in_s > 0);
  const auto device = server.get("/api/v1/devices/" + laptop.device_id(admin), admin).json();
  CHECK(device.at("serial") == "PF1ABCDE");
  CHECK(device.at("state") == "online");
  CHECK(device.at("percent").to_number<double>() == Approx(41.0));
  CHECK(server.get("/healthz").json().at("last_commit_age_ms").as_int64() < 60'000);
}

TEST_CASE("a report that was acknowledged is there after a kill") {
  ServerHome home;
  std::string admin, device;
  {
    RunningServer server(home);
    admin = server.admin_token();
    VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
    device = laptop.device_id(admin);
    for (int i = 0; i < 20; ++i) REQUIRE(must(laptop.report(90.0 - i)).status == 200);
    server.kill_hard();
  }
  RunningServer server(home);
  const auto timeline = server.get("/api/v1/devices/" + device + "/timeline", admin).json();
  CHECK(timeline.at("items").as_array().size() == 20);
  CHECK(server.get("/api/v1/devices/" + device, admin).json().at("percent").to_number<double>() == Approx(71.0));
}

TEST_CASE("the same report twice counts once") {
  ServerHome home;
  RunningServer server(home);
  const auto admin = server.admin_token();
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  const auto body = wire::encode(laptop.check_in());
  for (int i = 0; i < 3; ++i) CHECK(must(laptop.post_report(body)).status == 200);
  const auto timeline = server.get("/api/v1/devices/" + laptop.device_id(admin) + "/timeline", admin).json();
  CHECK(timeline.at("items").as_array().size() == 1);
}

TEST_CASE("a revoked agent is refused within a second, also on a connection that is open") {
  ServerHome home;
  RunningServer server(home);
  const auto admin = server.admin_token();
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  REQUIRE(must(laptop.report()).status == 200);
  REQUIRE(server.send(Method::post, "/api/v1/agents/" + laptop.agent_id + "/revoke", "{}", admin).status == 204);
  const auto refused = must(laptop.report());
  CHECK(refused.status == 403);
  laptop.reconnect();
  CHECK(must(laptop.report()).status == 403);
  CHECK(must(laptop.renew()).status == 403);
}

TEST_CASE("a deleted device's agent is refused") {
  ServerHome home;
  RunningServer server(home);
  const auto admin = server.admin_token();
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  const auto path = "/api/v1/devices/" + laptop.device_id(admin);
  REQUIRE(must(laptop.report()).status == 200);
  REQUIRE(server.send(Method::delete_, path, {}, admin).status == 204);
  CHECK(must(laptop.report()).status == 403);
  CHECK(server.get(path, admin).status == 404);
}

TEST_CASE("a certificate of another CA opens nothing") {
  ServerHome home;
  RunningServer server(home);
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  const auto other = must(pki::CertificateAuthority::open(
      must(pki::CertificateAuthority::create("Somebody else's CA", home.clock, home.random))));
  const auto key = must(pki::PrivateKey::generate());
  const auto request = must(pki::parse_request_pem(must(pki::make_request_pem(key))));
  const auto pem = must(other.issue_agent(request, laptop.agent_id, home.clock, home.random));
  auto stranger = agents_client(server, laptop.authority_pem, pem, must(key.to_pem()));
  const auto answer = stranger->send(post("/agent/v1/reports", wire::encode(laptop.check_in())));
  CHECK((!answer || answer->status == 401));

  auto nobody = agents_client(server, laptop.authority_pem, "", "");
  CHECK(must(nobody->send(post("/agent/v1/reports", "{}"))).status == 401);
  CHECK(must(nobody->send(post("/agent/v1/renew", "{}"))).status == 401);
}

TEST_CASE("a token that is wrong, used up or revoked enrols nobody") {
  ServerHome home;
  RunningServer server(home);
  const auto admin = server.admin_token();
  const auto enrol = [&](const std::string& token) {
    const auto key = must(pki::PrivateKey::generate());
    auto client = agents_client(server, server.get("/ca.pem").text, "", "");
    return must(client->send(post("/agent/v1/enroll", wire::encode(enrol_request(token, key, "PF1ABCDE"))))).status;
  };
  const auto make = [&](const std::string& body) {
    return server.send(Method::post, "/api/v1/tokens", body, admin).json();
  };
  const auto one_use = std::string(make("{}").at("text").as_string());
  CHECK(enrol(one_use) == 200);
  CHECK(enrol(one_use) == 401);
  const auto made = make("{}");
  const auto id = std::string(made.at("token").at("id").as_string());
  CHECK(server.send(Method::delete_, "/api/v1/tokens/" + id, {}, admin).status == 204);
  CHECK(enrol(std::string(made.at("text").as_string())) == 401);
  CHECK(enrol("rc1." + to_base64url(std::string(16, 'x')) + "." + to_base64url(std::string(32, 'y'))) == 401);
  CHECK(enrol(std::string(make(R"({"serials":["ANOTHER"]})").at("text").as_string())) == 403);
}

TEST_CASE("what is no check-in is refused with the field and the remedy, and the next one is taken") {
  ServerHome home;
  RunningServer server(home);
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  const auto good = wire::encode(laptop.check_in());
  std::string deep = "{\"a\":";
  for (int i = 0; i < 40; ++i) deep += "[";
  deep += std::string(40, ']') + "}";
  for (const std::string& body : {std::string("not json"), std::string("[]"), std::string("{}"), std::string("{\"v\":NaN}"),
                                  deep, good.substr(0, good.size() / 2), std::string("\xff\xfe\x00", 3)}) {
    INFO(body.substr(0, 40));
    const auto answer = must(laptop.post_report(body));
    CHECK(answer.status == 400);
    CHECK_THAT(std::string(answer.headers.get("Content-Type")), Catch::Contains("application/problem+json"));
  }
  const auto large = laptop.post_report(std::string(70'000, ' '));
  CHECK((!large || large->status == 413));
  laptop.reconnect();

  // Our own encoder does not write such a number.
  auto absurd = wire::encode(laptop.check_in(62.5));
  const auto at = absurd.find("62.5");
  REQUIRE(at != std::string::npos);
  absurd.replace(at, 4, "4000");
  const auto rejected = must(laptop.post_report(absurd));
  REQUIRE(rejected.status == 200);
  CHECK(must(wire::decode_check_in_reply(rejected.body)).message.rejected.size() == 1);
  CHECK(must(laptop.report()).status == 200);
}

TEST_CASE("a laptop whose clock is twenty years off is taken at the server's time") {
  ServerHome home;
  RunningServer server(home);
  const auto admin = server.admin_token();
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  auto check_in = laptop.check_in();
  check_in.sent_wall_ms -= 20 * 365 * kDayMs;
  check_in.reports[0].wall_ms -= 20 * 365 * kDayMs;
  REQUIRE(must(laptop.post_report(wire::encode(check_in))).status == 200);
  const auto device = server.get("/api/v1/devices/" + laptop.device_id(admin), admin).json();
  CHECK(std::abs(device.at("last_observed_ms").as_int64() - home.clock.wall_ms()) < 120'000);
  CHECK(device.at("clock_skew_ms").as_int64() < -19 * 365 * kDayMs);
}

TEST_CASE("a certificate is renewed for its own key only") {
  ServerHome home;
  RunningServer server(home);
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  const auto renewed = must(laptop.renew());
  REQUIRE(renewed.status == 200);
  laptop.certificate_pem = must(wire::decode_renew_reply(renewed.body)).message.certificate_pem;
  laptop.reconnect();
  CHECK(must(laptop.report()).status == 200);
  laptop.key = must(pki::PrivateKey::generate());
  CHECK(must(laptop.renew()).status == 400);
}

}  // namespace
}  // namespace rollcall::e2e
