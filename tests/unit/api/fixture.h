// A whole server without sockets and threads: requests are handed to its doors as values.
#pragma once

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/log.h"
#include "common/base/random.h"
#include "common/wire/codec.h"
#include "server/api/door.h"
#include "server/core.h"
#include "server/route_table.h"
#include "tests/must.h"
#include "tests/temporary_folder.h"

namespace rollcall::api {

struct Answered {
  int status{};
  net::Headers headers;
  std::string text;
  std::unique_ptr<net::EventSource> events;
  std::vector<std::size_t> chunks;  // of a body that was pulled

  boost::json::value json() const {
    INFO(text);
    boost::system::error_code error;
    auto value = boost::json::parse(text, error);
    REQUIRE_FALSE(error);
    return value;
  }
  std::string field(std::string_view name) const { return std::string(json().at(name).as_string()); }
};

inline Answered answered(net::Response response) {
  Answered out{response.status, std::move(response.headers), {}, nullptr, {}};
  if (auto* text = std::get_if<std::string>(&response.body)) out.text = std::move(*text);
  if (auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body)) out.text = **shared;
  if (auto* pulled = std::get_if<std::unique_ptr<net::BodySource>>(&response.body)) {
    for (auto chunk = must((*pulled)->next_chunk()); !chunk.empty(); chunk = must((*pulled)->next_chunk())) {
      out.chunks.push_back(chunk.size());
      out.text += chunk;
    }
  }
  if (auto* events = std::get_if<std::unique_ptr<net::EventSource>>(&response.body)) out.events = std::move(*events);
  return out;
}

struct Ask {
  net::Method method{net::Method::get};
  std::string path;  // with a query, not encoded
  std::string token{};
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
};

inline net::Request request_of(const Ask& ask) {
  net::Request request;
  request.method = ask.method;
  const auto question = ask.path.find('?');
  request.path = ask.path.substr(0, question);
  if (question != std::string::npos) {
    std::string_view rest = std::string_view(ask.path).substr(question + 1);
    while (!rest.empty()) {
      const auto pair = rest.substr(0, rest.find('&'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      const auto equals = pair.find('=');
      request.query.emplace_back(pair.substr(0, equals),
                                 equals == std::string_view::npos ? "" : pair.substr(equals + 1));
    }
  }
  request.headers.set("Host", "localhost:8443");
  if (!ask.token.empty()) request.headers.set("Authorization", "Bearer " + ask.token);
  if (!ask.body.empty()) request.headers.set("Content-Type", "application/json");
  for (const auto& [name, value] : ask.headers) request.headers.set(name, value);
  request.peer.address = "192.0.2.7";
  request.body = ask.body;
  return request;
}

// What a listener does with a request: plan, body limit, handle.
inline Answered ask_door(Door& door, net::Request request) {
  auto plan = door.plan(request);
  if (plan.refusal) return answered(std::move(*plan.refusal));
  if (request.body.size() > plan.body_limit) return answered(door.refuse(413, "the body is too large"));
  if (!plan.spool_folder.empty()) {
    const auto spooled = must(net::SpooledBody::create(plan.spool_folder, request.body.size()));
    must(spooled->append(request.body));
    request.body.clear();
    request.spooled = spooled;
  }
  Answered out;
  door.handle(std::move(request), [&](net::Response response) { out = answered(std::move(response)); });
  return out;
}

inline ServerConfig test_config(const std::string& folder) {
  ServerConfig config;
  config.data = folder;
  config.report_days = 30;
  config.workers = 1;
  config.agents.port = 8444;
  config.people.port = 8443;
  config.names = {"rollcall.example"};
  config.fallback.interval_s = 300;
  config.fallback.off_campus_interval_s = 3600;
  for (const char* id : {"north", "south"}) config.schools.push_back({id, std::string(id) + " High", config.fallback});
  return config;
}

class TestServer {
 public:
  TestServer() : people(door(people_door_routes(*core, hub, [] { return "metrics\n"; }), people_guard, true)) {}

  Answered send(const Ask& ask) { return ask_door(people, request_of(ask)); }

  // The bearer token of a fresh account.
  std::string sign_in(const std::string& name, domain::Role role, domain::Scope scope = {domain::ScopeKind::district, {}}) {
    must(core->users.create({domain::Actor::Kind::shell, ""}, {name, role, scope}));
    return must(core->users.mint_profile_from_shell(name)).token;
  }

  struct Laptop {
    pki::PrivateKey key{must(pki::PrivateKey::generate())};
    std::string certificate_pem;
    std::string agent_id, device_id;
  };
  Laptop enrol(const std::string& serial, const std::string& school = {}) {
    Laptop laptop;
    service::NewToken wanted;
    wanted.school_id = school;
    const auto token = must(core->tokens.create({domain::Actor::Kind::shell, ""}, wanted));
    wire::EnrolRequest request;
    request.secret = to_base64url(must(wire::EnrolmentToken::parse(token.text)).secret);
    request.request_pem = must(pki::make_request_pem(laptop.key));
    request.identity.serial = serial;
    request.identity.manufacturer = "LENOVO";
    request.identity.model = "20XW";
    const auto reply = must(core->enrolment.enroll(request));
    laptop.certificate_pem = reply.certificate_pem;
    laptop.agent_id = reply.agent_id;
    laptop.device_id = core->agents.by_id(reply.agent_id)->device_id;
    return laptop;
  }

  // One report through the agents' door.
  Answered report(const Laptop& laptop, wire::CheckIn check_in) {
    auto request = request_of({net::Method::post, "/agent/v1/reports", {}, wire::encode(check_in)});
    const auto info = must(pki::parse_certificate_pem(laptop.certificate_pem));
    request.peer.certificate = net::ClientCertificate{info.key_id, info.not_before_ms, info.not_after_ms};
    auto plan = agents.plan(request);
    if (plan.refusal) return answered(std::move(*plan.refusal));
    Answered out;
    agents.handle(std::move(request), [&](net::Response response) { out = answered(std::move(response)); });
    core->ingest.commit_pending();
    return out;
  }

  TemporaryFolder folder;
  SystemFiles files;
  FakeClock clock;
  SystemRandom random;
  ServerConfig config{test_config(folder / "data")};
  Phase phase{};
  std::unique_ptr<Core> core{open_quietly()};
  EventHub hub{clock};
  PeopleGuard people_guard{core->sessions, core->credentials->metrics_token()};
  AgentsGuard agents_guard{core->agents, clock};
  DoorMetrics metrics{"test"};
  Door people;
  Door agents{door(agents_door_routes(*core), agents_guard, false)};

 private:
  std::unique_ptr<Core> open_quietly() {
    log::set_level(log::Level::error);
    const service::Passwords::Cost cheap{.passes = 1, .memory_bytes = 8 * 1024};
    return must(Core::open(config, {files, clock, random, {}, cheap}, phase));
  }
  DoorParts door(Routes routes, const Guard& guard, bool for_browsers) {
    return {.router = must(Router::make(std::move(routes))),
            .guard = guard,
            .clock = clock,
            .metrics = metrics,
            .for_browsers = for_browsers};
  }
};

// A report with one battery pack, as an agent sends it.
inline wire::CheckIn one_report(const Clock& clock, std::uint64_t sequence, double percent = 62.0) {
  wire::Report report;
  report.sequence = sequence;
  report.boot_id = "0a1b2c3d-0000-4000-8000-000000000001";
  report.monotonic_ms = clock.monotonic_ms();
  report.wall_ms = clock.wall_ms();
  report.collectors = {{"battery", wire::CollectorState::ok, 3, ""}};
  wire::BatteryPack pack;
  pack.name = "BAT0";
  pack.state = wire::PackState::discharging;
  pack.percent = percent;
  pack.full_mwh = 45'000;
  pack.design_mwh = 50'000;
  pack.now_mwh = 28'000;
  report.battery = wire::Battery{{pack}, false};
  wire::CheckIn check_in;
  check_in.boot_id = report.boot_id;
  check_in.sent_monotonic_ms = report.monotonic_ms;
  check_in.sent_wall_ms = report.wall_ms;
  check_in.reports = {report};
  return check_in;
}

}  // namespace rollcall::api
