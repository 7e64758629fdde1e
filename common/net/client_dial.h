// From a name to a connected socket: resolving, racing the addresses, and what a deadline leaves.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"

namespace rollcall::net {

class Deadline {
 public:
  // `give_up`: see ClientRequest.
  Deadline(const Clock& clock, std::int64_t limit_ms, std::function<bool()> give_up = {})
      : clock_(clock), end_ms_(clock.monotonic_ms() + limit_ms), give_up_(std::move(give_up)) {}
  std::int64_t now_ms() const { return clock_.monotonic_ms(); }
  // How long to wait before asking again: never negative; 0 when it is over. In the type that poll takes.
  int left_ms() const;

 private:
  const Clock& clock_;
  std::int64_t end_ms_;
  std::function<bool()> give_up_;
};

// Owns a descriptor.
class Socket {
 public:
  explicit Socket(int descriptor = -1) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

struct Url {
  bool secure{};
  std::string host;  // without brackets
  std::string port;
  std::string authority() const;  // for the Host header: without the scheme's own port
};
// "scheme://host[:port][/]". Error: invalid_argument.
Result<Url> parse_url(std::string_view text);
bool is_numeric_address(const std::string& host);

struct Address {
  sockaddr_storage storage;
  socklen_t size;
  int family;
};

// Families take turns, in the resolver's order. Errors: unavailable, timeout.
Result<std::vector<Address>> resolve(const std::string& host, const std::string& port, const Deadline& deadline);

// The first address that answers; the next is tried beside a silent one after a quarter of a second, so that
// a network with broken IPv6 costs no more than that. The socket does not block. Errors: unavailable, timeout.
Result<Socket> connect_first(const std::vector<Address>& addresses, const Deadline& deadline);

}  // namespace rollcall::net
