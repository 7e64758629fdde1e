// Stopping, backing up, restoring and reloading while laptops report.
#include <signal.h>

#include <catch2/catch.hpp>
#include <set>

#include "tests/e2e/load.h"

namespace rollcall::e2e {
namespace {

TEST_CASE("SIGTERM under load loses nothing that was acknowledged") {
  ServerHome home;
  std::string admin;
  std::vector<std::pair<std::string, std::set<std::uint64_t>>> promised;
  {
    RunningServer server(home);
    admin = server.admin_token();
    Load load(server, 4);
    std::vector<std::string> devices;
    for (std::size_t i = 0; i < load.size(); ++i) devices.push_back(load.laptop(i).device_id(admin));
    REQUIRE(wait_until(home.clock, 60'000, [&] { return load.total() >= 200; }));
    CHECK(server.stop() == 0);
    load.end();
    for (std::size_t i = 0; i < load.size(); ++i) promised.emplace_back(devices[i], load.promised(i));
    const auto log = server.log();
    REQUIRE(log.find("stopping") != std::string::npos);
    CHECK(log.find("stopped", log.find("stopping")) != std::string::npos);
  }
  RunningServer server(home);
  for (const auto& [device, numbers] : promised) {
    const auto stored = stored_reports(server, admin, device);
    const Kept kept = compare(numbers, stored);
    CHECK(kept.lost == 0);
    CHECK(kept.doubled == 0);
    // The one that was under way may have been stored without its answer having arrived.
    CHECK(stored.size() <= numbers.size() + 1);
  }
}

TEST_CASE("a backup under load is consistent and comes back") {
  ServerHome home;
  std::string admin, device;
  std::size_t before = 0, after = 0;
  {
    RunningServer server(home);
    admin = server.admin_token();
    Load load(server, 2);
    device = load.laptop(0).device_id(admin);
    REQUIRE(wait_until(home.clock, 60'000, [&] { return load.total() >= 100; }));
    before = stored_reports(server, admin, device).size();
    const auto ended = home.run({"backup", home.path("copy.db")});
    INFO(ended.errors);
    REQUIRE(ended.exit_code == 0);
    CHECK(must(home.files.info(home.path("copy.db"))).mode == 0600);
    CHECK(home.run({"backup", home.path("copy.db")}).exit_code != 0);
    const int at_backup = load.total();
    REQUIRE(wait_until(home.clock, 60'000, [&] { return load.total() >= at_backup + 20; }));
    load.end();
    after = stored_reports(server, admin, device).size();
    CHECK(home.run({"restore", home.path("copy.db")}).exit_code == 4);
    CHECK(server.stop() == 0);
  }
  must(home.files.write_atomic(home.path("broken.db"), "not a database", 0600));
  CHECK(home.run({"restore", home.path("broken.db")}).exit_code == 8);
  const auto ended = home.run({"restore", home.path("copy.db")});
  INFO(ended.errors);
  REQUIRE(ended.exit_code == 0);
  CHECK_THAT(ended.output, Catch::Contains("is kept as"));
  RunningServer server(home);
  CHECK(server.get("/api/v1/session", admin).status == 401);
  admin = server.admin_token();
  CHECK(server.get("/api/v1/audit", admin).text.find("database.restore") != std::string::npos);
  const auto restored = stored_reports(server, admin, device).size();
  CHECK(restored >= before);
  CHECK(restored < after);
  CHECK(home.run({"check"}).exit_code == 0);
}

TEST_CASE("local commands work with a server, without one, and after one that was killed") {
  ServerHome home;
  CHECK(home.run({"admin", "create", "ada"}).exit_code == 0);
  {
    RunningServer server(home);
    CHECK(home.run({"check"}).exit_code == 0);
    server.kill_hard();
  }
  CHECK(home.run({"check"}).exit_code == 0);
  CHECK_THAT(home.run({"admin", "token", "lab"}).output, Catch::StartsWith("rc1."));
}

TEST_CASE("SIGHUP takes a new certificate of the district, and keeps the old one when it is broken") {
  ServerHome home;
  const auto issue = [&](const char* name) {
    const auto authority = must(pki::CertificateAuthority::open(
        must(pki::CertificateAuthority::create(name, home.clock, home.random))));
    const auto key = must(pki::PrivateKey::generate());
    must(home.files.write_atomic(home.path("d.key"), must(key.to_pem()), 0600));
    must(home.files.write_atomic(home.path("d.pem"),
                                 must(authority.issue_server(key, {"localhost"}, home.clock, home.random)) +
                                     authority.certificate_pem(), 0644));
    return authority.certificate_pem();
  };
  const auto status_with = [&](const RunningServer& server, const std::string& authority) -> int {
    net::ClientConfig config;
    config.url = server.people_url();
    config.authority_pem = authority;
    net::ClientRequest request;
    request.target = "/healthz";
    const auto response = must(net::TlsHttpClient::open(config, home.clock))->send(request);
    return response ? response->status : 0;
  };
  const auto first = issue("First");
  must(home.files.write_atomic(
      home.path("server.yaml"),
      "data: \"" + home.path("data") + "\"\nconsole: \"\"\ndoors:\n  people: {address: \"127.0.0.1\", port: 0, certificate: \"" +
          home.path("d.pem") + "\", key: \"" + home.path("d.key") +
          "\"}\n  agents: {address: \"127.0.0.1\", port: 0}\n  probe: {address: \"127.0.0.1\", port: 0}\n", 0600));
  RunningServer server(home);
  CHECK(status_with(server, first) == 200);
  const auto second = issue("Second");
  CHECK(status_with(server, second) == 0);
  server.signal(SIGHUP);
  CHECK(wait_until(home.clock, 20'000, [&] { return status_with(server, second) == 200; }));
  CHECK(status_with(server, first) == 0);
  must(home.files.write_atomic(home.path("d.pem"), "broken", 0644));
  server.signal(SIGHUP);
  CHECK(wait_until(home.clock, 20'000, [&] { return server.log().find("certificates stay as they were") != std::string::npos; }));
  CHECK(status_with(server, second) == 200);
  CHECK(server.stop() == 0);
}

}  // namespace
}  // namespace rollcall::e2e
