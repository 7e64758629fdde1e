// Purchase orders, deliveries, and devices on their way from the box to the shelf. Every scan needs an Idempotency-Key.
#include <algorithm>

#include "server/api/encode.h"
#include "server/api/etag.h"
#include "server/api/once.h"
#include "server/api/read.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

constexpr std::size_t kBodyLimit = 4 * 1024, kOrderLimit = 16 * 1024;

std::optional<std::vector<domain::OrderLine>> read_lines(Body& body) {
  auto lines = body.optional_objects("lines", domain::kMaxOrderLines);
  if (!lines) return std::nullopt;
  std::vector<domain::OrderLine> out;
  for (auto& line : *lines) {
    domain::OrderLine it{.line = line.integer_or("line", 0, 0, INT32_MAX),
                         .model_id = line.text("model_id", 64),
                         .quantity = line.integer_or("quantity", 0, 0, domain::kMaxOrdered)};
    it.unit_cost_cents = line.clearable_integer("unit_cost_cents", 0, domain::kMaxCostCents).value_or(std::nullopt);
    if (const auto done = line.done(); !done) {
      const auto& [code, message, field] = done.error();  // the message begins with the field
      body.refuse("lines." + field, message.substr(std::min(message.size(), field.size() + 1)));
    }
    out.push_back(std::move(it));
  }
  return out;
}

service::OrderChange read_change(Body& body) {
  service::OrderChange out;
  out.vendor = body.optional_text("vendor", domain::kMaxOrderText);
  out.funding_source = body.optional_text("funding_source", domain::kMaxOrderText);
  out.note = body.optional_text("note", domain::kMaxOrderNote);
  out.next_tag = body.optional_text("next_tag", domain::kMaxTag);
  out.expected = read_date(body, "expected");
  out.lines = read_lines(body);
  return out;
}

class ReceivingRoutes {
 public:
  ReceivingRoutes(service::Receiving& receiving, service::Writes& writes, service::Users& users)
      : receiving_(receiving), writes_(writes), users_(users) {}

  Result<net::Response> list(Call& call) const {
    Query query(call.request);
    service::OrderQuery wanted;
    wanted.search = query.text("q", 128);
    const auto school = query.text("school", 64);
    if (!school.empty()) wanted.school_id = school == "none" ? "" : school;
    wanted.open = query.word("state", [](std::string_view text) {
      return text == "open" ? std::optional(true) : text == "closed" ? std::optional(false) : std::nullopt;
    });
    query.take_page(wanted, service::Receiving::kMaxPage, 50);
    TRY(query.done());
    const auto page = TRY(receiving_.list(*call.caller.person, wanted));
    json::array items;
    ActorNames names(users_);
    for (const auto& it : page.orders) items.push_back(encode(it, call.caller, names));
    return paged(std::move(items), page.next_cursor);
  }

  Result<net::Response> show(Call& call) const {
    return describe(call, TRY(receiving_.get(*call.caller.person, call.parameters[0])));
  }

  Result<net::Response> create(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    domain::PurchaseOrder wanted;
    wanted.number = body.text("number", domain::kMaxOrderText);
    wanted.school_id = body.optional_text("school", 64).value_or("");
    auto told = read_change(body);
    TRY(body.done());
    wanted.vendor = told.vendor.value_or("");
    wanted.funding_source = told.funding_source.value_or("");
    wanted.note = told.note.value_or("");
    wanted.next_tag = told.next_tag.value_or("");
    wanted.expected = told.expected.value_or(std::nullopt);
    wanted.lines = std::move(told.lines).value_or(std::vector<domain::OrderLine>{});
    return answer_once(writes_, call, Key::required, [&](service::Write& write) -> Result<net::Response> {
      return describe(call, TRY(receiving_.create(write, *call.caller.person, wanted)), 201);
    });
  }

  Result<net::Response> edit(Call& call) const {
    const auto seen = seen_version(call.request);
    if (!seen) return no_seen_version();
    auto body = TRY(Body::parse(call.request));
    const auto change = read_change(body);
    if (change.empty()) body.refuse("vendor", "or another field is missing");
    TRY(body.done());
    return answer_once(writes_, call, Key::optional, [&](service::Write& write) -> Result<net::Response> {
      return describe(call, TRY(receiving_.edit(write, *call.caller.person, call.parameters[0], change, *seen)));
    });
  }

  Result<net::Response> close(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    const auto reason = body.optional_text("reason", domain::kMaxOrderNote).value_or("");
    TRY(body.done());
    return answer_once(writes_, call, Key::required, [&](service::Write& write) -> Result<net::Response> {
      return describe(call, TRY(receiving_.close(write, *call.caller.person, call.parameters[0], reason)));
    });
  }

  Result<net::Response> reopen(Call& call) const {
    return answer_once(writes_, call, Key::required, [&](service::Write& write) -> Result<net::Response> {
      return describe(call, TRY(receiving_.reopen(write, *call.caller.person, call.parameters[0])));
    });
  }

  Result<net::Response> deliver(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    domain::Delivery wanted;
    const auto day = read_date(body, "delivered");
    if (!day || !*day) body.refuse("delivered", "is missing: the day on which it came, as 2026-08-31");
    wanted.announced = body.integer_or("announced", 0, 0, domain::kMaxOrdered);
    wanted.reference = body.optional_text("reference", domain::kMaxOrderText).value_or("");
    wanted.note = body.optional_text("note", domain::kMaxOrderNote).value_or("");
    TRY(body.done());
    wanted.delivered = **day;
    return answer_once(writes_, call, Key::required, [&](service::Write& write) -> Result<net::Response> {
      return json_response(encode(TRY(receiving_.deliver(write, *call.caller.person, call.parameters[0], wanted)), call.caller),
                           201);
    });
  }

  Result<net::Response> receive(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    service::ReceivingScan scan;
    scan.serial = body.text("serial", domain::kMaxSerial);
    scan.delivery_id = body.text("delivery", 64);
    if (body.has("line")) scan.line = body.integer_or("line", 0, 1, INT32_MAX);
    TRY(body.done());
    return answer_once(writes_, call, Key::required, [&](service::Write& write) -> Result<net::Response> {
      return describe(call, TRY(receiving_.receive(write, *call.caller.person, call.parameters[0], scan)));
    });
  }

  Result<net::Response> take_step(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    service::StepTaken step;
    step.device = body.text("device", domain::kMaxTag);
    const auto name = body.optional_word("step", domain::parse_receiving_step);
    if (!name) body.refuse("step", "is missing: tagged, imaged or checked");
    step.tag = body.optional_text("tag", domain::kMaxTag).value_or("");
    step.damaged = body.optional_flag("damaged").value_or(false);
    step.note = body.optional_text("note", domain::kMaxOrderNote).value_or("");
    TRY(body.done());
    step.step = *name;
    return answer_once(writes_, call, Key::required, [&](service::Write& write) -> Result<net::Response> {
      return describe(call, TRY(receiving_.take_step(write, *call.caller.person, call.parameters[0], step)));
    });
  }

  Result<net::Response> devices(Call& call) const {
    Query query(call.request);
    const auto waits = query.word("waits_for", [](std::string_view text) {
      if (text == "vendor") return std::optional(domain::ReceivingStep::received);  // damaged ones wait for nobody else
      return text == "received" ? std::nullopt : domain::parse_receiving_step(text);
    });
    const auto asked = query.page(service::Receiving::kMaxPage, 50);
    TRY(query.done());
    const auto page =
        TRY(receiving_.devices(*call.caller.person, call.parameters[0], waits, asked.cursor, asked.limit));
    json::array items;
    ActorNames names(users_);
    for (const auto& it : page.devices) items.push_back(encode(it, call.caller, names));
    return paged(std::move(items), page.next_cursor);
  }

  Result<net::Response> troubles(Call& call) const {
    Query query(call.request);
    service::TroubleQuery wanted;
    const auto what = query.text("trouble", 16);
    if (what != "" && what != "short" && what != "damaged") query.refuse("trouble", "knows short and damaged");
    wanted.is_short = what != "damaged";
    wanted.damaged = what != "short";
    const auto school = query.text("school", 64);
    if (!school.empty()) wanted.school_id = school == "none" ? "" : school;
    query.take_page(wanted, service::Receiving::kMaxPage, 50);
    TRY(query.done());
    const auto page = TRY(receiving_.troubles(*call.caller.person, wanted));
    json::array items;
    for (const auto& it : page.deliveries) items.push_back(encode(it, call.caller));
    return paged(std::move(items), page.next_cursor);
  }

 private:
  net::Response describe(const Call& call, const service::OrderView& view, int status = 200) const {
    ActorNames names(users_);
    auto response = json_response(encode(view, call.caller, names), status);
    response.headers.set("ETag", etag_of(view.order.version));
    return response;
  }
  net::Response describe(const Call& call, const service::ReceivedView& view) const {
    ActorNames names(users_);
    return json_response(encode(view, call.caller, names));
  }

  service::Receiving& receiving_;
  service::Writes& writes_;
  service::Users& users_;
};

}  // namespace

Routes receiving_routes(service::Receiving& receiving, service::Writes& writes, service::Users& users) {
  const ReceivingRoutes it(receiving, writes, users);
  using P = domain::Permission;
  const auto write = [](Method method, std::string_view path, std::size_t limit, Answer answer) {
    return Route{method, path, P::edit_inventory, ScopeKind::school, Where::worker, limit, std::move(answer)};
  };
  const auto get = [](std::string_view path, Answer answer) {
    return Route{Method::get, path, P::view_devices, ScopeKind::school, Where::worker, 0, std::move(answer)};
  };
  return {
      get("/api/v1/purchase-orders", [it](Call& call) { return it.list(call); }),
      write(Method::post, "/api/v1/purchase-orders", kOrderLimit, [it](Call& call) { return it.create(call); }),
      get("/api/v1/purchase-orders/{id}", [it](Call& call) { return it.show(call); }),
      write(Method::patch, "/api/v1/purchase-orders/{id}", kOrderLimit, [it](Call& call) { return it.edit(call); }),
      write(Method::post, "/api/v1/purchase-orders/{id}/close", kBodyLimit, [it](Call& call) { return it.close(call); }),
      write(Method::post, "/api/v1/purchase-orders/{id}/reopen", 0, [it](Call& call) { return it.reopen(call); }),
      write(Method::post, "/api/v1/purchase-orders/{id}/deliveries", kBodyLimit,
            [it](Call& call) { return it.deliver(call); }),
      get("/api/v1/purchase-orders/{id}/devices", [it](Call& call) { return it.devices(call); }),
      write(Method::post, "/api/v1/purchase-orders/{id}/scans", kBodyLimit,
            [it](Call& call) { return it.receive(call); }),
      write(Method::post, "/api/v1/purchase-orders/{id}/steps", kBodyLimit,
            [it](Call& call) { return it.take_step(call); }),
      get("/api/v1/deliveries", [it](Call& call) { return it.troubles(call); }),
  };
}

}  // namespace rollcall::api
