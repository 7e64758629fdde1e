// The way to the server: one client, opened when it is needed, and what the last exchange showed of the
// network. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/base/result.h"
#include "common/net/http_client.h"
#include "common/wire/report.h"

namespace rollcall::sync {

// What the next report says about the network.
struct LinkFacts {
  std::optional<std::int64_t> dns_ms, connect_ms, tls_ms;
  wire::PortalState portal{wire::PortalState::unknown};
  std::optional<bool> tls_intercepted;
};

// Whether the machine has something to say that cannot wait: sleep, shutdown, the end of this process.
using Urgent = std::function<bool()>;

// How long an exchange may take. One that yields is given up within a tenth of a second of something urgent:
// logind waits no longer than five seconds before it sleeps, all in.
struct Patience {
  std::int64_t deadline_ms;
  bool yields;
};
inline constexpr Patience kPatient{10'000, true};
inline constexpr std::int64_t kLastWordsMs = 2'000;
// Enrollment is watched by a person, on any network.
inline constexpr Patience kEnrollment{30'000, false};
inline constexpr std::size_t kReplyLimit = 64 * 1024;

class Link {
 public:
  using Open = std::function<Result<std::unique_ptr<net::HttpClient>>()>;

  explicit Link(Open open, Urgent urgent = {}) : open_(std::move(open)), urgent_(std::move(urgent)) {}

  // POSTs JSON, if asked to in its packed form (wire/packing.h). The connection stays open until close(), so that
  // the reply can decide. Errors: HttpClient's; one that was given up shows as such by has_yielded().
  Result<net::ClientResponse> post(const std::string& target, std::string json, Patience patience,
                                   bool packed = false);
  // The last exchange was given up for something urgent: it says nothing of the network or the server.
  bool has_yielded() const { return yielded_; }
  const Urgent& urgent() const { return urgent_; }
  void close();   // ends the connection, keeps the client and its TLS session
  void reopen();  // the next exchange makes a new client: there is a new certificate

  const LinkFacts& facts() const { return facts_; }
  void set_portal(wire::PortalState portal) { facts_.portal = portal; }

 private:
  void learn(const Result<net::ClientResponse>& response);

  Open open_;
  Urgent urgent_;  // empty: never
  std::unique_ptr<net::HttpClient> client_;
  LinkFacts facts_;
  bool yielded_{};
};

// How long to wait because the server said so (429, 503, 507); nothing when it did not.
std::optional<std::int64_t> retry_after_ms(const net::ClientResponse& response);

// One line for the log: the status and the problem's own words.
std::string problem_text(const net::ClientResponse& response);

}  // namespace rollcall::sync
