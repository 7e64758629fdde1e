#include <atomic>
#include <catch2/catch.hpp>
#include <mutex>

#include "tests/unit/net/fixture.h"

using namespace rollcall;
using namespace rollcall::net;

namespace {

// Shared by the test and the source that the door owns.
struct Feed {
  std::mutex mutex;
  std::vector<Event> waiting;
  std::function<void()> wake;
  std::atomic<bool> alive{true}, subscribed{}, gone{};

  void publish(Event event) {
    std::function<void()> waking;
    {
      const std::lock_guard lock(mutex);
      waiting.push_back(std::move(event));
      waking = wake;
    }
    if (waking) waking();
  }
};

class FeedSource final : public EventSource {
 public:
  explicit FeedSource(std::shared_ptr<Feed> feed) : feed_(std::move(feed)) {}
  ~FeedSource() override { feed_->gone = true; }
  void subscribe(std::function<void()> wake) override {
    const std::lock_guard lock(feed_->mutex);
    feed_->wake = std::move(wake);
    feed_->subscribed = true;
  }
  std::vector<Event> take() override {
    const std::lock_guard lock(feed_->mutex);
    return std::exchange(feed_->waiting, {});
  }
  bool alive() override { return feed_->alive; }

 private:
  std::shared_ptr<Feed> feed_;
};

struct EventDoor {
  EventDoor() : door([](DoorConfig&) {}, routes(), clock) {}
  RouteHandler& routes() {
    handler.routes["/events"].handle = [this](Request, Reply reply) {
      Response response;
      response.body = std::make_unique<FeedSource>(feed);
      reply(std::move(response));
    };
    return handler;
  }
  FakeClock clock;
  std::shared_ptr<Feed> feed = std::make_shared<Feed>();
  RouteHandler handler;
  TestDoor door;
};

constexpr std::string_view kFollow = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n";

}  // namespace

TEST_CASE("an event reaches a listening browser, whichever thread it comes from") {
  EventDoor at;
  RawSocket browser(at.door.server->port());
  browser.say(kFollow);
  const std::string head = browser.hear("\r\n\r\n");
  CHECK(head.find("Content-Type: text/event-stream") != head.npos);
  CHECK(head.find("Cache-Control: no-store") != head.npos);
  REQUIRE(eventually([&] { return at.feed->subscribed.load(); }));
  for (std::uint64_t id = 1; id <= 3; ++id) {
    at.feed->publish({id, "devices", "{}"});
    CHECK(browser.hear("data: {}\n\n").find("id: " + std::to_string(id) + "\nevent: devices\n") != std::string::npos);
  }
  browser.close();
  CHECK(eventually([&] { return at.feed->gone.load(); }));
  at.feed->publish({9, "devices", "{}"});  // nobody is there; nothing happens
}

TEST_CASE("HEAD of a stream is answered by headers alone, and the connection goes on") {
  EventDoor at;
  RawSocket browser(at.door.server->port());
  browser.say("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string head = browser.hear("\r\n\r\n");
  CHECK(head.find("Content-Type: text/event-stream") != head.npos);
  CHECK(head.find("Connection: close") == head.npos);
  CHECK(eventually([&] { return at.feed->gone.load(); }));
  CHECK_FALSE(at.feed->subscribed);
  browser.say("HEAD /events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(browser.hear("\r\n\r\n").find("Connection: close") != std::string::npos);
  CHECK(browser.is_closed());
}

TEST_CASE("a silent stream's heart beats every fifteen seconds") {
  EventDoor at;
  RawSocket browser(at.door.server->port());
  browser.say(kFollow);
  browser.hear("\r\n\r\n");
  REQUIRE(eventually([&] { return at.feed->subscribed.load(); }));
  at.clock.advance(15'000);
  CHECK(browser.hear(": \n\n").find("<silence>") == std::string::npos);
}

TEST_CASE("a stream whose session was revoked ends within a second or two") {
  EventDoor at;
  RawSocket browser(at.door.server->port());
  browser.say(kFollow);
  browser.hear("\r\n\r\n");
  REQUIRE(eventually([&] { return at.feed->subscribed.load(); }));
  at.feed->alive = false;
  CHECK(browser.is_closed());
  CHECK(eventually([&] { return at.feed->gone.load(); }));
}

TEST_CASE("a stop ends streams at once") {
  EventDoor at;
  RawSocket browser(at.door.server->port());
  browser.say(kFollow);
  browser.hear("\r\n\r\n");
  REQUIRE(eventually([&] { return at.feed->subscribed.load(); }));
  at.door.server->stop(10'000);
  CHECK(at.feed->gone);
}

TEST_CASE("the client follows events until it has heard enough") {
  EventDoor at;
  SystemClock clock;
  ClientConfig config;
  config.url = "http://127.0.0.1:" + std::to_string(at.door.server->port());
  config.allow_plain = true;
  auto client = TlsHttpClient::open(config, clock);
  REQUIRE(client);
  at.feed->waiting = {{1, "devices", "{\"ids\":[]}"}, {2, "overview", "{}"}, {3, "resync", "{}"}};
  std::vector<Event> heard;
  const auto followed = (*client)->follow_events(get_request("/events"), [&](const Event& event) {
    heard.push_back(event);
    return heard.size() < 2;
  });
  CHECK(followed);
  REQUIRE(heard.size() == 2);
  CHECK(heard[1].name == "overview");
  CHECK((*client)->follow_events(get_request("/nothing"), [](const Event&) { return true; }).error().code ==
        Errc::not_found);
}
