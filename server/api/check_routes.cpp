// Physical audits of rooms, carts and pools. Every change needs an Idempotency-Key: a scanner sends again what it lost
// the answer to.
#include "server/api/encode.h"
#include "server/api/once.h"
#include "server/api/problem.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

constexpr std::size_t kBodyLimit = 4 * 1024;
constexpr std::size_t kMaxItem = 256;  // '?' and a folded label

class CheckRoutes {
 public:
  CheckRoutes(service::InventoryChecks& checks, service::Writes& writes, service::Users& users)
      : checks_(checks), writes_(writes), users_(users) {}

  Result<net::Response> list(Call& call) const {
    Query query(call.request);
    service::CheckQuery wanted;
    const auto place = query.text("place", 64), school = query.text("school", 64);
    if (!place.empty()) wanted.place_id = place;
    if (!school.empty()) wanted.school_id = school == "none" ? "" : school;
    wanted.state = query.word("state", domain::parse_check_state);
    query.take_page(wanted, service::InventoryChecks::kMaxPage, 25);
    TRY(query.done());
    const auto page = TRY(checks_.list(*call.caller.person, wanted));
    json::array items;
    ActorNames names(users_);
    for (const auto& it : page.checks) items.push_back(encode(it, call.caller, names));
    return paged(std::move(items), page.next_cursor);
  }

  Result<net::Response> show(Call& call) const {
    return describe(call, TRY(checks_.get(*call.caller.person, call.parameters[0])));
  }

  Result<net::Response> items(Call& call) const {
    Query query(call.request);
    const auto status = query.word("status", domain::parse_check_status);
    const auto cursor = query.text("cursor", kMaxItem);
    const auto limit = query.integer("limit", 1, service::InventoryChecks::kMaxPage).value_or(100);
    TRY(query.done());
    const auto page = TRY(checks_.items(*call.caller.person, call.parameters[0], status, cursor,
                                        static_cast<std::size_t>(limit)));
    json::array items;
    ActorNames names(users_);
    for (const auto& it : page.items) items.push_back(encode(it, call.caller, names));
    return paged(std::move(items), page.next_cursor);
  }

  Result<net::Response> start(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    const auto place = body.text("place", 64);
    const auto note = body.optional_text("note", domain::kMaxCheckNote).value_or("");
    TRY(body.done());
    return answer_once(writes_, call, Key::required, [&](service::Write& write) -> Result<net::Response> {
      return describe(call, TRY(checks_.start(write, *call.caller.person, place, note)), 201);
    });
  }

  Result<net::Response> scan(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    const auto code = body.text("code", domain::kMaxTag);
    TRY(body.done());
    return answer_once(writes_, call, Key::required, [&](service::Write& write) -> Result<net::Response> {
      const auto scan = TRY(checks_.scan(write, *call.caller.person, call.parameters[0], code));
      json::object out{{"result", service::name_of(scan.result)}};
      ActorNames names(users_);
      if (scan.item) out["item"] = encode(*scan.item, call.caller, names);
      put_text(out, "message", scan.message);
      put_text(out, "remedy", scan.remedy);
      return json_response(out);
    });
  }

  Result<net::Response> account(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    service::CheckAccount told;
    told.item = body.text("item", kMaxItem);
    const auto outcome = body.optional_word("outcome", domain::parse_check_outcome);
    if (!outcome) body.refuse("outcome", "is missing: what became of it");
    told.note = body.optional_text("note", domain::kMaxCheckNote).value_or("");
    told.to.person = body.optional_text("person", domain::kMaxStudentNumber).value_or("");
    told.to.place = body.optional_text("place", 64).value_or("");
    TRY(body.done());
    told.outcome = *outcome;
    return answer_once(writes_, call, Key::required, [&](service::Write& write) -> Result<net::Response> {
      const auto done = TRY(checks_.account(write, *call.caller.person, call.parameters[0], told));
      if (!done.blockers.empty()) return problem_blocked(done.blockers);
      ActorNames names(users_);
      return json_response(encode(done.item, call.caller, names));
    });
  }

  using End = Result<service::CheckView> (service::InventoryChecks::*)(service::Write&, const domain::Principal&,
                                                                       std::string_view, std::string_view);
  Result<net::Response> end(Call& call, End how) const {
    auto body = TRY(Body::parse(call.request));
    const auto note = body.optional_text("note", domain::kMaxCheckNote).value_or("");
    TRY(body.done());
    return answer_once(writes_, call, Key::required, [&](service::Write& write) -> Result<net::Response> {
      return describe(call, TRY((checks_.*how)(write, *call.caller.person, call.parameters[0], note)));
    });
  }

 private:
  net::Response describe(const Call& call, const service::CheckView& view, int status = 200) const {
    ActorNames names(users_);
    return json_response(encode(view, call.caller, names), status);
  }

  service::InventoryChecks& checks_;
  service::Writes& writes_;
  service::Users& users_;
};

}  // namespace

Routes check_routes(service::InventoryChecks& checks, service::Writes& writes, service::Users& users) {
  const CheckRoutes it(checks, writes, users);
  using P = domain::Permission;
  const auto post = [](std::string_view path, Answer answer) {
    return Route{Method::post, path, P::audit_rooms, ScopeKind::school, Where::worker, kBodyLimit, std::move(answer)};
  };
  const auto get = [](std::string_view path, Answer answer) {
    return Route{Method::get, path, P::view_devices, ScopeKind::school, Where::worker, 0, std::move(answer)};
  };
  return {
      get("/api/v1/inventory-checks", [it](Call& call) { return it.list(call); }),
      post("/api/v1/inventory-checks", [it](Call& call) { return it.start(call); }),
      get("/api/v1/inventory-checks/{id}", [it](Call& call) { return it.show(call); }),
      get("/api/v1/inventory-checks/{id}/items", [it](Call& call) { return it.items(call); }),
      post("/api/v1/inventory-checks/{id}/scans", [it](Call& call) { return it.scan(call); }),
      post("/api/v1/inventory-checks/{id}/outcomes", [it](Call& call) { return it.account(call); }),
      post("/api/v1/inventory-checks/{id}/close",
           [it](Call& call) { return it.end(call, &service::InventoryChecks::close); }),
      post("/api/v1/inventory-checks/{id}/abandon",
           [it](Call& call) { return it.end(call, &service::InventoryChecks::abandon); }),
  };
}

}  // namespace rollcall::api
