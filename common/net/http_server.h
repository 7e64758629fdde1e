// A door: one listener with its own TLS rules, limits and handler. Parsing is Beast's; TLS is OpenSSL on the
// socket. Connections, deadlines and limits are this file's; what a request means is the handler's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/address.h"
#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/net/http_message.h"
#include "common/net/loop.h"

namespace rollcall::net {

struct ServerTls {
  // Leaf first. Clients that know the CA by its fingerprint need the CA's certificate in it, too.
  std::string certificate_chain_pem;
  std::string key_pem;
  bool tls13_only{};
  // Non-empty: a client certificate is asked for (not demanded) and must chain to this CA. One that has
  // expired is let through and marked by its dates: the handler decides what it may still do.
  std::string client_authority_pem;
};

struct DoorLimits {
  // One more is let in all the same: of those that keep the door waiting, for a request or with an answer that they
  // do not take, the neighborhood with the most gives up the ones that have waited longest. Whoever fills a door thus
  // fills it at the cost of itself.
  std::size_t connections{20'000};
  std::size_t connections_per_address{0};  // 0: no limit; a school is one address behind NAT
  std::size_t header_bytes{16 * 1024};
  std::size_t unfinished_bytes{64 * 1024 * 1024};  // of requests that are not whole yet, in all; beyond: as above
  std::int64_t handshake_ms{10'000};
  std::int64_t request_ms{20'000};  // from its first byte to its last
  std::int64_t spool_ms{15 * 60'000};  // the same of one that goes to a file; request_ms without progress
  int spools{2};                       // at once
  std::int64_t idle_ms{75'000};     // between requests
  std::int64_t response_ms{60'000}; // without progress
  std::int64_t answer_ms{3 * 60'000};  // a whole response, whatever its progress; a stream of events has no such end
  std::int64_t download_ms{60 * 60'000};  // the same of a generated body
  std::size_t requests_per_connection{0};  // 0: no limit
  std::size_t tls_sessions{65'536};  // resumable ones kept, about 1 KB each
};

struct DoorConfig {
  std::string name;     // "people", "agents", "probe"
  std::string address;  // numeric
  std::uint16_t port{}; // 0: any free one, see port()
  std::unique_ptr<ServerTls> tls;  // null: plain HTTP, for the probe door only
  DoorLimits limits;
  std::vector<Network> trusted_proxies;  // their X-Forwarded-For is believed; nobody else's
};

struct DoorStats {
  std::uint64_t connections_open{}, connections_total{}, handshakes_failed{}, handshakes_resumed{},
      requests_total{}, timeouts_total{};
};

class HttpServer {
 public:
  // Listens before it returns. Errors: invalid_argument (a certificate), unavailable (port in use; the
  // message names it). `handler`, `loop` and `workers` outlive the server; `handler` also
  // outlives the work that the workers still hold, and the loop every Reply.
  // Raises the process's limit of open files to its hard limit.
  static Result<std::unique_ptr<HttpServer>> start(Loop& loop, WorkerPool& workers, const Clock& clock,
                                                   DoorConfig config, HttpHandler& handler);
  virtual ~HttpServer() = default;
  virtual std::uint16_t port() const = 0;
  virtual DoorStats stats() const = 0;  // any thread
  // New connections get the new certificate; open ones go on. On error the old one stays. Any thread.
  virtual Result<> reload_tls(const ServerTls& tls) = 0;
  // Stops accepting, ends idle connections and streams of events, lets requests in progress finish until
  // `grace_ms` (one that has not arrived whole for two seconds at most), then closes. Any thread but the loop's, while the loop runs; returns when the last connection
  // is gone. The destructor does it with a grace of 0 when nobody did.
  virtual void stop(std::int64_t grace_ms) = 0;
};

}  // namespace rollcall::net
