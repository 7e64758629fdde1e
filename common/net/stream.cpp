#include "common/net/stream.h"

#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

namespace rollcall::net {
namespace {

Io plain_outcome(ssize_t returned, Io wanted) {
  if (returned > 0) return Io::done;
  if (returned == 0) return Io::closed;
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? wanted : Io::failed;
}

int clamp(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, INT_MAX)); }

}  // namespace

Stream::Stream(int socket, SslPtr ssl) : socket_(socket), ssl_(std::move(ssl)) {
  if (ssl_) usable_ = SSL_set_fd(ssl_.get(), socket_) == 1;
}

Stream::~Stream() {
  // OpenSSL forgets the session of a connection that was not closed in order, which every closed lid is.
  if (ssl_) SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

Io Stream::outcome(int returned) {
  if (returned > 0) return Io::done;
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ: return Io::want_read;
    case SSL_ERROR_WANT_WRITE: return Io::want_write;
    case SSL_ERROR_ZERO_RETURN: return Io::closed;
    default: break;
  }
  usable_ = false;
  return Io::failed;
}

Io Stream::handshake() {
  if (!ssl_) return Io::done;
  ERR_clear_error();
  return outcome(SSL_do_handshake(ssl_.get()));
}

Io Stream::read(char* out, std::size_t size, std::size_t& got) {
  if (!ssl_) {
    const ssize_t returned = ::recv(socket_, out, size, 0);
    if (returned > 0) got = static_cast<std::size_t>(returned);
    return plain_outcome(returned, Io::want_read);
  }
  ERR_clear_error();
  const int returned = SSL_read(ssl_.get(), out, clamp(size));
  if (returned > 0) got = static_cast<std::size_t>(returned);
  return outcome(returned);
}

Io Stream::write(std::string_view bytes, std::size_t& put) {
  if (!ssl_) {
    const ssize_t returned = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (returned > 0) put = static_cast<std::size_t>(returned);
    return plain_outcome(returned, Io::want_write);
  }
  ERR_clear_error();
  const int returned = SSL_write(ssl_.get(), bytes.data(), clamp(bytes.size()));
  if (returned > 0) put = static_cast<std::size_t>(returned);
  return outcome(returned);
}

bool Stream::has_buffered() const { return ssl_ && SSL_has_pending(ssl_.get()) == 1; }

void Stream::finish() {
  if (ssl_ && usable_ && SSL_is_init_finished(ssl_.get()) == 1) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  ::shutdown(socket_, SHUT_WR);
}

Io Stream::discard() {
  char bytes[16384];
  return plain_outcome(::recv(socket_, bytes, sizeof bytes, 0), Io::want_read);
}

}  // namespace rollcall::net
