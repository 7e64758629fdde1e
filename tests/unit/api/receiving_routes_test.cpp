// Purchase orders and receiving through the people's door.
#include "common/base/text.h"
#include "tests/unit/api/described.h"

namespace rollcall::api {
namespace {

using net::Method;

const std::string kOrders = "/api/v1/purchase-orders";

class Dock : public DescribedServer {
 public:
  Answered act(const std::string& what, const std::string& body, const std::string& token = {}) {
    return post(kOrders + "/{id}/" + what, kOrders + "/" + order + "/" + what, body, token.empty() ? tech : token);
  }
  Answered create(const std::string& fields, const std::string& token) {
    return post(kOrders, kOrders,
                R"({"number":"PO-1","vendor":"Acme","lines":[{"model_id":")" + model +
                    R"(","quantity":2,"unit_cost_cents":28900}])" + fields + "}",
                token);
  }
  std::string open() {
    order = create(R"(,"school":"north","funding_source":"Title I","expected":"2026-08-01","next_tag":"FCS-0001")", tech)
                .field("id");
    return act("deliveries", R"({"delivered":"2026-08-03","announced":2,"reference":"S-1"})").field("id");
  }

  std::string admin{server.sign_in("ada", domain::Role::admin)};
  std::string tech{server.sign_in("tom", domain::Role::technician, {domain::ScopeKind::school, {"north"}})};
  std::string viewer{server.sign_in("vic", domain::Role::viewer)};
  std::string other{server.sign_in("sue", domain::Role::technician, {domain::ScopeKind::school, {"south"}})};
  std::string model{post("/api/v1/models", "/api/v1/models",
                         R"({"maker":"LENOVO","name":"20XW","kind":"laptop","warranty_months":12})", admin)
                        .field("id")};
  std::string order;
};

}  // namespace

TEST_CASE("a box is scanned, tagged, imaged by its agent, and checked") {
  Dock it;
  const auto delivery = it.open();
  const auto got = it.act("scans", R"({"serial":"pf1","delivery":")" + delivery + R"("})");
  CHECK(got.status == 200);
  CHECK(got.field("next") == "tagged");
  CHECK(got.json().at("steps").at("received").at("by").as_string() == "tom");
  CHECK(it.act("scans", R"({"serial":"PF1","delivery":")" + delivery + R"("})").json().at("again").as_bool());
  const auto tagged = it.act("steps", R"({"device":"PF1","step":"tagged"})");
  CHECK(tagged.json().at("device").at("tag").as_string() == "FCS-0001");
  CHECK(it.act("steps", R"({"device":"PF1","step":"checked"})").status == 409);
  const auto laptop = it.server.enrol("PF1");
  const auto checked = it.act("steps", R"({"device":"FCS-0001","step":"checked"})");
  CHECK(checked.json().at("device").at("id").as_string() == laptop.device_id);
  CHECK(checked.json().at("device").at("lifecycle").as_string() == "ready");
  CHECK(checked.json().at("steps").at("imaged").at("by_agent").as_bool());
  const auto shown = it.get(kOrders + "/{id}", kOrders + "/" + it.order, it.viewer);
  CHECK(shown.json().at("counts").at("checked").as_int64() == 1);
  CHECK(shown.json().at("counts").at("missing").as_int64() == 1);
  CHECK_FALSE(shown.json().as_object().contains("created_by"));
  CHECK(it.get(kOrders + "/{id}/devices", kOrders + "/" + it.order + "/devices?waits_for=tagged", it.tech)
            .json()
            .at("items")
            .as_array()
            .empty());
  const auto troubles = it.get("/api/v1/deliveries", "/api/v1/deliveries?trouble=short", it.tech);
  REQUIRE(troubles.json().at("items").as_array().size() == 1);
  CHECK(troubles.json().at("items").at(0).at("missing").as_int64() == 1);
  CHECK(it.get("/api/v1/deliveries", "/api/v1/deliveries", it.other).json().at("items").as_array().empty());
}

TEST_CASE("an order is changed over the version that was read, closed with a reason and opened again") {
  Dock it;
  it.open();
  const std::string path = kOrders + "/" + it.order;
  const auto patch = [&](const std::string& body, const std::string& etag) {
    return it.ask(kOrders + "/{id}", {Method::patch, path, it.tech, body, {{"If-Match", etag}}});
  };
  CHECK(it.ask(kOrders + "/{id}", {Method::patch, path, it.tech, R"({"note":"x"})"}).status == 428);
  const auto changed = patch(R"({"note":"pallet 3","expected":"","lines":[{"line":1,"model_id":")" + it.model +
                                 R"(","quantity":3}]})",
                             "\"v1\"");
  CHECK(changed.status == 200);
  CHECK(changed.headers.get("ETag") == "\"v2\"");
  CHECK_FALSE(changed.json().as_object().contains("expected"));
  CHECK(changed.field("note") == "pallet 3");
  CHECK_FALSE(it.get(kOrders + "/{id}", path, it.viewer).json().as_object().contains("note"));
  CHECK_FALSE(changed.json().at("lines").at(0).as_object().contains("unit_cost_cents"));
  CHECK(patch(R"({"note":"y"})", "\"v1\"").status == 412);
  CHECK(patch("{}", "\"v2\"").status == 400);
  CHECK(patch(R"({"lines":[{"model_id":"x"}]})", "\"v2\"").field("field") == "lines.quantity");
  CHECK(patch(R"({"lines":[{"quantity":1}]})", "\"v2\"").field("field") == "lines.model_id");
  CHECK(patch(R"({"lines":[7]})", "\"v2\"").field("field") == "lines");
  CHECK(it.act("close", "{}").field("field") == "reason");
  CHECK(it.act("close", R"({"reason":"sold out"})").field("state") == "closed");
  CHECK(it.act("reopen", "").field("state") == "open");
  CHECK(it.get(kOrders, kOrders + "?state=open&q=po-1&school=north", it.tech).json().at("items").as_array().size() == 1);
}

TEST_CASE("orders of a school are out of another school's sight, and viewers change nothing") {
  Dock it;
  it.open();
  CHECK(it.get(kOrders + "/{id}", kOrders + "/" + it.order, it.other).status == 404);
  CHECK(it.act("deliveries", R"({"delivered":"2026-08-03","announced":2})", it.other).status == 404);
  CHECK(it.create("", it.tech).status == 403);  // the district's
  CHECK(it.create(R"(,"school":"north")", it.viewer).status == 403);
  CHECK(it.create(R"(,"school":"north")", it.admin).status == 409);  // this number is known
  CHECK(it.act("deliveries", R"({"announced":2})").field("field") == "delivered");
}

}  // namespace rollcall::api
