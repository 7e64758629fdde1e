#include <fmt/format.h>

#include "common/base/address.h"
#include "server/api/encode.h"
#include "server/api/guard.h"
#include "server/api/problem.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

constexpr std::size_t kBodyLimit = 8 * 1024;
constexpr std::size_t kMaxPassword = domain::kMaxPasswordBytes;

json::array permissions_of(domain::Role role) {
  json::array out;
  for (std::size_t i = 0; i < domain::kPermissions; ++i) {
    const auto permission = static_cast<domain::Permission>(i);
    if (domain::holds(role, permission)) out.emplace_back(domain::name_of(permission));
  }
  return out;
}

class SessionRoutes {
 public:
  SessionRoutes(service::Users& users, service::Sessions& sessions, const Clock& clock)
      : users_(users), sessions_(sessions), clock_(clock) {}

  Result<net::Response> sign_in(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    const auto name = body.text("name", domain::kMaxUserName);
    const auto password = body.secret("password", kMaxPassword);
    const auto new_password = body.optional_secret("new_password", kMaxPassword);
    const bool bearer = body.optional_flag("bearer").value_or(false);
    TRY(body.done());
    // A form of another site must not be able to sign a browser in as somebody else.
    const auto& headers = call.request.headers;
    if (!bearer && (headers.has("Origin") || headers.has("Sec-Fetch-Site")) && !is_same_origin(headers)) {
      return fail(Errc::permission_denied, "this request comes from another site");
    }
    const auto neighborhood = neighborhood_of(call.request.peer.address);
    auto opened = users_.sign_in(name, password, new_password,
                                  bearer ? domain::SessionKind::command_line : domain::SessionKind::console,
                                  neighborhood);
    if (!opened && opened.error().code == Errc::conflict && opened.error().field == "new_password") {
      return problem(409, "password-change-required", opened.error().message, "new_password");
    }
    if (!opened && opened.error().code == Errc::rate_limited) {
      return problem_rate_limited(users_.sign_in_wait_s(name, neighborhood), opened.error().message);
    }
    if (!opened) return std::unexpected(std::move(opened).error());
    return answer(*opened);
  }

  Result<net::Response> show(Call& call) const {
    const auto& who = *call.caller.person;
    return json_response(TRY(describe(who, sessions_.ends_ms(who.session_id))));
  }

  Result<net::Response> sign_out(Call& call) const {
    TRY(users_.sign_out(*call.caller.person));
    auto response = no_content();
    response.headers.add("Set-Cookie", fmt::format("{}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0",
                                                   kSessionCookie));
    return response;
  }

  Result<net::Response> change_password(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    const auto password = body.secret("password", kMaxPassword);
    const auto new_password = body.secret("new_password", kMaxPassword);
    TRY(body.done());
    const auto& who = *call.caller.person;
    auto opened = users_.change_password(who, password, new_password);
    if (!opened && opened.error().code == Errc::rate_limited) {
      return problem_rate_limited(users_.change_password_wait_s(who), opened.error().message);
    }
    return answer(TRY(std::move(opened)));
  }

 private:
  Result<json::object> describe(const domain::Principal& who, std::int64_t expires_ms) const {
    json::object out;
    out["user"] = encode(TRY(users_.get(who.user_id)));
    out["permissions"] = permissions_of(who.role);
    out["expires_ms"] = expires_ms;
    out["server_ms"] = clock_.wall_ms();
    return out;
  }

  Result<net::Response> answer(const service::Sessions::Opened& opened) const {
    auto out = TRY(describe(opened.principal, opened.expires_ms));
    if (opened.principal.kind == domain::SessionKind::command_line) {
      out["token"] = opened.token;
      return json_response(out);
    }
    auto response = json_response(out);
    // Without Max-Age: the browser forgets it when it closes; the server's own times decide otherwise.
    response.headers.add("Set-Cookie", fmt::format("{}={}; Path=/; Secure; HttpOnly; SameSite=Strict",
                                                   kSessionCookie, opened.token));
    return response;
  }

  service::Users& users_;
  service::Sessions& sessions_;
  const Clock& clock_;
};

}  // namespace

Routes session_routes(service::Users& users, service::Sessions& sessions, const Clock& clock) {
  const SessionRoutes it(users, sessions, clock);
  constexpr auto kOwn = domain::Permission::own_session;
  return {
      {Method::post, "/api/v1/session", Permission::public_, ScopeKind::self, Where::hasher, kBodyLimit,
       [it](Call& call) { return it.sign_in(call); }},
      {Method::get, "/api/v1/session", kOwn, ScopeKind::self, Where::worker, 0,
       [it](Call& call) { return it.show(call); }},
      {Method::delete_, "/api/v1/session", kOwn, ScopeKind::self, Where::worker, 0,
       [it](Call& call) { return it.sign_out(call); }},
      {Method::put, "/api/v1/session/password", kOwn, ScopeKind::self, Where::hasher, kBodyLimit,
       [it](Call& call) { return it.change_password(call); }},
  };
}

}  // namespace rollcall::api
