// Devices changing hands, and who has what. Every movement needs an Idempotency-Key: a station replays what it did
// while the network was down.
#include <algorithm>

#include "server/api/actor_names.h"
#include "server/api/encode.h"
#include "server/api/once.h"
#include "server/api/problem.h"
#include "server/api/reach.h"
#include "server/api/read.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

constexpr std::size_t kBodyLimit = 4 * 1024;

service::Handing read_handing(Body& body) {
  service::Handing out;
  out.condition = body.optional_word("condition", domain::parse_condition);
  out.kit = read_kit(body, "kit");
  out.note = body.optional_text("note", domain::kMaxCustodyNote).value_or("");
  return out;
}

service::Handing read_giving(Body& body) {
  auto out = read_handing(body);
  out.agreement = body.optional_text("agreement", domain::kMaxAgreement).value_or("");
  return out;
}

service::Receiver read_receiver(Body& body) {
  return {body.optional_text("person", domain::kMaxStudentNumber).value_or(""),
          body.optional_text("place", 64).value_or("")};
}

service::Taking read_taking(Body& body) {
  service::Taking out;
  out.device = body.text("device", domain::kMaxTag);
  out.from = body.optional_text("from", 64).value_or("");
  out.place = body.optional_text("place", 64).value_or("");
  out.handing = read_handing(body);
  return out;
}

class CustodyRoutes {
 public:
  CustodyRoutes(service::CustodyLedger& custody, service::Holdings& holdings, service::Writes& writes,
                service::Fleet& fleet, service::Users& users)
      : custody_(custody), holdings_(holdings), writes_(writes), fleet_(fleet), users_(users) {}

  Result<net::Response> give(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    service::Giving order;
    order.device = body.text("device", domain::kMaxTag);
    order.to = read_receiver(body);
    order.handing = read_giving(body);
    TRY(body.done());
    return act(call, [&](service::Write& write) { return custody_.give(write, *call.caller.person, order); });
  }

  Result<net::Response> take_back(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    const auto order = read_taking(body);
    TRY(body.done());
    return act(call, [&](service::Write& write) { return custody_.take_back(write, *call.caller.person, order); });
  }

  Result<net::Response> move(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    service::Moving order;
    order.device = body.text("device", domain::kMaxTag);
    order.from = body.text("from", 64);
    order.to = read_receiver(body);
    order.handing = read_giving(body);
    TRY(body.done());
    return act(call, [&](service::Write& write) { return custody_.move(write, *call.caller.person, order); });
  }

  Result<net::Response> swap(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    service::Swapping order;
    if (auto in = body.optional_object("in")) {
      order.in = read_taking(*in);
      if (const auto done = in->done(); !done) {
        const auto& [code, message, field] = done.error();  // the message begins with the field
        body.refuse("in." + field, message.substr(std::min(message.size(), field.size() + 1)));
      }
    } else {
      body.refuse("in", "is missing: the device that comes in");
    }
    order.device = body.text("device", domain::kMaxTag);
    order.handing = read_giving(body);
    TRY(body.done());
    return act(call, [&](service::Write& write) { return custody_.swap(write, *call.caller.person, order); });
  }

  Result<net::Response> undo(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    const auto id = body.text("act", 64);
    TRY(body.done());
    return act(call, [&](service::Write& write) { return custody_.undo(write, *call.caller.person, id); });
  }

  Result<net::Response> check(Call& call) const {
    Query query(call.request);
    const auto device = query.text("device", domain::kMaxTag);
    const service::Receiver to{query.text("person", domain::kMaxStudentNumber), query.text("place", 64)};
    TRY(query.done());
    return json_response(describe(call, TRY(custody_.check(*call.caller.person, device, to))));
  }

  Result<net::Response> of_device(Call& call) const {
    const auto row = TRY(reachable_device(fleet_, call.caller, call.parameters[0]));
    const auto page = TRY(read_page(call));
    const auto history = TRY(holdings_.of_device(*call.caller.person, row.id, page.cursor, page.limit));
    json::array items;
    ActorNames names(users_);
    for (const auto& it : history.rows) items.push_back(encode(it, call.caller, names));
    return paged(std::move(items), history.next_cursor);
  }

  Result<net::Response> of_person(Call& call) const {
    Query query(call.request);
    const auto page = query.page(service::Holdings::kMaxPage);
    const bool past =
        query
            .word("which",
                  [](std::string_view text) {
                    return text == "now" ? std::optional(false) : text == "all" ? std::optional(true) : std::nullopt;
                  })
            .value_or(false);
    TRY(query.done());
    return held(call, TRY(holdings_.of_person(*call.caller.person, call.parameters[0], past, page.cursor, page.limit)));
  }

  Result<net::Response> of_place(Call& call) const {
    const auto page = TRY(read_page(call));
    return held(call, TRY(holdings_.of_place(*call.caller.person, call.parameters[0], page.cursor, page.limit)));
  }

  Result<net::Response> leavers(Call& call) const {
    Query query(call.request);
    const auto page = query.page(service::Holdings::kMaxPage);
    const auto school = query.text("school", 64);
    TRY(query.done());
    const auto found = TRY(holdings_.leavers(*call.caller.person, school.empty() ? std::nullopt : std::optional(school),
                                             page.cursor, page.limit));
    json::array items;
    for (const auto& leaver : found.leavers) {
      items.push_back({{"reason", service::name_of(leaver.reason)},
                       {"person", encode(leaver.person)},
                       {"device", encode(leaver.held.device)},
                       {"custody_id", leaver.held.custody->custody.custody_id},
                       {"given_ms", leaver.held.custody->custody.given.at_ms}});
    }
    return paged(std::move(items), found.next_cursor);
  }

 private:
  static Result<Query::Page> read_page(const Call& call) {
    Query query(call.request);
    auto page = query.page(service::Holdings::kMaxPage);
    TRY(query.done());
    return page;
  }

  // Devices as they are now, with what is in the way.
  json::object describe(const Call& call, const service::Handed& handed) const {
    json::array devices, blockers;
    ActorNames names(users_);
    for (const auto& it : handed.devices) devices.push_back(encode(it, call.caller, names));
    for (const auto& it : handed.blockers) blockers.push_back(encode(it));
    json::object out{{"devices", std::move(devices)}, {"blockers", std::move(blockers)}};
    put_text(out, "act", handed.act_id);
    return out;
  }

  template <class Work>
  Result<net::Response> act(const Call& call, Work work) const {
    return answer_once(writes_, call, Key::required, [&](service::Write& write) -> Result<net::Response> {
      const service::Handed handed = TRY(work(write));
      if (!handed.done()) return problem_blocked(handed.blockers);
      return json_response(describe(call, handed));
    });
  }

  Result<net::Response> held(const Call& call, const service::Holdings::Held& found) const {
    json::array items;
    ActorNames names(users_);
    for (const auto& it : found.devices) items.push_back(encode(it, call.caller, names));
    return paged(std::move(items), found.next_cursor);
  }

  service::CustodyLedger& custody_;
  service::Holdings& holdings_;
  service::Writes& writes_;
  service::Fleet& fleet_;
  service::Users& users_;
};

}  // namespace

Routes custody_routes(service::CustodyLedger& custody, service::Holdings& holdings, service::Writes& writes,
                      service::Fleet& fleet, service::Users& users) {
  const CustodyRoutes it(custody, holdings, writes, fleet, users);
  using P = domain::Permission;
  const auto post = [](std::string_view path, Answer answer) {
    return Route{Method::post, path, P::move_custody, ScopeKind::school, Where::worker, kBodyLimit, std::move(answer)};
  };
  const auto get = [](std::string_view path, P permission, Answer answer) {
    return Route{Method::get, path, permission, ScopeKind::school, Where::worker, 0, std::move(answer)};
  };
  return {
      post("/api/v1/custody/give", [it](Call& call) { return it.give(call); }),
      post("/api/v1/custody/take-back", [it](Call& call) { return it.take_back(call); }),
      post("/api/v1/custody/move", [it](Call& call) { return it.move(call); }),
      post("/api/v1/custody/swap", [it](Call& call) { return it.swap(call); }),
      post("/api/v1/custody/undo", [it](Call& call) { return it.undo(call); }),
      get("/api/v1/custody/check", P::move_custody, [it](Call& call) { return it.check(call); }),
      get("/api/v1/devices/{id}/custody", P::view_devices, [it](Call& call) { return it.of_device(call); }),
      get("/api/v1/people/{id}/devices", P::view_people, [it](Call& call) { return it.of_person(call); }),
      get("/api/v1/places/{id}/devices", P::view_devices, [it](Call& call) { return it.of_place(call); }),
      get("/api/v1/leavers", P::view_people, [it](Call& call) { return it.leavers(call); }),
  };
}

}  // namespace rollcall::api
