// What each resource answers, against a whole server.
#include "tests/unit/api/fixture.h"

namespace rollcall::api {
namespace {

using net::Method;

constexpr const char* kPassword = "violet kettle on the ninth floor";

TEST_CASE("signing in with a one-time password asks for a new one") {
  TestServer server;
  const auto once = must(server.core->users.create_admin_from_shell("ada")).one_time_password;
  const auto sign_in = [&](const boost::json::object& body) {
    return server.send({Method::post, "/api/v1/session", {}, boost::json::serialize(body)});
  };
  const auto asked = sign_in({{"name", "ada"}, {"password", once}});
  CHECK(asked.status == 409);
  CHECK(asked.field("type") == "urn:rollcall:problem:password-change-required");
  CHECK(sign_in({{"name", "ada"}, {"password", once}, {"new_password", "short"}}).status == 400);
  const auto done = sign_in({{"name", "ada"}, {"password", once}, {"new_password", kPassword}});
  REQUIRE(done.status == 200);
  const auto set = std::string(done.headers.get("Set-Cookie"));
  CHECK(set.starts_with("__Host-rollcall="));
  for (const char* part : {"; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"}) {
    CHECK(set.find(part) != std::string::npos);
  }
  CHECK(set.find("Domain") == std::string::npos);
  CHECK_FALSE(done.json().as_object().contains("token"));
  CHECK(sign_in({{"name", "ada"}, {"password", once}}).status == 401);

  const auto bearer = sign_in({{"name", "ada"}, {"password", kPassword}, {"bearer", true}});
  REQUIRE(bearer.status == 200);
  CHECK(bearer.headers.get("Set-Cookie").empty());
  const auto shown = server.send({Method::get, "/api/v1/session", bearer.field("token")}).json();
  CHECK(shown.at("user").at("name") == "ada");
  CHECK(shown.at("permissions").as_array().size() == domain::kPermissions);
}

TEST_CASE("a form of another site cannot sign a browser in") {
  TestServer server;
  const auto answer = server.send({Method::post, "/api/v1/session", {}, R"({"name":"a","password":"b"})",
                                   {{"Origin", "https://evil.example"}}});
  CHECK(answer.status == 403);
}

TEST_CASE("whoever guesses is told how long to wait, the /64 of an IPv6 address counting as one") {
  TestServer server;
  Answered last;
  for (int i = 0; i < 11; ++i) {
    auto request = request_of({Method::post, "/api/v1/session", {}, R"({"name":"a","password":"b"})"});
    request.peer.address = "2001:db8:1:2::" + std::to_string(i + 1);
    last = ask_door(server.people, std::move(request));
  }
  CHECK(last.status == 429);
  CHECK(last.headers.get("Retry-After") == "900");
  auto elsewhere = request_of({Method::post, "/api/v1/session", {}, R"({"name":"a","password":"b"})"});
  elsewhere.peer.address = "2001:db8:1:3::1";
  CHECK(ask_door(server.people, std::move(elsewhere)).status == 401);
}

TEST_CASE("signing out is on the record") {
  TestServer server;
  const auto admin = server.sign_in("ada", domain::Role::admin), viewer = server.sign_in("vic", domain::Role::viewer);
  CHECK(server.send({Method::delete_, "/api/v1/session", viewer}).status == 204);
  CHECK(server.send({Method::get, "/api/v1/audit", admin}).json().at("items").at(0).at("action") == "session.close");
}

TEST_CASE("a report is read back on the list, the page, the curve and the timeline") {
  TestServer server;
  const auto token = server.sign_in("ada", domain::Role::viewer);
  const auto laptop = server.enrol("PF1ABCDE", "north");
  const auto never = server.send({Method::get, "/api/v1/devices/" + laptop.device_id, token}).json();
  CHECK(never.at("state") == "never");
  CHECK(server.send({Method::get, "/api/v1/devices/" + laptop.device_id + "/reports/latest", token}).status == 404);

  REQUIRE(server.report(laptop, one_report(server.clock, 1)).status == 200);
  const auto list = server.send({Method::get, "/api/v1/devices?q=pf1abc&state=online&school=north", token}).json();
  REQUIRE(list.at("items").as_array().size() == 1);
  CHECK(list.at("items").at(0).at("percent").to_number<double>() == Approx(62.0));
  CHECK(list.at("items").at(0).at("serial") == "PF1ABCDE");

  const auto page = server.send({Method::get, "/api/v1/devices/" + laptop.device_id, token}).json();
  CHECK(page.at("state") == "online");
  CHECK(page.at("packs").at(0).at("name") == "BAT0");
  CHECK(page.at("packs").at(0).at("health_percent").to_number<double>() == Approx(90.0));
  CHECK(page.at("verdict") == "good");
  CHECK(page.at("collectors").at(0).at("state") == "ok");
  CHECK(page.at("agents").at(0).at("id").as_string() == std::string_view(laptop.agent_id));

  const auto curve = server.send({Method::get, "/api/v1/devices/" + laptop.device_id + "/battery", token}).json();
  CHECK(curve.at("points").at(0).at("state") == "discharging");
  const auto timeline = server.send({Method::get, "/api/v1/devices/" + laptop.device_id + "/timeline", token}).json();
  CHECK(timeline.at("items").at(0).at("kind") == "scheduled");
  const auto latest = server.send({Method::get, "/api/v1/devices/" + laptop.device_id + "/reports/latest", token}).json();
  CHECK(latest.at("report").at("battery").at("packs").at(0).at("full_mwh") == 45'000);
  CHECK(server.send({Method::get, "/api/v1/overview", token}).json().at("states").at("online") == 1);
}

TEST_CASE("a device is changed only by who saw its newest version") {
  TestServer server;
  const auto token = server.sign_in("ada", domain::Role::technician);
  const auto path = "/api/v1/devices/" + server.enrol("PF1ABCDE").device_id;
  const auto etag = std::string(server.send({Method::get, path, token}).headers.get("ETag"));
  const auto edit = [&](const std::string& body, const std::string& seen) {
    std::vector<std::pair<std::string, std::string>> headers;
    if (!seen.empty()) headers.emplace_back("If-Match", seen);
    return server.send({Method::patch, path, token, body, headers});
  };
  CHECK(edit(R"({"tag":"N-1"})", "").status == 428);
  CHECK(edit(R"({"tag":"N-1"})", "\"v99\"").status == 412);
  CHECK(edit(R"({"tag":"N-1"})", "*").status == 412);
  CHECK(edit(R"({"serial":"X"})", etag).status == 400);
  CHECK(edit("{}", etag).status == 400);
  CHECK(edit(R"({"school":"east"})", etag).status == 400);
  const auto changed = edit(R"({"tag":"N-1","school":"north"})", etag);
  REQUIRE(changed.status == 200);
  CHECK(changed.field("tag") == "N-1");
  CHECK(changed.field("school") == "north");
  CHECK(changed.headers.get("ETag") != etag);
  CHECK(edit(R"({"tag":"N-2"})", etag).status == 412);
}

TEST_CASE("a token is shown once and its command can be pasted") {
  TestServer server;
  const auto token = server.sign_in("ada", domain::Role::technician);
  const auto made = server.send({Method::post, "/api/v1/tokens", token, R"({"note":"lab","max_uses":2,"school":"north"})"});
  REQUIRE(made.status == 201);
  const auto text = made.field("text");
  CHECK(made.field("command") == "rollcall-agent enroll --server https://rollcall.example:8444 --token " + text);
  CHECK(made.json().at("token").at("created_by") == "ada");
  const auto list = server.send({Method::get, "/api/v1/tokens", token});
  CHECK(list.text.find(text) == std::string::npos);
  CHECK(list.json().at("items").at(0).at("state") == "usable");
  const auto id = std::string(list.json().at("items").at(0).at("id").as_string());
  CHECK(server.send({Method::delete_, "/api/v1/tokens/" + id, token}).status == 204);
  CHECK(server.send({Method::get, "/api/v1/tokens", token}).json().at("items").at(0).at("state") == "revoked");
  CHECK(server.send({Method::post, "/api/v1/tokens", token, R"({"school":"east"})"}).status == 400);
}

TEST_CASE("tokens, accounts and reviews come page by page, each once and in order") {
  TestServer server;
  const auto token = server.sign_in("ada", domain::Role::admin);
  for (const char* name : {"bob", "cyd", "dee"}) {
    const auto body = std::string(R"({"role":"viewer","name":")") + name + "\"}";
    REQUIRE(server.send({Method::post, "/api/v1/users", token, body}).status == 201);
    REQUIRE(server.send({Method::post, "/api/v1/tokens", token, R"({"note":"x"})"}).status == 201);
    server.clock.advance(1);
    server.enrol("None");
  }
  const auto walk = [&](const std::string& path, const char* key) {
    std::vector<std::string> seen;
    for (std::string target = path + "?limit=2";;) {
      const auto page = server.send({Method::get, target, token}).json();
      REQUIRE(page.at("items").as_array().size() <= 2);
      for (const auto& item : page.at("items").as_array()) seen.emplace_back(item.at(key).as_string());
      const auto* next = page.as_object().if_contains("next_cursor");
      if (!next) return seen;
      target = path + "?limit=2&cursor=" + std::string(next->as_string());
    }
  };
  const auto whole = [&](const std::string& path, const char* key) {
    std::vector<std::string> seen;
    const auto page = server.send({Method::get, path, token}).json();
    for (const auto& item : page.at("items").as_array()) seen.emplace_back(item.at(key).as_string());
    return seen;
  };
  CHECK(walk("/api/v1/users", "name") == std::vector<std::string>{"ada", "bob", "cyd", "dee"});
  CHECK(walk("/api/v1/tokens", "id") == whole("/api/v1/tokens", "id"));
  CHECK(whole("/api/v1/tokens", "id").size() >= 3);
  CHECK(walk("/api/v1/reviews", "id") == whole("/api/v1/reviews", "id"));
  CHECK(whole("/api/v1/reviews", "id").size() == 3);
  for (const char* path : {"/api/v1/users", "/api/v1/tokens", "/api/v1/reviews"}) {
    const auto refused = server.send({Method::get, std::string(path) + "?cursor=!", token});
    CHECK(refused.status == 400);
    CHECK(refused.field("field") == "cursor");
  }
}

TEST_CASE("accounts are made, changed and disabled, and the audit record says so") {
  TestServer server;
  const auto token = server.sign_in("ada", domain::Role::admin);
  const auto made = server.send({Method::post, "/api/v1/users", token, R"({"name":"bob","role":"viewer"})"});
  REQUIRE(made.status == 201);
  CHECK(made.field("one_time_password").size() >= 15);
  const auto id = std::string(made.json().at("user").at("id").as_string());
  CHECK(server.send({Method::post, "/api/v1/users", token, R"({"name":"bob","role":"viewer"})"}).status == 409);
  CHECK(server.send({Method::post, "/api/v1/users", token, R"({"name":"eve","role":"root"})"}).status == 400);
  const auto path = "/api/v1/users/" + id;
  CHECK(server.send({Method::patch, path, token, R"({"role":"technician"})"}).json().at("user").at("role") == "technician");
  const auto scoped = server.send({Method::patch, path, token, R"({"scope":{"kind":"school","ids":["south","north","south"]}})"}).json();
  CHECK(scoped.at("user").at("scope").at("ids") == boost::json::array{"north", "south"});
  CHECK(server.send({Method::patch, path, token, R"({"scope":{"kind":"galaxy"}})"}).status == 400);
  CHECK(server.send({Method::patch, path, token, R"({"reset_password":true})"}).field("one_time_password").size() >= 15);
  CHECK(server.send({Method::patch, path, token, R"({"disabled":true})"}).json().at("user").at("disabled") == true);
  CHECK(server.send({Method::patch, path, token, "{}"}).status == 400);
  CHECK(server.send({Method::get, "/api/v1/users", token}).json().at("items").as_array().size() == 2);
  const auto audit = server.send({Method::get, "/api/v1/audit?limit=2", token}).json();
  CHECK(audit.at("items").as_array().size() == 2);
  CHECK(audit.at("items").at(0).at("actor_name") == "ada");
  CHECK(audit.as_object().contains("next_cursor"));
}

TEST_CASE("a placeholder identity waits for a person") {
  TestServer server;
  const auto token = server.sign_in("ada", domain::Role::technician);
  const auto real = server.enrol("PF1ABCDE"), filler = server.enrol("To be filled by O.E.M.");
  const auto list = server.send({Method::get, "/api/v1/reviews", token}).json();
  REQUIRE(list.at("items").as_array().size() == 1);
  CHECK(list.at("items").at(0).at("kind") == "placeholder_serial");
  const auto path = "/api/v1/reviews/" + std::string(list.at("items").at(0).at("id").as_string());
  CHECK(server.send({Method::post, path, token, R"({"action":"eat"})"}).status == 400);
  const auto done = server.send({Method::post, path, token, R"({"action":"attach","device_id":")" + real.device_id + "\"}"});
  CHECK(done.status == 200);
  CHECK(done.field("state") == "resolved");
  CHECK(server.send({Method::post, path, token, R"({"action":"separate"})"}).status == 409);
  CHECK(server.core->agents.by_id(filler.agent_id)->device_id == real.device_id);
}

TEST_CASE("what is kept and collected is told") {
  TestServer server;
  const auto token = server.sign_in("ada", domain::Role::viewer);
  const auto collected = server.send({Method::get, "/api/v1/collected", token});
  CHECK(collected.text.find("battery.packs[].percent") != std::string::npos);
  CHECK(collected.json().at("never").as_array().size() == 7);
  CHECK(server.send({Method::get, "/api/v1/retention", token}).json().at("items").as_array().size() >= 1);
  CHECK(server.send({Method::get, "/api/v1/schools", token}).json().at("items").as_array().size() == 2);
  CHECK(server.send({Method::get, "/api/v1/access-points", token}).status == 200);
  CHECK(server.send({Method::get, "/api/v1/enrollment", token}).field("agents_url") == "https://rollcall.example:8444");
}

TEST_CASE("a cursor, a word or a number that is not one is a clear error") {
  TestServer server;
  const auto token = server.sign_in("ada", domain::Role::admin);
  for (const char* path : {"/api/v1/devices?cursor=zzz", "/api/v1/devices?state=lost", "/api/v1/devices?limit=0",
                           "/api/v1/devices?limit=1001", "/api/v1/devices?sort=password", "/api/v1/devices?nope=1",
                           "/api/v1/devices?offset=-1", "/api/v1/devices?offset=10000001",
                           "/api/v1/audit?cursor=zzz"}) {
    INFO(path);
    const auto answer = server.send({Method::get, path, token});
    CHECK(answer.status == 400);
    CHECK_FALSE(answer.field("field").empty());
  }
}

}  // namespace
}  // namespace rollcall::api
