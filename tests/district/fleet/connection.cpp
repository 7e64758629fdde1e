#include "tests/district/fleet/connection.h"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <utility>

#include "common/base/clock.h"
#include "common/base/text.h"

namespace rollcall::district {
namespace {

using net::Io;
using Socket = asio::ip::tcp::socket;

constexpr std::size_t kReplyLimit = 256 * 1024;

}  // namespace

std::string post_request(const std::string& host, const std::string& target, const std::string& body, bool packed) {
  std::string out = "POST " + target + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/json\r\n";
  if (packed) out += "Content-Encoding: deflate\r\n";
  return out + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

Connection::Connection(asio::io_context& io, asio::ip::tcp::endpoint server, net::SslPtr ssl)
    : socket_(io), server_(std::move(server)), ssl_(std::move(ssl)) {}

void Connection::send(std::string request, Done done) {
  out_ = std::move(request);
  put_ = 0;
  done_ = std::move(done);
  reader_ = std::make_unique<net::ResponseReader>(false, kReplyLimit);
  if (state_ == State::idle) {
    state_ = State::writing;
    return proceed();
  }
  socket_.async_connect(server_, [self = shared_from_this()](const auto& error) { self->connected(error); });
}

void Connection::connected(const boost::system::error_code& error) {
  if (state_ == State::closed) return;
  if (error) return break_off({Errc::unavailable, "connecting: " + error.message()});
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.native_non_blocking(true, ignored);
  stream_ = std::make_unique<net::Stream>(socket_.native_handle(), std::move(ssl_));
  state_ = State::handshaking;
  proceed();
}

void Connection::wait(Socket::wait_type what) {
  socket_.async_wait(what, [self = shared_from_this()](const auto& error) {
    if (error && self->state_ != State::closed) return self->break_off({Errc::io, error.message()});
    if (!error) self->proceed();
  });
}

void Connection::proceed() {
  while (state_ == State::handshaking || state_ == State::writing || state_ == State::reading) {
    switch (step()) {
      case Io::done: break;
      case Io::want_read: return wait(Socket::wait_read);
      case Io::want_write: return wait(Socket::wait_write);
      case Io::closed: return break_off({Errc::io, "the server closed the connection"});
      case Io::failed: return break_off({Errc::io, "TLS broke off (" + net::take_openssl_error() + ")"});
    }
  }
}

Io Connection::step() {
  if (state_ == State::handshaking) {
    const Io io = stream_->handshake();
    if (io == Io::done) {
      resumed_ = SSL_session_reused(stream_->ssl()) == 1;
      state_ = State::writing;
    }
    return io;
  }
  if (state_ == State::reading) return read_some();
  std::size_t put = 0;
  const Io io = stream_->write(std::string_view(out_).substr(put_), put);
  if (io == Io::done && (put_ += put) == out_.size()) state_ = State::reading;
  return io;
}

Io Connection::read_some() {
  std::array<char, 16 * 1024> bytes;
  std::size_t got = 0;
  const Io io = stream_->read(bytes.data(), bytes.size(), got);
  if (io != Io::done) return io;
  if (!reader_->feed(std::string_view(bytes.data(), got))) return Io::failed;
  if (reader_->is_done()) finish();
  return Io::done;
}

void Connection::finish() {
  Answer answer{reader_->status(), reader_->take_body(), 0};
  if (const auto seconds = parse_number<std::int64_t>(reader_->headers().get("Retry-After"))) {
    answer.retry_after_ms = std::max<std::int64_t>(0, *seconds) * kSecondMs;
  }
  const bool stays = reader_->keep_alive();
  reader_.reset();
  state_ = State::idle;
  if (!stays) close();
  // From the loop, because it may send again while this one is still being left.
  asio::post(socket_.get_executor(), [done = std::exchange(done_, nullptr), answer = std::move(answer)]() mutable {
    done(std::move(answer));
  });
}

void Connection::close() {
  if (state_ == State::closed) return;
  const bool waiting = done_ && state_ != State::idle;
  state_ = State::closed;
  if (stream_) stream_->finish();
  stream_.reset();
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (waiting) std::exchange(done_, nullptr)(fail(Errc::timeout, "no answer in time"));
}

void Connection::break_off(Error error) {
  auto done = std::exchange(done_, nullptr);
  close();
  if (done) done(std::unexpected(std::move(error)));
}

}  // namespace rollcall::district
