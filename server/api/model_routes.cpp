#include "server/api/encode.h"
#include "server/api/etag.h"
#include "server/api/once.h"
#include "server/api/read.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

constexpr std::size_t kBodyLimit = 4 * 1024;

net::Response describe(const domain::DeviceModel& model, int status = 200) {
  auto response = json_response(encode(model), status);
  response.headers.set("ETag", etag_of(model.version));
  return response;
}

service::ModelChange read_change(Body& body) {
  service::ModelChange change;
  change.maker = body.optional_text("maker", domain::kMaxModelText);
  change.name = body.optional_text("name", domain::kMaxModelText);
  change.kind = body.optional_word("kind", domain::parse_device_kind);
  change.warranty_months = body.clearable_integer("warranty_months", 0, domain::kMaxModelMonths);
  change.life_months = body.clearable_integer("life_months", 0, domain::kMaxModelMonths);
  change.cost_cents = body.clearable_integer("cost_cents", 0, domain::kMaxCostCents);
  change.kit = read_kit(body, "kit");
  return change;
}

class ModelRoutes {
 public:
  ModelRoutes(service::Models& models, service::Writes& writes) : models_(models), writes_(writes) {}

  Result<net::Response> list(Call& call) const {
    Query query(call.request);
    service::ModelQuery wanted;
    wanted.search = query.text("q", 128);
    wanted.kind = query.word("kind", domain::parse_device_kind);
    query.take_page(wanted, service::Models::kMaxPage);
    TRY(query.done());
    const auto page = TRY(models_.list(*call.caller.person, wanted));
    json::array items;
    for (std::size_t i = 0; i < page.models.size(); ++i) {
      auto item = encode(page.models[i]);
      item["devices"] = page.devices[i];
      items.push_back(std::move(item));
    }
    return paged(std::move(items), page.next_cursor);
  }

  Result<net::Response> show(Call& call) const { return describe(TRY(models_.get(call.parameters[0]))); }

  Result<net::Response> create(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    const auto given = read_change(body);
    TRY(body.done());
    const domain::DeviceModel wanted{.maker = given.maker.value_or(""),
                                     .name = given.name.value_or(""),
                                     .kind = given.kind.value_or(domain::DeviceKind::laptop),
                                     .warranty_months = given.warranty_months.value_or(std::nullopt),
                                     .life_months = given.life_months.value_or(std::nullopt),
                                     .cost_cents = given.cost_cents.value_or(std::nullopt),
                                     .kit = given.kit.value_or(domain::Kit{})};
    return answer_once(writes_, call, Key::required, [&](service::Write& write) -> Result<net::Response> {
      return describe(TRY(models_.create(write, wanted)), 201);
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
      return describe(TRY(models_.edit(write, call.parameters[0], change, *seen)));
    });
  }

  Result<net::Response> remove(Call& call) const {
    return answer_once(writes_, call, Key::optional, [&](service::Write& write) -> Result<net::Response> {
      TRY(models_.remove(write, call.parameters[0], seen_version(call.request)));
      return no_content();
    });
  }

 private:
  service::Models& models_;
  service::Writes& writes_;
};

}  // namespace

Routes model_routes(service::Models& models, service::Writes& writes) {
  const ModelRoutes it(models, writes);
  using P = domain::Permission;
  return {
      {Method::get, "/api/v1/models", P::view_devices, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.list(call); }},
      {Method::post, "/api/v1/models", P::edit_inventory, ScopeKind::district, Where::worker, kBodyLimit,
       [it](Call& call) { return it.create(call); }},
      {Method::get, "/api/v1/models/{id}", P::view_devices, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.show(call); }},
      {Method::patch, "/api/v1/models/{id}", P::edit_inventory, ScopeKind::district, Where::worker, kBodyLimit,
       [it](Call& call) { return it.edit(call); }},
      {Method::delete_, "/api/v1/models/{id}", P::edit_inventory, ScopeKind::district, Where::worker, 0,
       [it](Call& call) { return it.remove(call); }},
  };
}

}  // namespace rollcall::api
