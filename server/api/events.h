// Live events for the console: which devices changed, never what. A stream holds no thread; a ring of the
// newest events answers Last-Event-ID, and whoever missed more than it holds is told to read everything
// again (`resync`). Ids start at the program's start time, so that an id of an earlier run is never taken
// for one of this run. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/net/http_message.h"
#include "server/domain/permission.h"
#include "server/service/fleet.h"

namespace rollcall::api {

class EventHub {
 public:
  static constexpr std::size_t kRing = 256;
  static constexpr std::size_t kMaxStreams = 2'000;
  static constexpr std::size_t kMaxStreamsOfPerson = 16;  // a browser shares one among its tabs

  explicit EventHub(const Clock& clock);
  ~EventHub();

  // Wakes every stream. For service::Fleet, which coalesces to one call in 250 ms.
  void publish(const service::FleetChanges& changes);

  struct Reader {
    std::string person;  // who is counted
    // What it may see by now; nothing: its session is over. Asked before anything is told, on the loop thread: a
    // scope that changed is answered by a resync.
    std::function<std::optional<domain::Scope>()> scope;
    std::function<bool(const domain::Scope& scope, std::string_view id)> covers;  // a device, where it is now
  };
  // `last_seen`: the Last-Event-ID, if the browser had one. Errors: rate_limited (the person
  // has kMaxStreamsOfPerson open), unavailable (kMaxStreams are open).
  Result<std::unique_ptr<net::EventSource>> follow(std::optional<std::uint64_t> last_seen, Reader reader);

  std::size_t streams() const;

 private:
  struct State;
  class Stream;
  std::shared_ptr<State> state_;
};

}  // namespace rollcall::api
