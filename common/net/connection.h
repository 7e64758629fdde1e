// One conversation: handshake, then requests one after the other, until one side closes. A single coroutine;
// everything but the Reply happens on the loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/net/door.h"
#include "common/net/http_message.h"
#include "common/net/request_reader.h"
#include "common/net/signal.h"
#include "common/net/stream.h"

namespace rollcall::net {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `ssl` is null on a plain door. `address` is the peer's, numeric.
  Connection(std::shared_ptr<Door> door, asio::ip::tcp::socket socket, SslPtr ssl, std::string address);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Holds the connection until it is over; never throws.
  static void start(std::shared_ptr<Connection> connection);

  // By the door:
  void sweep(std::int64_t now_ms);
  void cut();  // ends it as soon as it next waits
  bool is_interruptible() const { return phase_ == Phase::idle || phase_ == Phase::streaming; }
  // Nothing can be done before the peer says more: a handshake, a request or its rest.
  bool keeps_waiting() const { return phase_ == Phase::handshake || phase_ == Phase::idle || phase_ == Phase::reading; }
  std::int64_t since_ms() const { return since_ms_; }      // that it has been so
  std::int64_t held_bytes() const { return held_bytes_; }  // of a request that is not whole
  const std::string& address() const { return address_; }
  std::size_t place{};  // in the door's list
  bool asked_to_leave{};

 private:
  friend class PendingReply;
  enum class Phase { handshake, idle, reading, handling, writing, streaming, lingering };
  enum class Cut { no, timeout, closing };
  // What becomes of the connection after an exchange.
  enum class Next { keep, close, linger };

  asio::awaitable<void> run();
  asio::awaitable<bool> handshake();
  asio::awaitable<Next> exchange();
  asio::awaitable<Next> answer_request(RequestHead head, bool last);
  asio::awaitable<bool> read_until(RequestReader::Step wanted);
  asio::awaitable<bool> receive();
  asio::awaitable<Next> interrupted();
  asio::awaitable<Response> handled(Request request, bool on_loop);
  asio::awaitable<Next> refuse(int status, std::string_view reason);
  asio::awaitable<void> linger();

  // connection_response.cpp
  asio::awaitable<bool> respond(Response response, bool head_only, bool keep);
  asio::awaitable<bool> send_chunks(std::unique_ptr<BodySource> source, std::string out);
  asio::awaitable<bool> send_events(std::shared_ptr<EventSource> source, std::string out);
  asio::awaitable<bool> send(std::string_view bytes);
  std::string head_of(const Response& response, std::optional<std::uint64_t> length, bool keep) const;
  void watch_peer();

  asio::awaitable<bool> ready(Io wanted);
  void enter(Phase phase, std::int64_t limit_ms);
  void hold(std::size_t bytes);
  void deliver(std::uint64_t turn, std::optional<Response> response);  // any thread; nothing: 500
  void accept_reply(std::uint64_t turn, std::optional<Response> response);
  Peer peer_of(const RequestHead& head) const;
  bool describe_peer();

  std::shared_ptr<Door> door_;
  asio::ip::tcp::socket socket_;
  Stream stream_;
  std::string address_;
  std::optional<ClientCertificate> certificate_;
  RequestReader reader_;
  Phase phase_{Phase::handshake};
  Cut cut_{Cut::no};
  std::int64_t since_ms_{}, deadline_ms_{};
  std::int64_t held_bytes_{};
  bool http11_{true};
  bool calling_handler_{};
  bool peer_gone_{};
  std::uint64_t turn_{};  // counts requests; a reply of an earlier turn is ignored
  std::optional<Response> reply_;
  Signal signal_;
};

}  // namespace rollcall::net
