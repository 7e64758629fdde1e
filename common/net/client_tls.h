// The client's side of TLS: whom it trusts, what it presents, which session it resumes, and what a failed
// handshake means to a person.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/base/digest.h"
#include "common/base/result.h"
#include "common/net/http_client.h"
#include "common/net/openssl.h"

namespace rollcall::net {

class ClientTls {
 public:
  // Error: invalid_argument.
  static Result<std::unique_ptr<ClientTls>> open(const ClientConfig& config);

  // A handshake about to start, with the newest session offered. `host` is a name or a numeric address; the
  // server's certificate must be for it. Error: internal.
  Result<SslPtr> begin(const std::string& host);
  // Why the handshake, or the first read after it, failed. Errors: permission_denied, io.
  Error explain(const SSL* ssl) const;

  std::string session;  // DER of the newest, or empty

 private:
  ClientTls() = default;
  bool verify(X509_STORE_CTX* store);
  Result<> set_trust(const ClientConfig& config);

  ContextPtr context_;
  std::optional<Sha256> fingerprint_;
};

}  // namespace rollcall::net
