// Bodies that go to files.
#include <poll.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>

#include "tests/must.h"
#include "tests/temporary_folder.h"
#include "tests/unit/net/fixture.h"

using namespace rollcall;
using namespace rollcall::net;

namespace {

constexpr std::size_t kLimit = 8 << 20;

struct SpoolDoor {
  explicit SpoolDoor(DoorLimits limits = {}) {
    handler.routes["/spool"] = {[this](Request request, Reply reply) {
                                  if (!request.spooled) return reply(text_response(500, "no file"));
                                  std::ifstream file(request.spooled->path(), std::ios::binary);
                                  const std::string text(std::istreambuf_iterator<char>(file), {});
                                  const auto mode = std::filesystem::status(request.spooled->path()).permissions();
                                  {
                                    const std::lock_guard lock(mutex);
                                    seen = {text, (static_cast<unsigned>(mode) & 077u) == 0};
                                  }
                                  reply(text_response(200, std::to_string(request.spooled->size())));
                                },
                                false, kLimit, std::nullopt, folder.path()};
    door = std::make_unique<TestDoor>([&](DoorConfig& config) { config.limits = limits; }, handler, clock);
  }
  std::uint16_t port() const { return door->server->port(); }
  // What the last request brought.
  struct Seen {
    std::string text;
    bool is_private{};
  };
  Seen last() {
    const std::lock_guard lock(mutex);
    return seen;
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder.path()), {}));
  }

  TemporaryFolder folder;
  SystemClock clock;
  RouteHandler handler;
  std::mutex mutex;  // the handler runs on a worker
  Seen seen;
  std::unique_ptr<TestDoor> door;
};

std::string head(std::size_t bytes) {
  return "POST /spool HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n";
}

}  // namespace

TEST_CASE("a large body goes through a private file that is gone with the request") {
  SpoolDoor spool;
  std::string body(5'000'000, 'x');
  for (std::size_t i = 0; i < body.size(); i += 997) body[i] = static_cast<char>(i);
  const auto answer = exchange(spool.port(), head(body.size()) + body);
  CHECK(answer.starts_with("HTTP/1.1 200"));
  CHECK(spool.last().text == body);
  CHECK(spool.last().is_private);
  CHECK(eventually([&] { return spool.files() == 0; }));
}

TEST_CASE("a chunked body goes the same way, and one of no bytes too") {
  SpoolDoor spool;
  const auto answer = exchange(spool.port(),
                               "POST /spool HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.1 200"));
  CHECK(spool.last().text == "abcdefg");
  CHECK(exchange(spool.port(), head(0)).ends_with("\r\n\r\n0"));
}

TEST_CASE("a body over the limit is refused and leaves no file") {
  SpoolDoor spool;
  CHECK(exchange(spool.port(), head(kLimit + 1)).starts_with("HTTP/1.1 413"));
  RawSocket chunked(spool.port());
  chunked.say("POST /spool HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n900000\r\n");
  CHECK(chunked.hear("\r\n\r\n").starts_with("HTTP/1.1 413"));
  CHECK(eventually([&] { return spool.files() == 0; }));
}

TEST_CASE("a peer that leaves in the middle leaves no file") {
  SpoolDoor spool;
  {
    RawSocket socket(spool.port());
    socket.say(head(1'000'000) + std::string(500'000, 'x'));
    CHECK(eventually([&] { return spool.files() == 1; }));
  }
  CHECK(eventually([&] { return spool.files() == 0; }));
}

TEST_CASE("a body may take longer than a request, but not stand still, and not for ever") {
  DoorLimits limits;
  limits.request_ms = 1'200;
  limits.spool_ms = 3'000;
  SpoolDoor spool(limits);
  RawSocket still(spool.port());
  still.say(head(100) + "x");
  CHECK(still.hear("\r\n\r\n").starts_with("HTTP/1.1 408"));
  // Comes on and on, a byte at a time.
  RawSocket slow(spool.port());
  slow.say(head(100'000));
  const auto began_ms = spool.clock.monotonic_ms();
  CHECK(eventually([&] { return spool.files() == 1; }));
  while (spool.files() == 1 && spool.clock.monotonic_ms() < began_ms + 10'000) {
    slow.say("x");
    ::poll(nullptr, 0, 100);
  }
  const auto took_ms = spool.clock.monotonic_ms() - began_ms;
  CHECK(took_ms > limits.request_ms);
  CHECK(took_ms < 10'000);
  CHECK(eventually([&] { return spool.files() == 0; }));
}

TEST_CASE("a third upload at once is asked to come again") {
  SpoolDoor spool;
  RawSocket first(spool.port()), second(spool.port());
  first.say(head(10) + "x"), second.say(head(10) + "x");
  CHECK(eventually([&] { return spool.files() == 2; }));
  CHECK(exchange(spool.port(), head(1) + "x").starts_with("HTTP/1.1 503"));
  first.say("123456789");
  CHECK(first.hear().starts_with("HTTP/1.1 200"));
  CHECK(exchange(spool.port(), head(1) + "x").starts_with("HTTP/1.1 200"));
}

TEST_CASE("a disk without room, and a folder that is not there, are told apart") {
  const TemporaryFolder folder;
  const auto full = SpooledBody::create(folder.path(), 1ull << 60);
  REQUIRE_FALSE(full);
  CHECK(full.error().code == Errc::storage_full);
  CHECK_FALSE(SpooledBody::create(folder / "nowhere", 0));
}

TEST_CASE("the client sends a body piece by piece") {
  SpoolDoor spool;
  ClientConfig config;
  config.url = "http://127.0.0.1:" + std::to_string(spool.port());
  config.allow_plain = true;
  const auto client = must(TlsHttpClient::open(std::move(config), spool.clock));
  ClientRequest request;
  request.method = Method::post;
  request.target = "/spool";
  request.body_size = 3'000'000;
  request.body_pieces = [] { return Result<std::string>(std::string(100'000, 'p')); };
  const auto response = must(client->send(request));
  CHECK(response.body == "3000000");
  CHECK(spool.last().text == std::string(3'000'000, 'p'));
  request.body_pieces = [] { return Result<std::string>(std::string()); };
  const auto shorter = client->send(request);
  REQUIRE_FALSE(shorter);
  CHECK(shorter.error().code == Errc::conflict);
}
