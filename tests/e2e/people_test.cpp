// People over real TLS: the first administrator, sessions, live events.
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "common/base/text.h"
#include "tests/e2e/virtual_laptop.h"

namespace rollcall::e2e {
namespace {

using net::Method;
using boost::json::object;
using boost::json::serialize;

constexpr const char* kPassword = "violet kettle on the ninth floor";

TEST_CASE("the first administrator is made on the machine and changes the password at once") {
  ServerHome home;
  RunningServer server(home);
  const auto made = home.run({"admin", "create", "ada"});
  REQUIRE(made.exit_code == 0);
  const auto once = std::string(trim(made.output));
  const auto sign_in = [&](const object& body) { return server.send(Method::post, "/api/v1/session", serialize(body)); };
  CHECK(sign_in({{"name", "ada"}, {"password", "wrong"}}).status == 401);
  CHECK(sign_in({{"name", "ada"}, {"password", once}}).status == 409);
  const auto done = sign_in({{"name", "ada"}, {"password", once}, {"new_password", kPassword}});
  REQUIRE(done.status == 200);
  CHECK_THAT(std::string(done.headers.get("Set-Cookie")), Catch::StartsWith("__Host-rollcall="));
  CHECK(sign_in({{"name", "ada"}, {"password", once}}).status == 401);
  CHECK(sign_in({{"name", "ada"}, {"password", kPassword}}).status == 200);
}

TEST_CASE("a crowd at the sign-in page keeps nobody else waiting") {
  ServerHome home;
  RunningServer server(home);
  std::atomic<int> answered{0}, sent_away{0};
  std::vector<std::jthread> crowd;
  constexpr int kCrowd = 100, kPlaces = 64;
  for (int i = 0; i < kCrowd; ++i) {
    crowd.emplace_back([&, i, client = server.people_client()] {
      net::ClientRequest request;
      request.method = Method::post;
      request.target = "/api/v1/session";
      request.body = R"({"name":"nobody)" + std::to_string(i) + R"(","password":"guess"})";
      request.headers.set("Content-Type", "application/json");
      const auto reply = client->send(request);
      if (reply && reply->status == 503 && reply->headers.has("Retry-After")) ++sent_away;
      ++answered;
    });
  }
  // The line is full as soon as one was sent away; it holds seconds of work.
  REQUIRE(wait_until(home.clock, 60'000, [&] { return sent_away > 0; }));
  CHECK(server.get("/healthz").status == 200);
  CHECK(answered < kCrowd);
  crowd.clear();
  CHECK(answered == kCrowd);
  CHECK(sent_away <= kCrowd - kPlaces);
}

TEST_CASE("guessing is slowed down after ten tries") {
  ServerHome home;
  RunningServer server(home);
  int last = 0;
  for (int i = 0; i < 11; ++i) {
    last = server.send(Method::post, "/api/v1/session", R"({"name":"nobody","password":"guess"})").status;
  }
  CHECK(last == 429);
}

TEST_CASE("a session outlives a restart and ends when it is signed out") {
  ServerHome home;
  std::string token;
  {
    RunningServer server(home);
    token = server.admin_token();
    CHECK(server.stop() == 0);
  }
  RunningServer server(home);
  CHECK(server.get("/api/v1/session", token).status == 200);
  CHECK(server.send(Method::delete_, "/api/v1/session", {}, token).status == 204);
  CHECK(server.get("/api/v1/session", token).status == 401);
}

TEST_CASE("a profile for the command line is signed in and nobody else's to read") {
  ServerHome home;
  RunningServer server(home);
  REQUIRE(home.run({"admin", "create", "ada"}).exit_code == 0);
  REQUIRE(home.run({"admin", "profile", "ada", "--out", home.path("profile.yaml")}).exit_code == 0);
  CHECK(must(home.files.info(home.path("profile.yaml"))).mode == 0600);
  CHECK(home.run({"admin", "profile", "nobody", "--out", home.path("none.yaml")}).exit_code == 1);
}

// Follows live events until `wanted` have come or the stream ends.
class Follower {
 public:
  Follower(RunningServer& server, std::string token) {
    thread_ = std::thread([this, &server, token = std::move(token)] {
      auto client = server.people_client();
      net::ClientRequest request;
      request.target = "/api/v1/events";
      request.headers.set("Authorization", "Bearer " + token);
      request.deadline_ms = 60'000;
      ended_with_ok_ = client->follow_events(request, [this](const net::Event& event) {
        if (event.name == "devices") ++devices_;
        return !enough_;
      }).has_value();
      ended_ = true;
    });
  }
  ~Follower() {
    enough_ = true;
    thread_.join();
  }
  std::atomic<int> devices_{0};
  std::atomic<bool> ended_{false}, ended_with_ok_{false}, enough_{false};

 private:
  std::thread thread_;
};

TEST_CASE("a commit is seen by whoever follows within a second, and the stream ends with the session") {
  ServerHome home;
  RunningServer server(home);
  const auto admin = server.admin_token();
  VirtualLaptop laptop(server, server.enrolment_token(), "PF1ABCDE");
  const auto metrics_token = std::string(trim(must(home.files.read(home.data("metrics.token"), 100))));
  Follower follower(server, admin);
  REQUIRE(wait_until(home.clock, 20'000, [&] {
    return server.get("/metrics", metrics_token).text.find("rollcall_event_streams 1\n") != std::string::npos;
  }));
  const int before = follower.devices_;
  REQUIRE(must(laptop.report()).status == 200);
  const auto took_ms = wait_until(home.clock, 20'000, [&] { return follower.devices_ > before; });
  REQUIRE(took_ms);
  WARN("from the acknowledgement to the event: " << *took_ms << " ms");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(*took_ms < 1'000);
#endif
  CHECK(server.send(Method::delete_, "/api/v1/session", {}, admin).status == 204);
  CHECK(wait_until(home.clock, 30'000, [&] { return follower.ended_.load(); }));
}

}  // namespace
}  // namespace rollcall::e2e
