#include "common/net/http_server.h"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include "common/base/log.h"
#include "common/net/connection.h"
#include "common/net/door.h"
#include "common/net/server_tls.h"

namespace rollcall::net {
namespace {

using asio::ip::tcp;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr int kBacklog = 4096;
constexpr std::int64_t kCutMs = 5'000;
constexpr std::int64_t kHalfRequestMs = 2'000;  // nothing of it was acknowledged

void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Often enough that a short limit, as tests have, is kept to a quarter of itself.
std::chrono::milliseconds sweep_interval(const DoorLimits& limits) {
  const std::int64_t shortest = std::min(
      {limits.handshake_ms, limits.request_ms, limits.idle_ms, limits.response_ms, limits.answer_ms});
  return std::chrono::milliseconds(std::clamp<std::int64_t>(shortest / 4, 50, 1'000));
}

std::string text_of(const asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.to_string();
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
}

// What listens, shared by the coroutine that accepts and the server that stops it. Loop thread only.
class Listener : public std::enable_shared_from_this<Listener> {
 public:
  explicit Listener(std::shared_ptr<Door> door)
      : door_(std::move(door)), acceptor_(door_->io), sweep_(door_->io), pause_(door_->io) {}

  Result<> listen(const DoorConfig& config) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(config.address, error);
    if (error) return fail(Errc::invalid_argument, "'" + config.address + "' is not a numeric address");
    const tcp::endpoint endpoint(address, config.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && address.is_v6()) acceptor_.set_option(asio::ip::v6_only(false), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(kBacklog, error);
    if (error) {
      return fail(Errc::unavailable, "the " + config.name + " door cannot listen on " + config.address + " port " +
                                         std::to_string(config.port) + ": " + error.message());
    }
    return {};
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  void run() {
    asio::co_spawn(door_->io, accept(), [self = shared_from_this()](std::exception_ptr failure) {
      if (failure) log::error("the {} door stopped accepting", self->door_->name);
    });
    schedule_sweep();
  }

  void close() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  }
  void stop_sweeping() { sweep_.cancel(); }

 private:
  asio::awaitable<void> accept() {
    while (acceptor_.is_open()) {
      tcp::socket socket(door_->io);
      const auto [error] = co_await acceptor_.async_accept(socket, kAwait);
      if (!error) {
        welcome(std::move(socket));
      } else if (error != asio::error::operation_aborted && error != asio::error::connection_aborted) {
        log::warn("the {} door cannot accept: {}", door_->name, error.message());
        pause_.expires_after(std::chrono::milliseconds(100));
        static_cast<void>(co_await pause_.async_wait(kAwait));
      }
    }
  }

  void welcome(tcp::socket socket) {
    boost::system::error_code error;
    const auto peer = socket.remote_endpoint(error);
    if (error) return;
    std::string address = text_of(peer.address());
    if (!door_->admit(address)) return;
    socket.set_option(tcp::no_delay(true), error);
    socket.native_non_blocking(true, error);
    SslPtr ssl;
    if (door_->tls) {
      ssl.reset(SSL_new(door_->tls.get()));
      if (ssl) SSL_set_accept_state(ssl.get());
    }
    Connection::start(std::make_shared<Connection>(door_, std::move(socket), std::move(ssl), std::move(address)));
  }

  void schedule_sweep() {
    sweep_.expires_after(sweep_interval(door_->limits));
    sweep_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (error) return;
      self->door_->sweep();
      self->schedule_sweep();
    });
  }

  std::shared_ptr<Door> door_;
  tcp::acceptor acceptor_;
  asio::steady_timer sweep_, pause_;
};

class Server final : public HttpServer {
 public:
  Server(std::shared_ptr<Door> door, std::shared_ptr<Listener> listener)
      : door_(std::move(door)), listener_(std::move(listener)), port_(listener_->port()) {}
  ~Server() override { stop(0); }

  std::uint16_t port() const override { return port_; }

  DoorStats stats() const override {
    const DoorCounts& counts = door_->counts;
    return DoorStats{counts.open, counts.total, counts.handshakes_failed, counts.handshakes_resumed, counts.requests,
                     counts.timeouts};
  }

  Result<> reload_tls(const ServerTls& tls) override {
    ContextPtr made = TRY(make_server_context(tls, door_->sessions));
    asio::post(door_->io, [door = door_, made = std::move(made)]() mutable { door->tls = std::move(made); });
    return {};
  }

  void stop(std::int64_t grace_ms) override {
    std::unique_lock lock(mutex_);
    if (std::exchange(stopped_, true) || door_->io.stopped()) return;
    asio::post(door_->io, [this] { begin_stop(); });
    const auto gone_within = [&](std::int64_t ms) {
      return changed_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return empty_; });
    };
    const std::int64_t half_ms = std::min(grace_ms, kHalfRequestMs);
    if (gone_within(half_ms)) return;
    asio::post(door_->io, [door = door_] { door->cut(Door::Whom::unfinished); });
    if (gone_within(grace_ms - half_ms)) return;
    asio::post(door_->io, [door = door_] { door->cut(Door::Whom::everybody); });
    if (!gone_within(kCutMs)) {
      log::error("the {} door did not close in time", door_->name);
    }
  }

 private:
  void begin_stop() {
    listener_->close();
    door_->stopping = true;
    door_->on_empty = [this] {
      listener_->stop_sweeping();
      const std::lock_guard lock(mutex_);
      empty_ = true;
      changed_.notify_all();
    };
    if (door_->counts.open == 0) {
      door_->on_empty();
    } else {
      door_->cut(Door::Whom::idle);
    }
  }

  std::shared_ptr<Door> door_;
  std::shared_ptr<Listener> listener_;
  const std::uint16_t port_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_{}, empty_{};  // under mutex_
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(Loop& loop, WorkerPool& workers, const Clock& clock,
                                                      DoorConfig config, HttpHandler& handler) {
  raise_file_limit();
  const auto door = std::make_shared<Door>(loop, workers, clock, config, handler);
  if (config.tls) door->tls = TRY(with(make_server_context(*config.tls, door->sessions), "the " + config.name + " door"));
  const auto listener = std::make_shared<Listener>(door);
  TRY(listener->listen(config));
  std::unique_ptr<HttpServer> server = std::make_unique<Server>(door, listener);
  asio::post(door->io, [listener] { listener->run(); });
  return server;
}

}  // namespace rollcall::net
