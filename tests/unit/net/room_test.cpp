// Who has to leave when a door is full: never the newcomer, and never a stranger to the crowd.
#include <algorithm>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/unit/net/fixture.h"

using namespace rollcall;
using namespace rollcall::net;

namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kHalf = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n";

// More than a socket's buffers take, so that whoever does not read keeps the door writing.
constexpr std::size_t kLarge = 32 * 1024 * 1024;

void serve_large(RouteHandler& handler) {
  handler.routes["/large"].handle = [body = std::make_shared<const std::string>(kLarge, 'b')](Request, Reply reply) {
    Response response;
    response.body = body;
    reply(std::move(response));
  };
}

// The same in pieces.
class Pieces final : public BodySource {
 public:
  Result<std::string> next_chunk() override {
    const std::size_t size = std::min<std::size_t>(left_, 64 * 1024);
    left_ -= size;
    return std::string(size, 'b');
  }

 private:
  std::size_t left_{kLarge};
};

constexpr std::string_view kGetLarge = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";

bool is_answered(RawSocket& socket) {
  socket.say(kGet);
  return socket.hear("\r\n\r\n/").starts_with("HTTP/1.1 200");
}

}  // namespace

TEST_CASE("a full door lets one more in, at the cost of who waits longest in the busiest neighborhood") {
  SystemClock clock;
  RouteHandler handler;
  TestDoor door([](DoorConfig& config) { config.limits.connections = 4; }, handler, clock);
  const auto port = door.server->port();
  RawSocket neighbor(port, "127.0.0.9");
  REQUIRE(is_answered(neighbor));
  RawSocket first(port), second(port), third(port);
  for (auto* crowd : {&first, &second, &third}) REQUIRE(is_answered(*crowd));
  RawSocket newcomer(port, "127.0.0.7");
  CHECK(is_answered(newcomer));
  CHECK(first.is_closed());
  CHECK(is_answered(neighbor));
  CHECK(is_answered(second));
  CHECK(is_answered(third));
  CHECK(eventually([&] { return door.server->stats().connections_open == 4; }));
}

TEST_CASE("connections that never say a word cannot keep anybody out") {
  SystemClock clock;
  RouteHandler handler;
  TestDoor door([](DoorConfig& config) { config.limits.connections = 8; }, handler, clock);
  std::vector<std::unique_ptr<RawSocket>> silent;
  for (int i = 0; i < 40; ++i) silent.push_back(std::make_unique<RawSocket>(door.server->port()));
  RawSocket newcomer(door.server->port(), "127.0.0.7");
  CHECK(is_answered(newcomer));
}

TEST_CASE("connections that never read their answers cannot keep anybody out") {
  SystemClock clock;
  RouteHandler handler;
  serve_large(handler);
  TestDoor door([](DoorConfig& config) { config.limits.connections = 4; }, handler, clock);
  RawSocket neighbor(door.server->port(), "127.0.0.9");
  REQUIRE(is_answered(neighbor));
  std::vector<std::unique_ptr<RawSocket>> deaf;
  for (int i = 0; i < 3; ++i) {
    deaf.push_back(std::make_unique<RawSocket>(door.server->port()));
    for (int j = 0; j < 3; ++j) deaf.back()->say(kGetLarge);
    REQUIRE(eventually([&] { return door.server->stats().requests_total == static_cast<std::uint64_t>(i) + 2; }));
  }
  // A little progress makes nobody younger.
  REQUIRE(deaf[0]->hear("bbbb").ends_with("bbbb"));
  RawSocket newcomer(door.server->port(), "127.0.0.7");
  CHECK(is_answered(newcomer));
  CHECK(is_answered(neighbor));
  CHECK(deaf[0]->hear().size() < kLarge);
  CHECK(eventually([&] { return door.server->stats().connections_open == 4; }));
}

TEST_CASE("an answer that is read a little at a time has an end, a download a later one") {
  SystemClock clock;
  RouteHandler handler;
  serve_large(handler);
  handler.routes["/download"].handle = [](Request, Reply reply) {
    Response response;
    response.body = std::make_unique<Pieces>();
    reply(std::move(response));
  };
  TestDoor door([](DoorConfig& config) { config.limits.answer_ms = 300; }, handler, clock);
  RawSocket slow(door.server->port()), downloading(door.server->port());
  downloading.say("GET /download HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  slow.say(kGetLarge);
  const bool ended = eventually([&] {
    static_cast<void>(slow.hear(std::string(8'192, 'b')));
    return door.server->stats().timeouts_total == 1;
  });
  CHECK(ended);
  CHECK(slow.hear().size() < kLarge);
  const std::string downloaded = downloading.hear();
  CHECK(downloaded.size() > kLarge);
  CHECK(downloaded.ends_with("\r\n0\r\n\r\n"));
}

TEST_CASE("a connection whose request is being worked on is never cut for another") {
  SystemClock clock;
  RouteHandler handler;
  std::vector<Reply> kept;
  handler.routes["/later"].handle = [&](Request, Reply reply) { kept.push_back(std::move(reply)); };
  TestDoor door([](DoorConfig& config) { config.limits.connections = 1; }, handler, clock);
  RawSocket busy(door.server->port());
  busy.say("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(eventually([&] { return door.server->stats().requests_total == 1; }));
  CHECK(RawSocket(door.server->port()).is_closed());
  door.running.loop.post([&] {
    for (auto& reply : kept) reply(text_response(200, "at last"));
    kept.clear();
  });
  CHECK(busy.hear("at last").ends_with("at last"));
}

TEST_CASE("there is room for so many connections from one address, if that is limited") {
  SystemClock clock;
  RouteHandler handler;
  TestDoor door([](DoorConfig& config) { config.limits.connections_per_address = 2; }, handler, clock);
  RawSocket one(door.server->port()), two(door.server->port());
  REQUIRE(is_answered(one));
  REQUIRE(is_answered(two));
  CHECK(RawSocket(door.server->port()).is_closed());
  one.close();
  REQUIRE(eventually([&] { return door.server->stats().connections_open == 1; }));
  RawSocket three(door.server->port());
  CHECK(is_answered(three));
}

TEST_CASE("requests that are never finished hold so many bytes and no more") {
  SystemClock clock;
  RouteHandler handler;
  TestDoor door([](DoorConfig& config) { config.limits.unfinished_bytes = 3'000; }, handler, clock);
  std::vector<std::unique_ptr<RawSocket>> half;
  for (int i = 0; i < 3; ++i) {
    half.push_back(std::make_unique<RawSocket>(door.server->port()));
    half.back()->say(std::string(kHalf) + std::string(900, 'x'));
    REQUIRE(eventually([&] { return door.server->stats().requests_total == static_cast<std::uint64_t>(i) + 1; }));
  }
  RawSocket whole(door.server->port(), "127.0.0.7");
  whole.say(std::string(kHalf) + std::string(900, 'y'));
  CHECK(half[0]->is_closed());
  whole.say(std::string(100, 'y'));
  CHECK(whole.hear(std::string(1'000, 'y')).ends_with("yy"));
  half[2]->say(std::string(100, 'x'));
  CHECK(half[2]->hear(std::string(1'000, 'x')).ends_with("xx"));
}

TEST_CASE("a stop does not wait for the rest of half a request") {
  SystemClock clock;
  RouteHandler handler;
  TestDoor door([](DoorConfig&) {}, handler, clock);
  RawSocket half(door.server->port()), silent(door.server->port());
  half.say(std::string(kHalf).append("x"));
  REQUIRE(eventually([&] { return door.server->stats().requests_total == 1; }));
  std::jthread stopping([&] { door.server->stop(60'000); });
  CHECK(half.is_closed());
  CHECK(silent.is_closed());
}
