#include "server/api/actor_names.h"
#include "server/api/encode.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

// 10,000 serials of 64 bytes, quoted.
constexpr std::size_t kBodyLimit = 768 * 1024;

class TokenRoutes {
 public:
  TokenRoutes(service::Tokens& tokens, service::Users& users, std::string agents_url, const Clock& clock)
      : tokens_(tokens), users_(users), agents_url_(std::move(agents_url)), clock_(clock) {}

  Result<net::Response> list(Call& call) const {
    Query query(call.request);
    const auto asked = query.page(service::Tokens::kMaxPage);
    TRY(query.done());
    const auto page = TRY(tokens_.page(asked.cursor, asked.limit));
    json::array items;
    ActorNames names(users_);
    for (const auto& token : page.tokens) items.push_back(describe(token, names));
    return paged(std::move(items), page.next_cursor);
  }

  Result<net::Response> create(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    service::NewToken wanted;
    wanted.note = body.optional_text("note", domain::kMaxTokenNote).value_or("");
    wanted.max_uses = body.integer_or("max_uses", wanted.max_uses, 1, domain::kMaxTokenUses);
    wanted.life_ms = body.integer_or("life_ms", wanted.life_ms, kMinuteMs, domain::kMaxTokenLifeMs);
    wanted.serials = body.texts("serials", domain::kMaxTokenSerials, domain::kMaxSerial);
    wanted.school_id = body.optional_text("school", 64).value_or("");
    TRY(body.done());
    const auto created = TRY(tokens_.create(call.caller.actor(), wanted));
    ActorNames names(users_);
    return json_response({{"token", describe(created.record, names)},
                          {"text", created.text},
                          {"command", "rollcall-agent enroll --server " + agents_url_ + " --token " + created.text}},
                         201);
  }

  Result<net::Response> revoke(Call& call) const {
    TRY(tokens_.revoke(call.caller.actor(), call.parameters[0]));
    return no_content();
  }

 private:
  json::object describe(const domain::TokenRecord& token, ActorNames& names) const {
    const auto& name = names.of(token.created_by);
    return encode(token, name.empty() ? token.created_by : name, clock_.wall_ms());
  }

  service::Tokens& tokens_;
  service::Users& users_;
  std::string agents_url_;
  const Clock& clock_;
};

}  // namespace

Routes token_routes(service::Tokens& tokens, service::Users& users, std::string agents_url, const Clock& clock) {
  const TokenRoutes it(tokens, users, std::move(agents_url), clock);
  using P = domain::Permission;
  return {
      {Method::get, "/api/v1/tokens", P::view_tokens, ScopeKind::district, Where::worker, 0,
       [it](Call& call) { return it.list(call); }},
      {Method::post, "/api/v1/tokens", P::edit_tokens, ScopeKind::district, Where::worker, kBodyLimit,
       [it](Call& call) { return it.create(call); }},
      {Method::delete_, "/api/v1/tokens/{id}", P::edit_tokens, ScopeKind::district, Where::worker, 0,
       [it](Call& call) { return it.revoke(call); }},
  };
}

}  // namespace rollcall::api
