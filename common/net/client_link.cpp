#include "common/net/client_link.h"

#include <poll.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace rollcall::net {

Link::Link(Socket socket) : socket_(std::move(socket)), stream_(std::make_unique<Stream>(socket_.get(), nullptr)) {}

Link::~Link() { stream_->finish(); }

Result<> Link::secure(ClientTls& tls, const std::string& host, const Deadline& deadline) {
  tls_ = &tls;
  stream_ = std::make_unique<Stream>(socket_.get(), TRY(tls.begin(host)));
  for (;;) {
    const Io io = stream_->handshake();
    if (io == Io::done) return {};
    if (io != Io::want_read && io != Io::want_write) return std::unexpected(broken());
    TRY(wait(io, deadline));
  }
}

Result<> Link::write(std::string_view bytes, const Deadline& deadline) {
  while (!bytes.empty()) {
    std::size_t put = 0;
    const Io io = stream_->write(bytes, put);
    if (io == Io::done) {
      bytes.remove_prefix(put);
    } else if (io == Io::want_read || io == Io::want_write) {
      TRY(wait(io, deadline));
    } else {
      return std::unexpected(broken());
    }
  }
  return {};
}

Result<std::size_t> Link::read(char* out, std::size_t size, const Deadline& deadline) {
  for (;;) {
    std::size_t got = 0;
    const Io io = stream_->read(out, size, got);
    if (io == Io::done) return got;
    if (io == Io::closed) return 0;
    if (io == Io::failed) return std::unexpected(broken());
    TRY(wait(io, deadline));
  }
}

Result<> Link::wait(Io wanted, const Deadline& deadline) const {
  pollfd waiting{socket_.get(), static_cast<short>(wanted == Io::want_write ? POLLOUT : POLLIN), 0};
  for (;;) {
    const int left = deadline.left_ms();
    if (left == 0) return fail(Errc::timeout, "the server took too long");
    const int ready = poll(&waiting, 1, left);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return fail(Errc::io, "waiting: " + std::generic_category().message(errno));
  }
}

Error Link::broken() const {
  if (stream_->ssl() != nullptr) return tls_->explain(stream_->ssl());
  return Error{Errc::io, "the connection broke off: " + std::generic_category().message(errno)};
}

bool Link::is_quiet() const {
  pollfd waiting{socket_.get(), POLLIN, 0};
  return !stream_->has_buffered() && poll(&waiting, 1, 0) == 0;
}

bool Link::resumed() const { return stream_->ssl() != nullptr && SSL_session_reused(stream_->ssl()) == 1; }

}  // namespace rollcall::net
