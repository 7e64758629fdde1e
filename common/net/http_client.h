// The seam of the link: the agent, the command line and the benches reach a server through an HttpClient.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/result.h"
#include "common/net/http_message.h"

namespace rollcall::net {

struct ClientRequest {
  Method method{};
  std::string target;  // path and query, as it goes on the wire
  Headers headers;
  std::string body;
  // In place of `body`: pulled piece by piece, `body_size` bytes in all. Such a request is never sent twice.
  std::function<Result<std::string>()> body_pieces{};
  std::uint64_t body_size{};
  std::int64_t deadline_ms{30'000};  // for the whole exchange, connecting included
  std::size_t body_limit{16 * 1024 * 1024};
  bool keep_connection{};  // false: closed (with a TLS close) after the response
  // Asked ten times a second while the exchange waits; true ends it as its deadline would. Empty: never.
  std::function<bool()> give_up;
};

struct ClientTiming {
  std::optional<std::int64_t> dns_ms, connect_ms, tls_ms;  // absent when the connection was reused
  std::int64_t total_ms{};
  bool tls_resumed{};
};

struct ClientResponse {
  int status{};
  Headers headers;
  std::string body;
  ClientTiming timing;
};

// Blocking; not thread-safe. A failure before the request was sent in full and one after it are told apart
// by the caller's own idempotency, never by the client.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Errors: unavailable (no route, refused, DNS), timeout, permission_denied (the certificate is not the
  // server's: message says whether the chain is not ours, which is "TLS intercepted", or the name),
  // too_large, io.
  virtual Result<ClientResponse> send(const ClientRequest& request) = 0;
  virtual void disconnect() = 0;
};

struct ClientConfig {
  std::string url;  // scheme://host[:port]; http is refused unless `allow_plain`
  // Exactly one way to know the server: a CA in PEM, the SHA-256 of a CA certificate that the server's chain
  // must contain, or neither for the system's own store.
  std::string authority_pem;
  std::optional<Sha256> authority_fingerprint;
  std::string certificate_pem, key_pem;  // the client's own; empty for none
  std::string proxy;                     // http://host:port (CONNECT) or empty
  bool allow_plain{};                    // the captive-portal probe
  bool tls13_only{};
};

// Keeps a TLS session for resumption between connections of the same object. `session` of an earlier object
// (take_session) can be handed in, so that resumption survives a restart.
class TlsHttpClient : public HttpClient {
 public:
  static Result<std::unique_ptr<TlsHttpClient>> open(ClientConfig config, const Clock& clock);
  virtual std::string take_session() = 0;  // DER of the newest session, or empty; secret, mode 0600
  virtual void offer_session(std::string der) = 0;
  // Follows a stream of server-sent events until `on_event` returns false or it ends, in whatever way; who wants more
  // asks again. Errors: why it could not be opened; too_large (an event).
  virtual Result<> follow_events(const ClientRequest& request,
                                 const std::function<bool(const Event&)>& on_event) = 0;
};

// Why a certificate check failed, as the prefix of a permission_denied message.
inline constexpr const char* kTlsIntercepted = "TLS intercepted";

}  // namespace rollcall::net
