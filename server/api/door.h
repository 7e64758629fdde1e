// What stands behind a listener: route, guard, handler, answer. One Door for people, one for agents, one for
// the probe; the routes of one are unknown to the others.
//
// plan() runs on the loop thread; handle() where the route's row says. Both are thread-safe.
#pragma once

#include <functional>

#include "common/base/clock.h"
#include "common/base/seldom.h"
#include "common/net/http_message.h"
#include "server/api/fair_queue.h"
#include "server/api/guard.h"
#include "server/api/metrics.h"
#include "server/api/router.h"
#include "server/api/static_files.h"

namespace rollcall::api {

struct DoorParts {
  Router router;
  const Guard& guard;
  const Clock& clock;
  DoorMetrics& metrics;
  const StaticFiles* files{};  // the console; null for the other doors
  bool for_browsers{};         // adds the headers that tell a browser what it must not do
  // Runs work of Where::hasher elsewhere, later, or turns it away. Null: done in place.
  std::function<void(FairQueue::Waiting)> hashers{};
};

class Door final : public net::HttpHandler {
 public:
  explicit Door(DoorParts parts) : parts_(std::move(parts)) {}

  Plan plan(const net::RequestHead& head) override;
  void handle(net::Request request, net::Reply reply) override;
  net::Response refuse(int status, std::string_view reason) override;

  const Router& router() const { return parts_.router; }

 private:
  struct Begun {
    std::int64_t started_ms;
    bool on_localhost;
  };
  Begun begin(const net::RequestHead& head) const;
  net::Response finish(net::Response response, const Begun& begun);
  void hash(Call call, const Answer& answer, const Begun& begun, net::Reply reply);
  net::Response turn_away(const Begun& begun);
  net::Response nothing_here(const net::RequestHead& head, const Router::Match& match) const;

  DoorParts parts_;
  Seldom turned_away_{kMinuteMs};
};

}  // namespace rollcall::api
