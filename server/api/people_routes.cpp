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
  if (!role) body.refuse("role", "must be admin, technician or viewer");
  return role;
}

std::optional<domain::Scope> read_scope(Body& body) {
  auto object = body.optional_object("scope");
  if (!object) return std::nullopt;
  const auto kind = domain::parse_scope_kind(object->text("kind", 16));
  domain::Scope scope{kind.value_or(domain::ScopeKind::self), object->optional_text("id", 64).value_or("")};
  if (const auto done = object->done(); !kind || !done) {
    body.refuse("scope", "must be {kind: district} or {kind: school, id}");
  }
  return scope;
}

class PeopleRoutes {
 public:
  PeopleRoutes(service::People& people, service::Audit& audit) : people_(people), audit_(audit) {}

  Result<net::Response> list(Call&) const {
    json::array items;
    for (const auto& user : TRY(people_.list())) items.push_back(encode(user));
    return json_response({{"items", std::move(items)}});
  }

  Result<net::Response> create(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    service::NewUser wanted;
    wanted.name = body.text("name", domain::kMaxUserName);
    wanted.role = read_role(body, true).value_or(domain::Role::viewer);
    wanted.scope = read_scope(body).value_or(domain::Scope{ScopeKind::district, ""});
    TRY(body.done());
    return json_response(with_password(TRY(people_.create(call.caller.actor(), wanted))), 201);
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
    if (changes) out["user"] = encode(TRY(people_.edit(actor, call.parameters[0], change)));
    if (reset) out = with_password(TRY(people_.reset_password(actor, call.parameters[0])));
    return json_response(out);
  }

  Result<net::Response> audit(Call& call) const {
    Query query(call.request);
    const auto cursor = query.text("cursor", 512);
    const auto limit = static_cast<std::size_t>(query.integer("limit", 1, 500).value_or(100));
    TRY(query.done());
    const auto page = TRY(audit_.page(cursor, limit));
    json::array items;
    ActorNames names(people_);
    for (const auto& record : page.records) items.push_back(encode(record, names.of(record.actor)));
    json::object out{{"items", std::move(items)}};
    put_text(out, "next_cursor", page.next_cursor);
    return json_response(out);
  }

 private:
  static json::object with_password(const service::People::Created& created) {
    return {{"user", encode(created.user)}, {"one_time_password", created.one_time_password}};
  }

  service::People& people_;
  service::Audit& audit_;
};

}  // namespace

Routes people_routes(service::People& people, service::Audit& audit) {
  const PeopleRoutes it(people, audit);
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
