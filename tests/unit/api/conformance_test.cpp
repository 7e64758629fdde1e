// Every answer is what openapi.yaml says: required members, types, words, and nothing that is not described.
#include "tests/unit/api/described.h"

namespace rollcall::api {
namespace {

using net::Method;

// A check-in that fills every section.
wire::CheckIn full_report(const Clock& clock) {
  auto check_in = one_report(clock, 1);
  auto& report = check_in.reports[0];
  report.occasion = wire::Occasion::started;
  report.collectors.push_back({"health", wire::CollectorState::failed, 9, "smartctl: permission denied"});
  wire::Identity identity;
  identity.serial = "PF1ABCDE";
  identity.manufacturer = "LENOVO";
  identity.model = "20XW";
  identity.os_name = "Debian";
  identity.agent_version = "0.1.0";
  identity.has_camera = true;
  report.identity = identity;
  wire::Connectivity connectivity;
  connectivity.interfaces = {{"wlan0", "wifi", true, true, true, true}};
  connectivity.wifi = wire::Wifi{-61, 130.0, "", ""};
  connectivity.dns_ms = 4;
  connectivity.portal = wire::PortalState::clear;
  connectivity.tls_intercepted = false;
  report.connectivity = connectivity;
  wire::Health health;
  health.volumes = {{"/", 100'000, 40'000}};
  health.disks = {{"nvme0n1", "nvme", "X", true, 3, 1'200, 0}};
  health.memory_total_mb = 16'000;
  health.temperature_c = 51.5;
  health.disk_encrypted = true;
  report.health = health;
  return check_in;
}

TEST_CASE("what is read is what openapi.yaml describes") {
  DescribedServer it;
  const auto token = it.server.sign_in("ada", domain::Role::admin);
  const auto laptop = it.server.enrol("PF1ABCDE", "north");
  it.server.enrol("To be filled by O.E.M.");
  REQUIRE(it.server.report(laptop, full_report(it.server.clock)).status == 200);
  const std::string device = "/api/v1/devices/" + laptop.device_id;
  it.ask("/api/v1/session", {Method::get, "/api/v1/session", token});
  it.ask("/api/v1/overview", {Method::get, "/api/v1/overview", token});
  it.ask("/api/v1/devices", {Method::get, "/api/v1/devices?limit=1&offset=1", token});
  it.ask("/api/v1/devices/{id}", {Method::get, device, token});
  it.ask("/api/v1/devices/{id}/battery", {Method::get, device + "/battery", token});
  it.ask("/api/v1/devices/{id}/timeline", {Method::get, device + "/timeline?which=events", token});
  it.ask("/api/v1/devices/{id}/reports/latest", {Method::get, device + "/reports/latest", token});
  for (const char* path : {"/api/v1/tokens", "/api/v1/reviews", "/api/v1/users", "/api/v1/audit", "/api/v1/retention",
                           "/api/v1/collected", "/api/v1/enrollment", "/api/v1/schools", "/api/v1/access-points", "/healthz"}) {
    it.ask(path, {Method::get, path, token});
  }
}

TEST_CASE("what is changed answers what openapi.yaml describes") {
  DescribedServer it;
  const auto token = it.server.sign_in("ada", domain::Role::admin);
  const auto laptop = it.server.enrol("PF1ABCDE"), filler = it.server.enrol("Default string");
  const std::string device = "/api/v1/devices/" + laptop.device_id;
  it.ask("/api/v1/devices/{id}", {Method::patch, device, token, R"({"tag":"N-1"})", {{"If-Match", "\"v1\""}}});
  const auto made = it.ask("/api/v1/tokens", {Method::post, "/api/v1/tokens", token, R"({"serials":["pf1"],"note":"x"})"});
  it.ask("/api/v1/tokens/{id}", {Method::delete_, "/api/v1/tokens/" + std::string(made.json().at("token").at("id").as_string()), token});
  const auto user = it.ask("/api/v1/users", {Method::post, "/api/v1/users", token, R"({"name":"bob","role":"viewer"})"});
  const auto user_path = "/api/v1/users/" + std::string(user.json().at("user").at("id").as_string());
  it.ask("/api/v1/users/{id}", {Method::patch, user_path, token, R"({"reset_password":true,"role":"admin"})"});
  const auto reviews = it.ask("/api/v1/reviews", {Method::get, "/api/v1/reviews", token}).json();
  const auto review = "/api/v1/reviews/" + std::string(reviews.at("items").at(0).at("id").as_string());
  it.ask("/api/v1/reviews/{id}", {Method::post, review, token, R"({"action":"separate"})"});
  it.ask("/api/v1/agents/{id}/revoke", {Method::post, "/api/v1/agents/" + filler.agent_id + "/revoke", token});
  it.ask("/api/v1/devices/{id}", {Method::delete_, device, token});
  it.ask("/api/v1/session", {Method::delete_, "/api/v1/session", token});
}

TEST_CASE("what is refused is a problem as openapi.yaml describes it") {
  DescribedServer it;
  const auto token = it.server.sign_in("ada", domain::Role::viewer);
  it.ask("/api/v1/devices", {Method::get, "/api/v1/devices"});
  it.ask("/api/v1/devices", {Method::get, "/api/v1/devices?state=lost", token});
  it.ask("/api/v1/devices/{id}", {Method::get, "/api/v1/devices/none", token});
  it.ask("/api/v1/tokens", {Method::post, "/api/v1/tokens", token, "{}"});
  it.ask("/api/v1/session", {Method::post, "/api/v1/session", {}, "{"});
}

}  // namespace
}  // namespace rollcall::api
