// One connection of the client: a socket, TLS on it or not, and waiting with a deadline.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "common/base/result.h"
#include "common/net/client_dial.h"
#include "common/net/client_tls.h"
#include "common/net/stream.h"

namespace rollcall::net {

class Link {
 public:
  // Plain at first.
  explicit Link(Socket socket);
  // Ends it in order: without a close of TLS the server may forget the session.
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // `tls` outlives the link. Errors: permission_denied, timeout, io, unavailable.
  Result<> secure(ClientTls& tls, const std::string& host, const Deadline& deadline);
  Result<> write(std::string_view bytes, const Deadline& deadline);
  // 0: the peer ended the stream.
  Result<std::size_t> read(char* out, std::size_t size, const Deadline& deadline);
  // False when the peer has closed or said something that nobody asked for.
  bool is_quiet() const;
  bool resumed() const;

 private:
  Result<> wait(Io wanted, const Deadline& deadline) const;
  Error broken() const;

  Socket socket_;
  std::unique_ptr<Stream> stream_;
  ClientTls* tls_{};
};

}  // namespace rollcall::net
