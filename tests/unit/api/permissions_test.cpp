// Every row of the route table is asked by nobody, by every role and from every scope: it answers exactly
// those whom its permission and scope let in.
#include <fmt/format.h>

#include "tests/unit/api/fixture.h"

namespace rollcall::api {
namespace {

std::string example_of(std::string_view pattern) {
  std::string path(pattern);
  if (const auto brace = path.find("{id}"); brace != std::string::npos) path.replace(brace, 4, "01ARZ3NDEKTSV4RRFFQ69G5FAV");
  return path;
}

Ask ask_for(const Route& route, const std::string& token) {
  // An empty object is wrong for most, but a refusal comes before anybody looks at it.
  return {route.method, example_of(route.path), token, route.body_limit > 0 ? "{}" : ""};
}

TEST_CASE("every route refuses whoever lacks its permission or its scope, and nobody else") {
  TestServer server;
  struct Person {
    domain::Role role;
    domain::Scope scope;
    std::string token;
  };
  std::vector<Person> everybody;
  for (const auto role : {domain::Role::viewer, domain::Role::technician, domain::Role::school_admin, domain::Role::admin}) {
    for (const domain::Scope& scope : {domain::Scope{domain::ScopeKind::district, {}}, domain::Scope{domain::ScopeKind::school, {"north"}}}) {
      const auto name = fmt::format("{}-{}", domain::name_of(role), domain::name_of(scope.kind));
      everybody.push_back({role, scope, server.sign_in(name, role, scope)});
    }
  }
  for (const Route& route : server.people.router().routes()) {
    if (route.permission.kind() != Permission::Kind::person) continue;
    INFO(net::name_of(route.method) << " " << route.path);
    CHECK(server.send(ask_for(route, "")).status == 401);
    if (route.path.starts_with("/api/v1/session")) continue;  // would end the sessions that the rest needs
    for (const auto& person : everybody) {
      INFO(domain::name_of(person.role) << " of " << domain::name_of(person.scope.kind));
      const auto status = server.send(ask_for(route, person.token)).status;
      const bool may = domain::holds(person.role, route.permission.needed()) && person.scope.reaches(route.scope);
      CHECK((status != 401 && status != 403) == may);
      CHECK(status < 500);
    }
  }
}

TEST_CASE("every route of the agents' door but enrolment refuses who has no certificate") {
  TestServer server;
  for (const Route& route : server.agents.router().routes()) {
    INFO(route.path);
    const auto status = ask_door(server.agents, request_of(ask_for(route, ""))).status;
    if (route.permission.kind() == Permission::Kind::enroll) CHECK(status == 400);
    else CHECK(status == 401);
  }
}

TEST_CASE("the routes that are open to everybody are these") {
  TestServer server;
  std::vector<std::string> open;
  for (const Route& route : server.people.router().routes()) {
    if (route.permission.kind() == Permission::Kind::public_) open.emplace_back(route.path);
  }
  CHECK(open == std::vector<std::string>{"/api/v1/session", "/healthz", "/ca.pem"});
}

TEST_CASE("a session tells every permission of its role, and no other") {
  TestServer server;
  for (const auto role : {domain::Role::viewer, domain::Role::technician, domain::Role::school_admin, domain::Role::admin}) {
    const auto token = server.sign_in("who-" + std::string(domain::name_of(role)), role);
    boost::json::array expected;
    for (std::size_t i = 0; i < domain::kPermissions; ++i) {
      const auto permission = static_cast<domain::Permission>(i);
      if (domain::holds(role, permission)) expected.emplace_back(domain::name_of(permission));
    }
    CHECK(server.send({net::Method::get, "/api/v1/session", token}).json().at("permissions") == expected);
  }
}

TEST_CASE("whoever reaches one school sees only that school") {
  TestServer server;
  const auto north = server.enrol("PF1NORTH", "north"), south = server.enrol("PF1SOUTH", "south");
  const auto token = server.sign_in("nora", domain::Role::admin, {domain::ScopeKind::school, {"north"}});
  const auto list = server.send({net::Method::get, "/api/v1/devices", token}).json();
  REQUIRE(list.at("items").as_array().size() == 1);
  CHECK(list.at("items").at(0).at("id").as_string() == std::string_view(north.device_id));
  CHECK(list.at("total") == 1);
  CHECK(server.send({net::Method::get, "/api/v1/devices?school=south", token}).status == 403);
  CHECK(server.send({net::Method::get, "/api/v1/devices/" + north.device_id, token}).status == 200);
  for (const char* rest : {"", "/battery", "/timeline", "/reports/latest"}) {
    CHECK(server.send({net::Method::get, "/api/v1/devices/" + south.device_id + rest, token}).status == 404);
  }
  CHECK(server.send({net::Method::delete_, "/api/v1/devices/" + south.device_id, token}).status == 404);
  CHECK(server.send({net::Method::post, "/api/v1/agents/" + south.agent_id + "/revoke", token}).status == 404);
  const auto overview = server.send({net::Method::get, "/api/v1/overview", token}).json();
  CHECK(overview.at("total") == 1);
  CHECK(overview.at("schools").as_array().size() == 1);
  const auto moved = server.send({net::Method::patch, "/api/v1/devices/" + north.device_id, token, R"({"school":"south"})",
                                  {{"If-Match", "\"v1\""}}});
  CHECK(moved.status == 400);
}

}  // namespace
}  // namespace rollcall::api
