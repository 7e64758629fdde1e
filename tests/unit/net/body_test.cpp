// Bodies that are made while they are sent: on the loop, or on a worker where they have to wait.
#include <algorithm>
#include <catch2/catch.hpp>
#include <new>
#include <sstream>
#include <thread>

#include "tests/unit/net/fixture.h"

using namespace rollcall;
using namespace rollcall::net;

namespace {

// Three chunks, then the end or an error.
class Counting final : public BodySource {
 public:
  explicit Counting(bool breaks, bool waits = false) : breaks_(breaks), waits_(waits) {}
  bool waits() const override { return waits_; }
  Result<std::string> next_chunk() override {
    if (++count_ <= 3) return "chunk" + std::to_string(count_) + ";";
    if (breaks_) return fail(Errc::io, "the disk went away");
    return std::string();
  }

 private:
  bool breaks_, waits_;
  int count_{};
};

// Nobody's promise, but memory can be short anywhere.
class Throwing final : public BodySource {
 public:
  explicit Throwing(bool waits) : waits_(waits) {}
  bool waits() const override { return waits_; }
  Result<std::string> next_chunk() override {
    if (++count_ > 1) throw std::bad_alloc();
    return std::string("chunk;");
  }

 private:
  bool waits_;
  int count_{};
};

// Each chunk is the thread that made it.
class Threads final : public BodySource {
 public:
  bool waits() const override { return true; }
  Result<std::string> next_chunk() override {
    if (++count_ > 2) return std::string();
    std::ostringstream out;
    out << std::this_thread::get_id() << ';';
    return out.str();
  }

 private:
  int count_{};
};

}  // namespace

TEST_CASE("a generated body is sent in chunks, and one that breaks is not mistaken for whole") {
  RouteHandler handler;
  for (const bool breaks : {false, true}) {
    handler.routes[breaks ? "/breaks" : "/counts"].handle = [breaks](Request, Reply reply) {
      Response response;
      response.body = std::make_unique<Counting>(breaks);
      reply(std::move(response));
    };
  }
  SystemClock clock;
  TestDoor door([](DoorConfig&) {}, handler, clock);
  const auto get = [&](std::string_view path, std::string_view version) {
    return exchange(door.server->port(), "GET " + std::string(path) + " HTTP/" + std::string(version) +
                                             "\r\nHost: a\r\nConnection: close\r\n\r\n");
  };
  const std::string whole = get("/counts", "1.1");
  CHECK(whole.find("Transfer-Encoding: chunked") != whole.npos);
  CHECK(body_of(whole) == "7\r\nchunk1;\r\n7\r\nchunk2;\r\n7\r\nchunk3;\r\n0\r\n\r\n");
  CHECK(body_of(get("/counts", "1.0")) == "chunk1;chunk2;chunk3;");
  CHECK(!get("/breaks", "1.1").ends_with("0\r\n\r\n"));
}

TEST_CASE("a body that waits is pulled on a worker, and the loop goes on meanwhile") {
  RouteHandler handler;
  handler.routes["/threads"].handle = [&](Request, Reply reply) {
    Response response;
    response.body = std::make_unique<Threads>();
    reply(std::move(response));
  };
  handler.routes["/loop"].on_loop = true;
  handler.routes["/loop"].handle = [&](Request, Reply reply) {
    std::ostringstream out;
    out << std::this_thread::get_id();
    Response response;
    response.body = out.str();
    reply(std::move(response));
  };
  for (const bool breaks : {false, true}) {
    handler.routes[breaks ? "/breaks" : "/counts"].handle = [breaks](Request, Reply reply) {
      Response response;
      response.body = std::make_unique<Counting>(breaks, true);
      reply(std::move(response));
    };
  }
  SystemClock clock;
  TestDoor door([](DoorConfig&) {}, handler, clock);
  const auto get = [&](std::string_view path) {
    return exchange(door.server->port(), "GET " + std::string(path) + " HTTP/1.0\r\nHost: a\r\n\r\n");
  };
  CHECK(body_of(get("/counts")) == "chunk1;chunk2;chunk3;");
  CHECK(body_of(get("/breaks")) == "chunk1;chunk2;chunk3;");
  const auto threads = body_of(get("/threads"));
  CHECK(std::ranges::count(threads, ';') == 2);
  CHECK(threads.find(body_of(get("/loop"))) == std::string::npos);
}

TEST_CASE("a body that throws breaks off at once, on a worker as on the loop") {
  RouteHandler handler;
  for (const bool waits : {false, true}) {
    handler.routes[waits ? "/worker" : "/loop"].handle = [waits](Request, Reply reply) {
      Response response;
      response.body = std::make_unique<Throwing>(waits);
      reply(std::move(response));
    };
  }
  SystemClock clock;
  TestDoor door([](DoorConfig&) {}, handler, clock);
  for (const std::string path : {"/loop", "/worker"}) {
    RawSocket socket(door.server->port());
    socket.say("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(socket.hear("chunk;").ends_with("chunk;"));
    CHECK(socket.is_closed());
  }
}
