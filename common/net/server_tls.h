// A door's TLS rules as an OpenSSL context, and what a finished handshake says about the peer.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/base/result.h"
#include "common/net/http_message.h"
#include "common/net/http_server.h"
#include "common/net/openssl.h"
#include "common/net/session_cache.h"

namespace rollcall::net {

// `sessions` outlives the context and is told of sessions by it. Sessions of another client authority are
// never resumed. Error: invalid_argument.
Result<ContextPtr> make_server_context(const ServerTls& tls, SessionCache& sessions);

// The certificate that the peer proved to hold the key of, also on a resumed connection, where it comes from
// the session. Error: permission_denied when it cannot be described.
Result<std::optional<ClientCertificate>> client_certificate(const SSL* ssl);

// After client_certificate(): frees OpenSSL's copy of a TLS 1.3 peer's certificate, which is kept for as long as the
// connection is open otherwise (5.6 KB). The session in the cache keeps its own.
void forget_certificate(SSL* ssl);

}  // namespace rollcall::net
