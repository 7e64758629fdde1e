#include "server/api/encode.h"
#include "server/api/etag.h"
#include "server/api/once.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

constexpr std::size_t kBodyLimit = 4 * 1024;

net::Response describe(const domain::Place& place, int status = 200) {
  auto response = json_response(encode(place), status);
  response.headers.set("ETag", etag_of(place.version));
  return response;
}

service::PlaceChange read_change(Body& body) {
  service::PlaceChange change;
  change.name = body.optional_text("name", domain::kMaxPlaceName);
  change.school_id = body.optional_text("school", 64);
  change.note = body.optional_text("note", domain::kMaxPlaceNote);
  change.capacity = body.clearable_integer("capacity", 1, domain::kMaxPlaceCapacity);
  return change;
}

class PlaceRoutes {
 public:
  PlaceRoutes(service::Places& places, service::Writes& writes) : places_(places), writes_(writes) {}

  Result<net::Response> list(Call& call) const {
    Query query(call.request);
    service::PlaceQuery wanted;
    wanted.search = query.text("q", 128);
    wanted.kind = query.word("kind", domain::parse_place_kind);
    const auto school = query.text("school", 64);
    if (!school.empty()) wanted.school_id = school == "none" ? "" : school;
    query.take_page(wanted, service::Places::kMaxPage);
    TRY(query.done());
    const auto page = TRY(places_.list(*call.caller.person, wanted));
    json::array items;
    for (std::size_t i = 0; i < page.places.size(); ++i) {
      auto item = encode(page.places[i]);
      item["devices"] = page.devices[i];
      items.push_back(std::move(item));
    }
    return paged(std::move(items), page.next_cursor);
  }

  Result<net::Response> show(Call& call) const {
    return describe(TRY(places_.get(*call.caller.person, call.parameters[0])));
  }

  Result<net::Response> create(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    const auto kind = body.optional_word("kind", domain::parse_place_kind);
    if (!kind) body.refuse("kind", "is missing: room, cart, pool, bench, vendor or storage");
    const auto given = read_change(body);
    TRY(body.done());
    const domain::Place wanted{.kind = *kind,
                               .name = given.name.value_or(""),
                               .school_id = given.school_id.value_or(""),
                               .capacity = given.capacity.value_or(std::nullopt),
                               .note = given.note.value_or("")};
    return answer_once(writes_, call, Key::required, [&](service::Write& write) -> Result<net::Response> {
      return describe(TRY(places_.create(write, *call.caller.person, wanted)), 201);
    });
  }

  Result<net::Response> edit(Call& call) const {
    const auto seen = seen_version(call.request);
    if (!seen) return no_seen_version();
    auto body = TRY(Body::parse(call.request));
    const auto change = read_change(body);
    if (change.empty()) body.refuse("name", "or another field is missing");
    TRY(body.done());
    return answer_once(writes_, call, Key::optional, [&](service::Write& write) -> Result<net::Response> {
      return describe(TRY(places_.edit(write, *call.caller.person, call.parameters[0], change, *seen)));
    });
  }

  Result<net::Response> remove(Call& call) const {
    return answer_once(writes_, call, Key::optional, [&](service::Write& write) -> Result<net::Response> {
      TRY(places_.remove(write, *call.caller.person, call.parameters[0], seen_version(call.request)));
      return no_content();
    });
  }

 private:
  service::Places& places_;
  service::Writes& writes_;
};

}  // namespace

Routes place_routes(service::Places& places, service::Writes& writes) {
  const PlaceRoutes it(places, writes);
  using P = domain::Permission;
  return {
      {Method::get, "/api/v1/places", P::view_devices, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.list(call); }},
      {Method::post, "/api/v1/places", P::edit_inventory, ScopeKind::school, Where::worker, kBodyLimit,
       [it](Call& call) { return it.create(call); }},
      {Method::get, "/api/v1/places/{id}", P::view_devices, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.show(call); }},
      {Method::patch, "/api/v1/places/{id}", P::edit_inventory, ScopeKind::school, Where::worker, kBodyLimit,
       [it](Call& call) { return it.edit(call); }},
      {Method::delete_, "/api/v1/places/{id}", P::edit_inventory, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.remove(call); }},
  };
}

}  // namespace rollcall::api
