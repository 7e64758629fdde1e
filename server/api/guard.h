// Decides who is asking and whether they may, for every request anew: nothing is remembered between two
// requests of a connection, so a revocation counts from the next one on.
#pragma once

#include <string>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/net/http_message.h"
#include "server/api/caller.h"
#include "server/api/route.h"
#include "server/service/agents.h"
#include "server/service/sessions.h"

namespace rollcall::api {

inline constexpr std::string_view kSessionCookie = "__Host-rollcall";

class Guard {
 public:
  virtual ~Guard() = default;
  // Does no I/O and never blocks. Errors: unauthenticated, permission_denied.
  virtual Result<Caller> admit(const net::RequestHead& head, const Route& route) const = 0;
};

// The people's door: a session's cookie or bearer token. Certificates mean nothing here.
class PeopleGuard final : public Guard {
 public:
  PeopleGuard(service::Sessions& sessions, std::string metrics_token)
      : sessions_(sessions), metrics_token_(std::move(metrics_token)) {}
  Result<Caller> admit(const net::RequestHead& head, const Route& route) const override;

 private:
  Result<Caller> admit_person(const net::RequestHead& head, const Route& route) const;

  service::Sessions& sessions_;
  std::string metrics_token_;
};

// The agents' door: the key of the certificate that the connection proved. Sessions mean nothing here.
class AgentsGuard final : public Guard {
 public:
  AgentsGuard(const service::Agents& agents, const Clock& clock) : agents_(agents), clock_(clock) {}
  Result<Caller> admit(const net::RequestHead& head, const Route& route) const override;

 private:
  const service::Agents& agents_;
  const Clock& clock_;
};

// The probe's door: what is public, nothing else.
class PublicGuard final : public Guard {
 public:
  Result<Caller> admit(const net::RequestHead& head, const Route& route) const override;
};

// The value of a cookie, or empty.
std::string_view cookie(const net::Headers& headers, std::string_view name);
// The token of "Authorization: Bearer TOKEN", or empty.
std::string_view bearer(const net::Headers& headers);
// Was this request made by a page of this server? Browsers send Origin or Sec-Fetch-Site with every write.
bool is_same_origin(const net::Headers& headers);

}  // namespace rollcall::api
