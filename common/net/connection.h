// One conversation: handshake, then requests one after the other, until one side closes. A coroutine, which calls
// others only for what must wait: what can go on at once is done by plain functions. Everything but the Reply
// happens on the loop thread.
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
  void accept_reply(std::uint64_t turn, std::optional<Response> response);
  bool is_interruptible() const { return phase_ == Phase::idle || phase_ == Phase::streaming; }
  // Nothing can be done before the peer says more: a handshake, a request or its rest.
  bool keeps_waiting() const { return phase_ == Phase::handshake || phase_ == Phase::idle || phase_ == Phase::reading; }
  // The same, and those that do not take what they are sent or do not leave: a full door may do without them.
  bool is_dispensable() const { return keeps_waiting() || phase_ == Phase::writing || phase_ == Phase::lingering; }
  std::int64_t since_ms() const { return since_ms_; }      // that it has been so, whatever little progress it made
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
  asio::awaitable<Next> answer_request();
  asio::awaitable<Next> answer_refused(Response refusal, bool head_only, bool keep);
  RequestReader::Step read();
  // True when `wanted` was reached. False: the peer left, time ran out, or the request is refused.
  asio::awaitable<bool> read_until(RequestReader::Step wanted);
  // True: the whole body is in the request's file. False: spool_failure_ says why not, or the reader, or the peer left.
  asio::awaitable<bool> spool(Request& request, const std::string& folder);
  asio::awaitable<bool> receive();
  asio::awaitable<Next> interrupted();
  void call_handler(Request request, bool on_loop);
  Response take_reply();
  asio::awaitable<Next> refuse(int status, std::string_view reason);
  asio::awaitable<void> linger();

  // connection_response.cpp
  asio::awaitable<bool> respond(Response response, bool head_only, bool keep);
  asio::awaitable<bool> send_chunks(std::unique_ptr<BodySource> source, std::string out);
  struct Pulled;
  asio::awaitable<void> pull(std::shared_ptr<Pulled> pulled);  // one chunk more
  asio::awaitable<bool> send_events(std::shared_ptr<EventSource> source, std::string out);
  Io write(std::string_view& bytes);  // what goes at once; done: all of it
  asio::awaitable<bool> send(std::string_view bytes);
  std::string head_of(const Response& response, std::optional<std::uint64_t> length, bool keep) const;
  void watch_peer();

  asio::awaitable<bool> ready(Io wanted);
  void enter(Phase phase, std::int64_t limit_ms);
  void begin_answer(std::int64_t limit_ms);
  void allow_more_writing();
  void hold(std::size_t bytes);
  void deliver(std::uint64_t turn, std::optional<Response> response);  // any thread; nothing: 500
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
  std::int64_t answer_until_ms_{INT64_MAX};  // whatever its progress
  std::int64_t held_bytes_{};
  bool http11_{true};
  bool calling_handler_{};
  bool peer_gone_{};
  std::uint64_t turn_{};  // counts requests; a reply of an earlier turn is ignored
  std::optional<Response> reply_;
  Signal signal_;
  std::optional<Error> spool_failure_;
};

}  // namespace rollcall::net
