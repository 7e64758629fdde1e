#include "server/api/guard.h"

#include "common/base/digest.h"
#include "common/base/text.h"

namespace rollcall::api {
namespace {

bool is_write(net::Method method) { return method != net::Method::get && method != net::Method::head; }

std::unexpected<Error> sign_in_first() { return fail(Errc::unauthenticated, "sign in first"); }

}  // namespace

std::string_view cookie(const net::Headers& headers, std::string_view name) {
  for (std::string_view part : split(headers.get("Cookie"), ';')) {
    part = trim(part);
    const auto equals = part.find('=');
    if (equals != std::string_view::npos && part.substr(0, equals) == name) return part.substr(equals + 1);
  }
  return {};
}

std::string_view bearer(const net::Headers& headers) {
  constexpr std::string_view kScheme = "bearer ";
  const auto value = headers.get("Authorization");
  if (value.size() <= kScheme.size() || !equal_ignoring_case(value.substr(0, kScheme.size()), kScheme)) {
    return {};
  }
  return trim(value.substr(kScheme.size()));
}

bool is_same_origin(const net::Headers& headers) {
  if (const auto site = headers.get("Sec-Fetch-Site"); !site.empty() && site != "same-origin") return false;
  const auto origin = headers.get("Origin");
  if (origin.empty()) return headers.get("Sec-Fetch-Site") == "same-origin";
  const auto host = headers.get("Host");
  return !host.empty() && equal_ignoring_case(origin, "https://" + std::string(host));
}

Result<Caller> PeopleGuard::admit(const net::RequestHead& head, const Route& route) const {
  switch (route.permission.kind()) {
    case Permission::Kind::public_: return Caller{};
    case Permission::Kind::person: return admit_person(head, route);
    case Permission::Kind::metrics:
      if (metrics_token_.empty() || !equal_in_constant_time(bearer(head.headers), metrics_token_)) {
        return fail(Errc::unauthenticated, "the bearer token of DATA/metrics.token is needed");
      }
      return Caller{};
    default: return fail(Errc::permission_denied, "not on this door");
  }
}

Result<Caller> PeopleGuard::admit_person(const net::RequestHead& head, const Route& route) const {
  auto token = bearer(head.headers);
  if (token.empty()) {
    token = cookie(head.headers, kSessionCookie);
    // A browser sends the cookie by itself; that the page meant to write is shown by where it came from.
    if (!token.empty() && is_write(head.method) && !is_same_origin(head.headers)) {
      return fail(Errc::permission_denied, "this request comes from another site");
    }
  }
  if (token.empty()) return sign_in_first();
  Caller caller;
  caller.person = TRY(sessions_.authenticate(token));
  if (!caller.person->may(route.permission.needed())) {
    return fail(Errc::permission_denied, "the role " + std::string(domain::name_of(caller.person->role)) +
                                             " does not hold " + std::string(route.permission.name()));
  }
  if (!caller.person->scope.reaches(route.scope)) {
    return fail(Errc::permission_denied,
                "only for accounts that reach the " + std::string(domain::name_of(route.scope)));
  }
  return caller;
}

Result<Caller> AgentsGuard::admit(const net::RequestHead& head, const Route& route) const {
  const auto kind = route.permission.kind();
  if (kind == Permission::Kind::enroll || kind == Permission::Kind::public_) return Caller{};
  if (kind != Permission::Kind::report && kind != Permission::Kind::renew) {
    return fail(Errc::permission_denied, "not on this door");
  }
  if (!head.peer.certificate) return fail(Errc::unauthenticated, "a client certificate is needed: enroll");
  Caller caller;
  caller.agent = agents_.find(head.peer.certificate->key_id);
  if (!caller.agent) return fail(Errc::unauthenticated, "this certificate's key is not known here: enroll");
  if (caller.agent->deleted) return fail(Errc::permission_denied, "this device was deleted");
  if (caller.agent->revoked) return fail(Errc::permission_denied, "this agent was revoked");
  if (kind == Permission::Kind::report && clock_.wall_ms() >= head.peer.certificate->not_after_ms) {
    return fail(Errc::unauthenticated, "this certificate has run out: renew");
  }
  return caller;
}

Result<Caller> PublicGuard::admit(const net::RequestHead&, const Route& route) const {
  if (route.permission.kind() == Permission::Kind::public_) return Caller{};
  return fail(Errc::permission_denied, "not on this door");
}

}  // namespace rollcall::api
