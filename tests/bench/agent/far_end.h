// The other end of the agent's bench: a real door over mutual TLS in one process, and in another a relay before
// it that counts what goes over the wire. Both are children, so that they cost the measured process nothing.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "common/base/pki.h"

namespace rollcall::bench {

struct WireCount {
  std::atomic<std::uint64_t> connections{};
  std::atomic<std::uint64_t> payload_bytes{};  // both ways, TLS included
  std::atomic<std::uint64_t> segments{};       // both ways, as the kernel counted them
  // Payload, and 52 bytes of IPv4 and TCP header (with time stamps) a segment.
  std::uint64_t bytes() const { return payload_bytes + 52 * segments; }
};

class FarEnd {
 public:
  // Must be made before the measured process has threads. Aborts when it cannot be.
  explicit FarEnd(const pki::CertificateAuthority& authority);
  ~FarEnd();

  void pull_the_plug();  // from now on connections are refused
  void plug_in();
  std::uint16_t port() const { return port_; }
  const WireCount& wire() const { return *wire_; }

 private:
  int listener_{-1};
  std::uint16_t port_{};
  std::uint16_t server_port_{};
  WireCount* wire_{};
  pid_t server_{-1};
  pid_t relay_{-1};
};

}  // namespace rollcall::bench
