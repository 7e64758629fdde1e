// The shared part of a door's connections: its rules, its counts and who is inside. Loop thread only, but for
// the counts and hand_over().
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/clock.h"
#include "common/net/http_server.h"
#include "common/net/loop_impl.h"
#include "common/net/openssl.h"
#include "common/net/session_cache.h"

namespace rollcall::net {

class Connection;

struct DoorCounts {
  std::atomic<std::uint64_t> open{}, total{}, handshakes_failed{}, handshakes_resumed{}, requests{}, timeouts{};
};

class Door {
 public:
  Door(Loop& loop, WorkerPool& pool, const Clock& time, DoorConfig& config, HttpHandler& behind)
      : io(loop.impl().io),
        workers(pool),
        clock(time),
        handler(behind),
        name(config.name),
        limits(config.limits),
        trusted_proxies(std::move(config.trusted_proxies)),
        sessions(limits.tls_sessions) {}

  asio::io_context& io;
  WorkerPool& workers;
  const Clock& clock;
  HttpHandler& handler;
  const std::string name;
  const DoorLimits limits;
  const std::vector<Network> trusted_proxies;

  DoorCounts counts;
  SessionCache sessions;
  ContextPtr tls;  // null: a plain door
  bool stopping{};
  int spooling{};  // bodies that go to files now

  // False: there are too many of them, from this address, or in all and nobody can be asked to leave.
  bool admit(const std::string& address);
  // A connection holds so many bytes more, or fewer, of a request that is not whole.
  void hold(std::int64_t bytes);
  void join(Connection& connection);
  void leave(Connection& connection, const std::string& address);

  // A reply from another thread, on its way to the loop; nothing: 500.
  struct Reply {
    std::shared_ptr<Connection> connection;
    std::uint64_t turn{};
    std::optional<Response> response;
  };
  // Any thread. What comes before the loop has turned travels together: one commit answers hundreds.
  void hand_over(Reply reply);

  // Ends what has overstayed. Once a second, instead of a timer for every operation.
  void sweep();
  enum class Whom {
    idle,        // wait for a request, or listen to events
    unfinished,  // and those whose request is not whole
    everybody,
  };
  void cut(Whom whom);

  // Called on the loop thread when the last connection has left a door that is stopping.
  std::move_only_function<void()> on_empty;

 private:
  enum class For { connections, bytes };
  void make_room(For what);

  std::vector<Connection*> inside_;
  std::size_t leaving_{};  // of them were asked to, to make room
  std::int64_t held_bytes_{};
  std::unordered_map<std::string, std::size_t> per_address_;  // empty unless there is a limit

  std::mutex replies_mutex_;  // guards the next
  std::weak_ptr<std::vector<Reply>> replies_;  // those that the loop has not begun to take; the loop's queue owns them
};

}  // namespace rollcall::net
