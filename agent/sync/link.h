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

// What each exchange may take. logind waits five seconds before it sleeps, so none may take longer: the
// events of the machine are heard between exchanges.
inline constexpr std::int64_t kExchangeMs = 4'500;
inline constexpr std::int64_t kHurriedExchangeMs = 2'000;
// Enrolment is watched by a person, on any network.
inline constexpr std::int64_t kEnrolMs = 30'000;
inline constexpr std::size_t kReplyLimit = 64 * 1024;

class Link {
 public:
  using Open = std::function<Result<std::unique_ptr<net::HttpClient>>()>;

  explicit Link(Open open) : open_(std::move(open)) {}

  // POSTs JSON, if asked to in its packed form (wire/packing.h). The connection stays open until close(), so that
  // the reply can decide. Errors: HttpClient's.
  Result<net::ClientResponse> post(const std::string& target, std::string json, std::int64_t deadline_ms,
                                   bool packed = false);
  void close();   // ends the connection, keeps the client and its TLS session
  void reopen();  // the next exchange makes a new client: there is a new certificate

  const LinkFacts& facts() const { return facts_; }
  void set_portal(wire::PortalState portal) { facts_.portal = portal; }

 private:
  void learn(const Result<net::ClientResponse>& response);

  Open open_;
  std::unique_ptr<net::HttpClient> client_;
  LinkFacts facts_;
};

// How long to wait because the server said so (429, 503, 507); nothing when it did not.
std::optional<std::int64_t> retry_after_ms(const net::ClientResponse& response);

// One line for the log: the status and the problem's own words.
std::string problem_text(const net::ClientResponse& response);

}  // namespace rollcall::sync
