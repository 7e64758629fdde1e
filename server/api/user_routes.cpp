#include <algorithm>

#include "server/api/actor_names.h"
#include "server/api/encode.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

constexpr std::size_t kBodyLimit = 4 * 1024;

std::optional<domain::Role> read_role(Body& body, bool required) {
  if (!required && !body.has("role")) return std::nullopt;
  const auto role = domain::parse_role(body.text("role", 16));
  if (!role) body.refuse("role", "must be admin, school_admin, technician or viewer");
  return role;
}

std::optional<domain::Scope> read_scope(Body& body) {
  auto object = body.optional_object("scope");
  if (!object) return std::nullopt;
  const auto kind = domain::parse_scope_kind(object->text("kind", 16));
  domain::Scope scope{kind.value_or(ScopeKind::self), {}};
  if (object->has("ids")) scope.ids = object->texts("ids", 1'000, 64);
  std::ranges::sort(scope.ids);
  scope.ids.erase(std::ranges::unique(scope.ids).begin(), scope.ids.end());
  if (const auto done = object->done(); !kind || !done) {
    body.refuse("scope", "must be {kind: district} or {kind: school, ids: […]}");
  }
  return scope;
}

class UserRoutes {
 public:
  UserRoutes(service::Users& users, service::Audit& audit) : users_(users), audit_(audit) {}

  Result<net::Response> list(Call& call) const {
    Query query(call.request);
    const auto asked = query.page(service::Users::kMaxPage);
    TRY(query.done());
    const auto page = TRY(users_.list(asked.cursor, asked.limit));
    json::array items;
    for (const auto& user : page.users) items.push_back(encode(user));
    return paged(std::move(items), page.next_cursor);
  }

  Result<net::Response> create(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    service::NewUser wanted;
    wanted.name = body.text("name", domain::kMaxUserName);
    wanted.role = read_role(body, true).value_or(domain::Role::viewer);
    wanted.scope = read_scope(body).value_or(domain::Scope{ScopeKind::district, {}});
    TRY(body.done());
    return json_response(with_password(TRY(users_.create(call.caller.actor(), wanted))), 201);
  }

  Result<net::Response> edit(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    const service::UserChange change{read_role(body, false), read_scope(body), body.optional_flag("disabled")};
    const bool reset = body.optional_flag("reset_password").value_or(false);
    const bool changes = change.role || change.scope || change.disabled;
    if (!changes && !reset) body.refuse("role", "scope, disabled or reset_password is missing");
    TRY(body.done());
    json::object out;
    const auto actor = call.caller.actor();
    if (changes) out["user"] = encode(TRY(users_.edit(actor, call.parameters[0], change)));
    if (reset) out = with_password(TRY(users_.reset_password(actor, call.parameters[0])));
    return json_response(out);
  }

  Result<net::Response> audit(Call& call) const {
    Query query(call.request);
    const auto asked = query.page(500);
    TRY(query.done());
    const auto page = TRY(audit_.page(asked.cursor, asked.limit));
    json::array items;
    ActorNames names(users_);
    for (const auto& record : page.records) items.push_back(encode(record, names.of(record.actor)));
    return paged(std::move(items), page.next_cursor);
  }

 private:
  static json::object with_password(const service::Users::Created& created) {
    return {{"user", encode(created.user)}, {"one_time_password", created.one_time_password}};
  }

  service::Users& users_;
  service::Audit& audit_;
};

}  // namespace

Routes user_routes(service::Users& users, service::Audit& audit) {
  const UserRoutes it(users, audit);
  using P = domain::Permission;
  return {
      {Method::get, "/api/v1/users", P::view_users, ScopeKind::district, Where::worker, 0,
       [it](Call& call) { return it.list(call); }},
      {Method::post, "/api/v1/users", P::edit_users, ScopeKind::district, Where::hasher, kBodyLimit,
       [it](Call& call) { return it.create(call); }},
      {Method::patch, "/api/v1/users/{id}", P::edit_users, ScopeKind::district, Where::hasher, kBodyLimit,
       [it](Call& call) { return it.edit(call); }},
      {Method::get, "/api/v1/audit", P::view_audit, ScopeKind::district, Where::worker, 0,
       [it](Call& call) { return it.audit(call); }},
  };
}

}  // namespace rollcall::api
