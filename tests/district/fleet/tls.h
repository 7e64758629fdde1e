// TLS for tens of thousands of laptops over one context: each has a key, a certificate and a session of its
// own, which are only looked at when the server asks for them. One thread.
#pragma once

#include <memory>
#include <string>

#include "common/base/result.h"
#include "common/net/openssl.h"

namespace rollcall::district {

struct Credential {
  std::string certificate_pem, key_pem;
  std::string session;  // the newest, in DER; resuming it costs both ends half of a full handshake
};

class DistrictTls {
 public:
  // Trusts that authority only, as an enrolled agent does. Error: invalid_argument.
  static Result<std::unique_ptr<DistrictTls>> open(const std::string& authority_pem);

  // A handshake about to start. `who` outlives it; null: a laptop that has no certificate yet. Error: internal.
  Result<net::SslPtr> begin(const std::string& host, Credential* who);

 private:
  DistrictTls() = default;
  net::ContextPtr context_;
};

}  // namespace rollcall::district
