#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "tests/unit/net/fixture.h"

using namespace rollcall;
using namespace rollcall::net;

namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kGetClose = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

DoorLimits short_limits() {
  DoorLimits limits;
  limits.handshake_ms = limits.request_ms = limits.idle_ms = limits.response_ms = 200;
  return limits;
}

}  // namespace

TEST_CASE("a request is answered and the connection kept until somebody says close") {
  TestDoor door;
  RawSocket socket(door.server->port());
  for (int i = 0; i < 3; ++i) {
    socket.say(kGet);
    CHECK(socket.hear("\r\n\r\n/").starts_with("HTTP/1.1 200 OK\r\n"));
  }
  socket.say(kGetClose);
  CHECK(body_of(socket.hear()) == "/");
  CHECK(door.server->stats().requests_total == 4);
  CHECK(eventually([&] { return door.server->stats().connections_open == 0; }));
}

TEST_CASE("HTTP/1.0 is answered and closed") {
  TestDoor door;
  const std::string answer = exchange(door.server->port(), "GET / HTTP/1.0\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.0 200 OK\r\n"));
  CHECK(body_of(answer) == "/");
}

TEST_CASE("HEAD says what GET would, without the body") {
  TestDoor door;
  const std::string answer =
      exchange(door.server->port(), "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(answer.find("Content-Length: 1\r\n") != answer.npos);
  CHECK(body_of(answer).empty());
}

TEST_CASE("requests sent in one go are answered in order") {
  TestDoor door;
  std::string bytes;
  for (const auto* body : {"one", "two", "six"}) {
    bytes += "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n" + std::string(body);
  }
  const std::string answer = exchange(door.server->port(), bytes + std::string(kGetClose));
  const auto one = answer.find("one"), two = answer.find("two"), six = answer.find("six");
  CHECK(one < two);
  CHECK(two < six);
  CHECK(six != answer.npos);
  CHECK(answer.ends_with("\r\n\r\n/"));
}

TEST_CASE("what is no proper request is refused and the connection closed") {
  TestDoor door;
  CHECK(exchange(door.server->port(), "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400 "));
  CHECK(exchange(door.server->port(), "hello\r\n\r\n").starts_with("HTTP/1.1 400 "));
  CHECK(exchange(door.server->port(), "GET /../x HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 400 "));
  CHECK(exchange(door.server->port(), "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x'))
            .starts_with("HTTP/1.1 431 "));
  // A smuggled request must not be seen as a second one.
  CHECK(exchange(door.server->port(),
                 "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
            .find("200 OK") == std::string::npos);
}

TEST_CASE("a refusal before the body keeps the connection when there is no body") {
  RouteHandler handler;
  handler.routes["/no"].refusal = 403;
  SystemClock clock;
  TestDoor door([](DoorConfig&) {}, handler, clock);
  RawSocket socket(door.server->port());
  socket.say("GET /no HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(socket.hear("refused").starts_with("HTTP/1.1 403 "));
  socket.say("POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
  const std::string answer = socket.hear();
  CHECK(answer.starts_with("HTTP/1.1 403 "));
  CHECK(answer.find("Connection: close") != answer.npos);
}

TEST_CASE("a peer that sends far too much still gets to read 413") {
  TestDoor door;
  RawSocket socket(door.server->port());
  socket.say("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 600000\r\n\r\n" + std::string(600'000, 'x'));
  const std::string answer = socket.hear();
  CHECK(answer.starts_with("HTTP/1.1 413 "));
  CHECK(body_of(answer) == "refused: the body is too large");
}

TEST_CASE("a peer that asks first is told to continue, or not") {
  TestDoor door;
  RawSocket socket(door.server->port());
  socket.say("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  CHECK(socket.hear("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  socket.say("abc");
  CHECK(socket.hear("\r\n\r\nabc").starts_with("HTTP/1.1 200 OK"));
  socket.say("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 30000\r\nExpect: 100-continue\r\n\r\n");
  CHECK(socket.hear().starts_with("HTTP/1.1 413 "));
}

TEST_CASE("half a request and then silence ends with 408, no request with a close") {
  TestDoor door(short_limits());
  RawSocket silent(door.server->port());
  CHECK(exchange(door.server->port(), "GET / HTTP/1.1\r\nHo").starts_with("HTTP/1.1 408 "));
  CHECK(exchange(door.server->port(), "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")
            .starts_with("HTTP/1.1 408 "));
  CHECK(silent.hear().empty());
  CHECK(door.server->stats().timeouts_total >= 3);
}

TEST_CASE("a request that trickles is cut off at its deadline") {
  TestDoor door(short_limits());
  RawSocket socket(door.server->port());
  std::string answer;
  socket.say("GET / HTTP/1.1\r\nHost: a\r\n");
  const bool closed = eventually([&] {
    socket.say("X: y\r\n");
    return door.server->stats().timeouts_total > 0;
  });
  CHECK(closed);
  CHECK(socket.hear().starts_with("HTTP/1.1 408 "));
}

TEST_CASE("a handler may answer from any thread, later, or not at all") {
  RouteHandler handler;
  std::vector<std::jthread> threads;
  handler.routes["/later"].handle = [&](Request, Reply reply) {
    threads.emplace_back([reply = std::move(reply)]() mutable { reply(text_response(201, "later")); });
  };
  handler.routes["/worker"] = {[](Request, Reply reply) { reply(text_response(200, "worker")); }, false};
  handler.routes["/never"].handle = [](Request, Reply) {};
  handler.routes["/throws"] = {[](Request, Reply) { throw std::runtime_error("a bug"); }, false};
  SystemClock clock;
  TestDoor door([](DoorConfig&) {}, handler, clock);
  RawSocket socket(door.server->port());
  const auto get = [&](std::string_view path) {
    socket.say("GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    return socket.hear("\r\n\r\n");
  };
  CHECK(get("/later").starts_with("HTTP/1.1 201 "));
  CHECK(socket.hear("later") == "later");
  CHECK(get("/worker").starts_with("HTTP/1.1 200 "));
  CHECK(socket.hear("worker") == "worker");
  CHECK(get("/never").starts_with("HTTP/1.1 500 "));
  CHECK(socket.hear("dropped") != "");
  CHECK(get("/throws").starts_with("HTTP/1.1 500 "));
}

TEST_CASE("an answer that does not come in time becomes 503") {
  RouteHandler handler;
  std::vector<Reply> kept;
  handler.routes["/stuck"].handle = [&](Request, Reply reply) { kept.push_back(std::move(reply)); };
  SystemClock clock;
  TestDoor door([](DoorConfig& config) { config.limits = short_limits(); }, handler, clock);
  CHECK(exchange(door.server->port(), "GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 503 "));
  door.running.loop.post([&] { kept.clear(); });  // the late answer goes nowhere
  CHECK(exchange(door.server->port(), kGetClose).starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a full queue of work is answered 503 with Retry-After") {
  RouteHandler handler;
  std::atomic<bool> go{};
  std::atomic<int> busy{};
  handler.routes["/slow"] = {[&](Request, Reply reply) {
                               ++busy;
                               go.wait(false);
                               reply(text_response(200, "slow"));
                             },
                             false};
  SystemClock clock;
  TestDoor door([](DoorConfig&) {}, handler, clock, 1);
  constexpr std::string_view kSlow = "GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  RawSocket running(door.server->port()), queued(door.server->port());
  running.say(kSlow);
  REQUIRE(eventually([&] { return busy == 1; }));
  queued.say(kSlow);
  REQUIRE(eventually([&] { return door.server->stats().requests_total == 2; }));
  const std::string refused = exchange(door.server->port(), kSlow);
  go = true;
  go.notify_all();
  CHECK(refused.starts_with("HTTP/1.1 503 "));
  CHECK(refused.find("Retry-After: ") != refused.npos);
  CHECK(running.hear().starts_with("HTTP/1.1 200 "));
  CHECK(queued.hear().starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a large shared body arrives whole") {
  RouteHandler handler;
  const auto body = std::make_shared<const std::string>(3'000'000, 'b');
  handler.routes["/large"].handle = [&](Request, Reply reply) {
    Response response;
    response.body = body;
    reply(std::move(response));
  };
  SystemClock clock;
  TestDoor door([](DoorConfig&) {}, handler, clock);
  CHECK(body_of(exchange(door.server->port(), "GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) == *body);
}

TEST_CASE("a connection is closed after as many requests as it may make") {
  SystemClock clock;
  RouteHandler handler;
  TestDoor door([](DoorConfig& config) { config.limits.requests_per_connection = 2; }, handler, clock);
  const std::string answer = exchange(door.server->port(), std::string(kGet) + std::string(kGet) + std::string(kGet));
  CHECK(answer.find("Connection: close") != answer.npos);
  CHECK(door.server->stats().requests_total == 2);
}

TEST_CASE("only a listed proxy is believed about whom it speaks for") {
  RouteHandler handler;
  handler.routes["/who"].handle = [](Request request, Reply reply) { reply(text_response(200, request.peer.address)); };
  SystemClock clock;
  const auto who = [&](std::vector<std::string> proxies, std::string_view header) {
    const auto listed = [&](DoorConfig& config) {
      for (const auto& proxy : proxies) config.trusted_proxies.push_back(*parse_network(proxy));
    };
    TestDoor door(listed, handler, clock);
    return body_of(exchange(door.server->port(), "GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" +
                                                     std::string(header) + "\r\n"));
  };
  CHECK(who({}, "X-Forwarded-For: 203.0.113.9\r\n") == "127.0.0.1");
  CHECK(who({"127.0.0.1"}, "") == "127.0.0.1");
  CHECK(who({"127.0.0.1"}, "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n") == "203.0.113.9");
  CHECK(who({"127.0.0.1", "10.0.0.1"}, "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\nX-Forwarded-For: 10.0.0.1\r\n") ==
        "203.0.113.9");
  CHECK(who({"127.0.0.0/8", "10.0.0.0/24"}, "X-Forwarded-For: 203.0.113.9, 10.0.0.77\r\n") == "203.0.113.9");
  CHECK(who({"126.0.0.0/8"}, "X-Forwarded-For: 203.0.113.9\r\n") == "127.0.0.1");
  CHECK(who({"127.0.0.1"}, "X-Forwarded-For: nonsense\r\n") == "127.0.0.1");
}

TEST_CASE("a port in use is an error that names it") {
  TestDoor door;
  DoorConfig config;
  config.name = "people";
  config.address = "127.0.0.1";
  config.port = door.server->port();
  const auto second =
      HttpServer::start(door.running.loop, door.workers, door.system_clock, std::move(config), door.own_handler);
  REQUIRE(!second);
  CHECK(second.error().code == Errc::unavailable);
  CHECK(second.error().message.find(std::to_string(door.server->port())) != std::string::npos);
}

TEST_CASE("a stop lets the request in progress finish and sends idle peers home") {
  RouteHandler handler;
  std::atomic<bool> go{}, started{};
  handler.routes["/slow"] = {[&](Request, Reply reply) {
                               started = true;
                               go.wait(false);
                               reply(text_response(200, "done"));
                             },
                             false};
  SystemClock clock;
  TestDoor door([](DoorConfig&) {}, handler, clock);
  RawSocket idle(door.server->port()), busy(door.server->port());
  idle.say(kGet);
  idle.hear("\r\n\r\n/");
  busy.say("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(eventually([&] { return started.load(); }));
  std::jthread stopping([&] { door.server->stop(5'000); });
  CHECK(idle.is_closed());
  go = true;
  go.notify_all();
  CHECK(body_of(busy.hear()) == "done");
  stopping.join();
  CHECK(door.server->stats().connections_open == 0);
}

TEST_CASE("a stop does not wait for ever for a request that does not finish") {
  RouteHandler handler;
  std::vector<Reply> kept;
  handler.routes["/stuck"].handle = [&](Request, Reply reply) { kept.push_back(std::move(reply)); };
  SystemClock clock;
  TestDoor door([](DoorConfig&) {}, handler, clock);
  RawSocket socket(door.server->port());
  socket.say("GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(eventually([&] { return door.server->stats().requests_total == 1; }));
  door.server->stop(50);
  CHECK(door.server->stats().connections_open == 0);
  CHECK(socket.is_closed());
  door.running.loop.post([&] { kept.clear(); });
  door.server.reset();
  std::atomic<bool> cleared{};
  door.running.loop.post([&] { cleared = true; });
  CHECK(eventually([&] { return cleared.load(); }));
}
