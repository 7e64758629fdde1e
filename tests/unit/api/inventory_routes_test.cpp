// Models and places through the people's door, and the key of writes that are sent again.
#include "common/base/text.h"
#include "tests/unit/api/described.h"

namespace rollcall::api {
namespace {

using net::Method;

class Inventory : public DescribedServer {
 public:
  Answered post(const std::string& path, const std::string& body, const std::string& key,
                const std::string& token = {}) {
    return DescribedServer::post(path, path, body, token.empty() ? admin : token, key);
  }
  std::size_t records() { return must(server.core->audit.page("", 500)).records.size(); }

  std::string admin{server.sign_in("ada", domain::Role::admin)};
  std::string nora{server.sign_in("nora", domain::Role::technician, {domain::ScopeKind::school, {"north"}})};

};

constexpr const char* kModel =
    R"({"maker":"Lenovo","name":"300e","kind":"laptop","warranty_months":36,"kit":["charger"]})";

TEST_CASE("models are kept in a catalog") {
  Inventory it;
  const auto made = it.post("/api/v1/models", kModel, "k1");
  REQUIRE(made.status == 201);
  CHECK(made.headers.get("ETag") == "\"v1\"");
  const std::string path = "/api/v1/models/" + made.field("id");
  CHECK(it.ask("/api/v1/models", {Method::get, "/api/v1/models", it.nora}).json().at("items").at(0).at("devices") == 0);
  CHECK(it.ask("/api/v1/models", {Method::get, "/api/v1/models?q=300E&kind=laptop", it.nora})
            .json()
            .at("items")
            .as_array()
            .size() == 1);
  CHECK(it.ask("/api/v1/models/{id}", {Method::get, path, it.nora}).field("name") == "300e");
  const auto patch = [&](const std::string& body, const std::string& etag) {
    return it.ask("/api/v1/models/{id}", {Method::patch, path, it.admin, body, {{"If-Match", etag}}});
  };
  const auto changed = patch(R"({"warranty_months":null,"life_months":48})", "\"v1\"");
  CHECK(changed.status == 200);
  CHECK_FALSE(changed.json().as_object().contains("warranty_months"));
  CHECK(changed.headers.get("ETag") == "\"v2\"");
  CHECK(patch(R"({"name":"x"})", "\"v1\"").status == 412);
  CHECK(patch("{}", "\"v2\"").status == 400);
  CHECK(patch(R"({"kit":["mouse"]})", "\"v2\"").field("field") == "kit");
  CHECK(patch(R"({"cost_cents":1.5})", "\"v2\"").field("field") == "cost_cents");
  CHECK(it.ask("/api/v1/models/{id}", {Method::patch, path, it.admin, R"({"name":"x"})"}).status == 428);
  CHECK(it.post("/api/v1/models", kModel, "k2").status == 409);
  CHECK(it.post("/api/v1/models", kModel, "k3", it.nora).status == 403);
  CHECK(it.ask("/api/v1/models/{id}", {Method::delete_, path, it.admin}).status == 204);
  CHECK(it.ask("/api/v1/models/{id}", {Method::get, path, it.admin}).status == 404);
}

TEST_CASE("a school's staff keep the places of their school") {
  Inventory it;
  const auto made =
      it.post("/api/v1/places", R"({"kind":"cart","name":"Cart 7","school":"north","capacity":30})", "k1", it.nora);
  REQUIRE(made.status == 201);
  const auto vendor = it.post("/api/v1/places", R"({"kind":"vendor","name":"Fixit"})", "k2");
  CHECK(it.post("/api/v1/places", R"({"kind":"vendor","name":"Fixit 2"})", "k3", it.nora).status == 403);
  CHECK(it.post("/api/v1/places", R"({"name":"Fixit 2"})", "k4").field("field") == "kind");
  it.post("/api/v1/places", R"({"kind":"room","name":"Lab","school":"south"})", "k5");
  const auto count = [&](const std::string& query, const std::string& token) {
    return it.ask("/api/v1/places", {Method::get, "/api/v1/places" + query, token})
        .json()
        .at("items")
        .as_array()
        .size();
  };
  CHECK(count("", it.admin) == 3);
  CHECK(count("", it.nora) == 2);
  CHECK(count("?school=south", it.nora) == 0);
  CHECK(count("?school=none", it.nora) == 1);
  CHECK(count("?kind=cart&q=cart", it.nora) == 1);
  const std::string path = "/api/v1/places/" + made.field("id");
  const auto changed =
      it.ask("/api/v1/places/{id}",
             {Method::patch, path, it.nora, R"({"note":"wheel","capacity":null})", {{"If-Match", "\"v1\""}}});
  CHECK(changed.field("note") == "wheel");
  CHECK(it.ask("/api/v1/places/{id}", {Method::get, path, it.nora}).headers.get("ETag") == "\"v2\"");
  CHECK(it.ask("/api/v1/places/{id}", {Method::delete_, path, it.nora, "", {{"If-Match", "\"v1\""}}}).status == 412);
  CHECK(it.ask("/api/v1/places/{id}", {Method::delete_, path, it.nora}).status == 204);
  CHECK(it.ask("/api/v1/places/{id}", {Method::delete_, "/api/v1/places/" + vendor.field("id"), it.nora}).status ==
        403);
}

TEST_CASE("a write that is sent again gets its first answer; its key does nothing else") {
  Inventory it;
  const auto first = it.post("/api/v1/models", kModel, "k1");
  const auto before = it.records();
  const auto again = it.post("/api/v1/models", kModel, "k1");
  CHECK(again.status == 201);
  CHECK(again.text == first.text);
  CHECK(again.headers.get("ETag") == "\"v1\"");
  CHECK(again.headers.get("Idempotency-Replayed") == "true");
  CHECK(first.headers.get("Idempotency-Replayed").empty());
  CHECK(it.records() == before);
  const auto other = it.post("/api/v1/models", R"({"maker":"Lenovo","name":"100e"})", "k1");
  CHECK(other.status == 422);
  CHECK(other.field("type") == "urn:rollcall:problem:idempotency-key-reused");
  const auto refused = it.post("/api/v1/models", kModel, "k2");
  CHECK(refused.status == 409);
  must(it.server.core->writes.run({domain::Actor::Kind::shell, ""}, [&](service::Write& write) {
    return it.server.core->models.remove(write, first.field("id"), {});
  }));
  const auto still = it.post("/api/v1/models", kModel, "k2");
  CHECK(still.status == 409);
  CHECK(still.text == refused.text);
  CHECK(it.post("/api/v1/models", kModel, "k3").status == 201);
}

TEST_CASE("a write that must not be done twice needs a key that can be one") {
  Inventory it;
  const auto none = it.ask("/api/v1/models", {Method::post, "/api/v1/models", it.admin, kModel});
  CHECK(none.status == 400);
  CHECK(none.field("field") == "Idempotency-Key");
  CHECK(it.post("/api/v1/models", kModel, "a b").status == 400);
  CHECK(it.post("/api/v1/models", kModel, std::string(129, 'x')).status == 400);
  CHECK(it.post("/api/v1/models", kModel, std::string(128, 'x')).status == 201);
}

TEST_CASE("an edit that is sent again with its key is not somebody else's change") {
  Inventory it;
  const std::string path = "/api/v1/models/" + it.post("/api/v1/models", kModel, "k1").field("id");
  const Ask edit{Method::patch, path, it.admin, R"({"name":"x"})", {{"If-Match", "\"v1\""}, {"Idempotency-Key", "k2"}}};
  CHECK(it.ask("/api/v1/models/{id}", edit).status == 200);
  CHECK(it.ask("/api/v1/models/{id}", edit).status == 200);
}

}  // namespace
}  // namespace rollcall::api
