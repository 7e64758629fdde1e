#include "common/net/connection.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "common/base/log.h"
#include "common/base/text.h"
#include "common/net/server_tls.h"

namespace rollcall::net {
namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::int64_t kLingerMs = 2'000;
constexpr std::size_t kLingerBytes = 1024 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// One buffer for all connections: an idle one then owns none, and nothing here is kept across a wait.
thread_local char received[16 * 1024];

// One of the bodies that go to files now.
class Spooling {
 public:
  explicit Spooling(int& count) : count_(count) { ++count_; }
  ~Spooling() { --count_; }
  Spooling(const Spooling&) = delete;
  Spooling& operator=(const Spooling&) = delete;

 private:
  int& count_;
};

}  // namespace

// What a Reply is made of: dropped uncalled, it answers 500, so that no peer waits for nothing.
class PendingReply {
 public:
  PendingReply(std::shared_ptr<Connection> connection, std::uint64_t turn)
      : connection_(std::move(connection)), turn_(turn) {}
  PendingReply(PendingReply&&) = default;
  PendingReply& operator=(PendingReply&&) = delete;
  ~PendingReply() {
    if (connection_) connection_->deliver(turn_, std::nullopt);
  }
  void operator()(Response response) {
    if (const auto connection = std::exchange(connection_, nullptr)) connection->deliver(turn_, std::move(response));
  }

 private:
  std::shared_ptr<Connection> connection_;
  std::uint64_t turn_;
};

Connection::Connection(std::shared_ptr<Door> door, asio::ip::tcp::socket socket, SslPtr ssl, std::string address)
    : door_(std::move(door)),
      socket_(std::move(socket)),
      stream_(socket_.native_handle(), std::move(ssl)),
      address_(std::move(address)),
      reader_(door_->limits.header_bytes) {}

Connection::~Connection() = default;

void Connection::start(std::shared_ptr<Connection> connection) {
  connection->door_->join(*connection);
  Connection& self = *connection;
  asio::co_spawn(self.door_->io, self.run(), [connection = std::move(connection)](std::exception_ptr failure) {
    if (failure) {
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception& error) {
        log::error("a connection at the {} door ended with: {}", connection->door_->name, error.what());
      }
    }
    connection->hold(0);
    connection->stream_.finish();
    boost::system::error_code ignored;
    connection->socket_.close(ignored);
    connection->door_->leave(*connection, connection->address_);
  });
}

asio::awaitable<void> Connection::run() {
  Next next = Next::keep;
  if (!co_await handshake()) next = Next::linger;  // so that the peer can read the alert
  while (next == Next::keep) {
    enter(Phase::idle, door_->limits.idle_ms);
    answer_until_ms_ = INT64_MAX;
    const bool asked = co_await read_until(RequestReader::Step::head);
    if (asked) {
      next = co_await answer_request();
    } else {
      next = co_await interrupted();
    }
  }
  if (next == Next::linger) co_await linger();
}

asio::awaitable<bool> Connection::handshake() {
  enter(Phase::handshake, door_->limits.handshake_ms);
  for (;;) {
    const Io io = stream_.handshake();
    if (io == Io::done) break;
    const bool waiting = io == Io::want_read || io == Io::want_write;
    if (waiting && co_await ready(io)) continue;
    ++door_->counts.handshakes_failed;
    log::debug("a handshake at the {} door failed: {}", door_->name, take_openssl_error());
    co_return false;
  }
  co_return describe_peer();
}

bool Connection::describe_peer() {
  if (stream_.ssl() == nullptr) return true;
  if (SSL_session_reused(stream_.ssl()) == 1) ++door_->counts.handshakes_resumed;
  auto certificate = client_certificate(stream_.ssl());
  if (certificate) certificate_ = std::move(*certificate);
  forget_certificate(stream_.ssl());
  return certificate.has_value();
}

asio::awaitable<Connection::Next> Connection::answer_request() {
  ++door_->counts.requests;
  ++turn_;
  http11_ = reader_.is_http11();
  RequestHead head = reader_.take_head();
  head.peer = peer_of(head);
  const std::size_t limit = door_->limits.requests_per_connection;
  const bool last = !reader_.keep_alive() || (limit != 0 && turn_ >= limit);
  const bool head_only = head.method == Method::head;
  HttpHandler::Plan plan = door_->handler.plan(head);
  if (plan.refusal || !reader_.expect_body(plan.body_limit)) {
    Response refusal = plan.refusal ? std::move(*plan.refusal) : door_->handler.refuse(413, "the body is too large");
    co_return co_await answer_refused(std::move(refusal), head_only, !last);
  }
  if (reader_.expects_continue() && !co_await send(kContinue)) co_return Next::close;
  if (phase_ == Phase::writing) enter(Phase::reading, door_->limits.request_ms);
  Request request;
  bool whole = false;
  if (plan.spool_folder.empty()) {
    whole = read() == RequestReader::Step::complete || co_await read_until(RequestReader::Step::complete);
  } else {
    whole = co_await spool(request, plan.spool_folder);
  }
  if (!whole) co_return co_await interrupted();
  static_cast<RequestHead&>(request) = std::move(head);
  request.body = reader_.take_body();
  hold(0);
  call_handler(std::move(request), plan.on_loop);
  while (!reply_ && cut_ == Cut::no) co_await signal_.next();
  Response response = take_reply();
  if (cut_ == Cut::closing) co_return Next::close;
  const bool keep = !last && !response.close && !door_->stopping && cut_ == Cut::no;
  cut_ = Cut::no;
  const bool sent = co_await respond(std::move(response), head_only, keep);
  co_return sent && keep ? Next::keep : Next::close;
}

asio::awaitable<Connection::Next> Connection::answer_refused(Response refusal, bool head_only, bool keep) {
  const bool unread = reader_.has_body();
  keep = keep && !unread && !refusal.close && !door_->stopping;
  if (!unread) reader_.step(), reader_.take_body();
  const bool sent = co_await respond(std::move(refusal), head_only, keep);
  if (sent && keep) co_return Next::keep;
  co_return sent ? Next::linger : Next::close;
}

RequestReader::Step Connection::read() {
  if (phase_ == Phase::idle && reader_.started()) enter(Phase::reading, door_->limits.request_ms);
  const RequestReader::Step step = reader_.step();
  hold(reader_.held_bytes());
  return step;
}

asio::awaitable<bool> Connection::read_until(RequestReader::Step wanted) {
  for (;;) {
    const RequestReader::Step step = read();
    if (step == wanted) co_return true;
    if (step == RequestReader::Step::failed || !co_await receive()) co_return false;
  }
}

asio::awaitable<bool> Connection::spool(Request& request, const std::string& folder) {
  spool_failure_.reset();
  if (door_->spooling >= door_->limits.spools) {
    spool_failure_ = Error{Errc::unavailable, "other uploads are under way; try again in a minute"};
    co_return false;
  }
  auto file = SpooledBody::create(folder, reader_.announced());
  if (!file) {
    spool_failure_ = file.error();
    co_return false;
  }
  const Spooling counted(door_->spooling);
  const std::int64_t last_ms = door_->clock.monotonic_ms() + door_->limits.spool_ms;
  for (;;) {
    const RequestReader::Step step = reader_.step();
    const auto appended = step == RequestReader::Step::failed ? Result<>() : (*file)->append(reader_.take_some());
    hold(reader_.held_bytes());
    if (!appended) spool_failure_ = appended.error();
    if (!appended || step == RequestReader::Step::failed) co_return false;
    if (step == RequestReader::Step::complete) break;
    if (!co_await receive()) co_return false;
    deadline_ms_ = std::min(door_->clock.monotonic_ms() + door_->limits.request_ms, last_ms);
  }
  request.spooled = std::move(*file);
  co_return true;
}

asio::awaitable<bool> Connection::receive() {
  // What is not said to be there is waited for first: reading would only find nothing.
  Io io = stream_.has_buffered() ? Io::done : Io::want_read;
  for (;;) {
    if (io != Io::done && !co_await ready(io)) co_return false;
    std::size_t got = 0;
    io = stream_.read(received, sizeof received, got);
    if (io == Io::done) {
      reader_.append(std::string_view(received, got));
      co_return true;
    }
    if (io != Io::want_read && io != Io::want_write) co_return false;
  }
}

asio::awaitable<Connection::Next> Connection::interrupted() {
  if (spool_failure_) {
    const Error error = std::move(*spool_failure_);
    spool_failure_.reset();
    const bool ours = error.code != Errc::storage_full && error.code != Errc::unavailable;
    if (ours) log::error("a request's body cannot be kept: {}", error.message);
    const int status = error.code == Errc::storage_full ? 507 : ours ? 500 : 503;
    co_return co_await refuse(status, ours ? std::string_view("the body cannot be kept") : error.message);
  }
  const RequestReader::Failure failure = reader_.failure();
  if (failure.status != 0) co_return co_await refuse(failure.status, failure.reason);
  if (cut_ != Cut::timeout || phase_ != Phase::reading) co_return Next::close;
  cut_ = Cut::no;
  co_return co_await refuse(408, "the request took too long");
}

asio::awaitable<Connection::Next> Connection::refuse(int status, std::string_view reason) {
  Response response = door_->handler.refuse(status, reason);
  const bool sent = co_await respond(std::move(response), false, false);
  co_return sent ? Next::linger : Next::close;
}

void Connection::call_handler(Request request, bool on_loop) {
  enter(Phase::handling, door_->limits.response_ms);
  reply_.reset();
  Reply reply = PendingReply(shared_from_this(), turn_);
  if (on_loop) {
    calling_handler_ = true;
    door_->handler.handle(std::move(request), std::move(reply));
    calling_handler_ = false;
    return;
  }
  const bool queued = door_->workers.submit(
      [&handler = door_->handler, request = std::move(request), reply = std::move(reply)]() mutable {
        handler.handle(std::move(request), std::move(reply));
      });
  if (queued) return;
  ++turn_;  // the reply that was dropped with the work is not the answer
  reply_ = door_->handler.refuse(503, "the server is busy");
  reply_->headers.set("Retry-After", "2");
}

Response Connection::take_reply() {
  if (!reply_) {
    ++turn_;
    return door_->handler.refuse(503, "the answer took too long");
  }
  Response response = std::move(*reply_);
  reply_.reset();
  return response;
}

void Connection::deliver(std::uint64_t turn, std::optional<Response> response) {
  if (door_->io.get_executor().running_in_this_thread() && calling_handler_) {
    accept_reply(turn, std::move(response));
    return;
  }
  door_->hand_over({shared_from_this(), turn, std::move(response)});
}

void Connection::accept_reply(std::uint64_t turn, std::optional<Response> response) {
  if (turn != turn_ || phase_ != Phase::handling || reply_) return;
  reply_ = response ? std::move(*response) : door_->handler.refuse(500, "the request was dropped");
  signal_.raise();
}

// A peer that still sends would have the answer reset before it was read: so its bytes are taken and forgotten.
asio::awaitable<void> Connection::linger() {
  enter(Phase::lingering, kLingerMs);
  stream_.finish();
  for (std::size_t taken = 0; taken < kLingerBytes; taken += 16 * 1024) {
    const Io io = stream_.discard();
    if (io == Io::done) continue;
    if (io != Io::want_read || !co_await ready(io)) co_return;
  }
}

asio::awaitable<bool> Connection::ready(Io wanted) {
  if (cut_ != Cut::no) co_return false;
  const auto type = wanted == Io::want_write ? asio::socket_base::wait_write : asio::socket_base::wait_read;
  const auto [error] = co_await socket_.async_wait(type, kAwait);
  co_return !error && cut_ == Cut::no;
}

void Connection::enter(Phase phase, std::int64_t limit_ms) {
  phase_ = phase;
  since_ms_ = door_->clock.monotonic_ms();
  deadline_ms_ = since_ms_ + limit_ms;
}

void Connection::hold(std::size_t bytes) {
  const auto more = static_cast<std::int64_t>(bytes) - std::exchange(held_bytes_, static_cast<std::int64_t>(bytes));
  if (more != 0) door_->hold(more);
}

void Connection::sweep(std::int64_t now_ms) {
  if (phase_ == Phase::streaming) {
    signal_.raise();
    return;
  }
  if (now_ms < deadline_ms_ || cut_ != Cut::no) return;
  ++door_->counts.timeouts;
  cut_ = Cut::timeout;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  if (phase_ == Phase::handling) signal_.raise();
}

void Connection::cut() {
  hold(0);
  cut_ = Cut::closing;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  if (phase_ == Phase::handling || phase_ == Phase::streaming) signal_.raise();
}

Peer Connection::peer_of(const RequestHead& head) const {
  Peer peer{address_, door_->name, certificate_};
  if (door_->trusted_proxies.empty()) return peer;
  const auto trusted = [&](std::string_view text) {
    const auto address = parse_address(text);
    return address && std::ranges::any_of(door_->trusted_proxies, [&](const auto& it) { return it.contains(*address); });
  };
  if (!trusted(address_)) return peer;
  std::vector<std::string_view> hops;
  for (const auto& [name, value] : head.headers.all()) {
    if (!equal_ignoring_case(name, "X-Forwarded-For")) continue;
    const auto more = split(value, ',');
    hops.insert(hops.end(), more.begin(), more.end());
  }
  // The nearest address that is not one of our proxies; what stands left of it is hearsay.
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(std::string(trim(*hop)), error);
    if (error) return peer;
    peer.address = address.to_string();
    if (!trusted(peer.address)) return peer;
  }
  return peer;
}

}  // namespace rollcall::net
