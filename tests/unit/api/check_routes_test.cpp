// Physical audits through the people's door.
#include "common/base/text.h"
#include "tests/unit/api/described.h"

namespace rollcall::api {
namespace {

using net::Method;

constexpr const char* kChecks = "/api/v1/inventory-checks";

class Walk : public DescribedServer {
 public:
  std::string device(const std::string& tag, const std::string& school = "north") {
    return post("/api/v1/devices", "/api/v1/devices", R"({"tag":")" + tag + R"(","school":")" + school + R"("})", admin)
        .field("id");
  }
  std::string cart() {
    return post("/api/v1/places", "/api/v1/places", R"({"kind":"cart","name":"Cart 7","school":"north"})", tech)
        .field("id");
  }
  std::string in_cart(const std::string& tag, const std::string& place) {
    auto id = device(tag);
    post("/api/v1/custody/give", "/api/v1/custody/give", R"({"device":")" + tag + R"(","place":")" + place + R"("})",
         tech);
    return id;
  }
  Answered scan(const std::string& id, const std::string& code, const std::string& key = {}) {
    return post(std::string(kChecks) + "/{id}/scans", std::string(kChecks) + "/" + id + "/scans",
                R"({"code":")" + code + R"("})", tech, key);
  }
  Answered act(const std::string& id, const std::string& what, const std::string& body) {
    return post(std::string(kChecks) + "/{id}/" + what, std::string(kChecks) + "/" + id + "/" + what, body, tech);
  }

  std::string admin{server.sign_in("ada", domain::Role::admin)};
  std::string tech{server.sign_in("tom", domain::Role::technician, {domain::ScopeKind::school, {"north"}})};
  std::string viewer{server.sign_in("vic", domain::Role::viewer)};
  std::string other{server.sign_in("sue", domain::Role::technician, {domain::ScopeKind::school, {"south"}})};

};

}  // namespace

TEST_CASE("an audit is begun, scanned, accounted for and closed; a lost answer is given again") {
  Walk it;
  const auto cart = it.cart();
  it.in_cart("T-1", cart);
  const auto missing = it.in_cart("T-2", cart);
  it.device("T-3");
  const auto begun = it.post(kChecks, kChecks, R"({"place":")" + cart + R"(","note":"June"})", it.tech, "start");
  REQUIRE(begun.status == 201);
  const auto id = begun.field("id");
  CHECK(begun.json().at("counts").at("expected").as_int64() == 2);
  const auto again = it.post(kChecks, kChecks, R"({"place":")" + cart + R"(","note":"June"})", it.tech, "start");
  CHECK(again.headers.get("Idempotency-Replayed") == "true");
  CHECK(again.text == begun.text);
  CHECK(it.post(kChecks, kChecks, R"({"place":")" + cart + R"("})", it.tech).status == 409);

  CHECK(it.scan(id, "t-1", "s1").field("result") == "expected");
  CHECK(it.scan(id, "t-1", "s1").field("result") == "expected");  // the same answer, not "scanned already"
  CHECK(it.scan(id, "T-1").field("result") == "already_scanned");
  CHECK(it.scan(id, "T-3").field("result") == "unexpected");
  CHECK(it.scan(id, "X-9").field("result") == "unknown");
  CHECK(it.act(id, "close", "{}").status == 409);

  const auto outcome = [&](const std::string& item, const std::string& what, const std::string& more = "") {
    return it.act(id, "outcomes", R"({"item":")" + item + R"(","outcome":")" + what + "\"" + more + "}");
  };
  CHECK(outcome(missing, "noted", R"(,"note":"x")").field("field") == "outcome");
  CHECK(outcome(missing, "with_person", R"(,"person":"4711")").status == 409);
  CHECK(outcome(missing, "stolen").field("status") == "explained");
  CHECK(outcome("?x-9", "noted", R"(,"note":"a monitor")").field("status") == "dismissed");
  const auto unexpected = it.get(std::string(kChecks) + "/{id}/items",
                                 std::string(kChecks) + "/" + id + "/items?status=unexpected", it.tech);
  REQUIRE(unexpected.json().at("items").as_array().size() == 1);
  const auto stray = std::string(unexpected.json().at("items").at(0).at("item").as_string());
  CHECK(outcome(stray, "moved_here").field("status") == "settled");
  const auto closed = it.act(id, "close", R"({"note":"done"})");
  CHECK(closed.field("state") == "closed");
  CHECK(closed.field("end_note") == "done");
  CHECK(it.act(id, "abandon", R"({"note":"no"})").status == 409);
}

TEST_CASE("a viewer sees how an audit went, without names and notes, and another school sees nothing") {
  Walk it;
  const auto cart = it.cart();
  const auto missing = it.in_cart("T-1", cart);
  const auto id = it.post(kChecks, kChecks, R"({"place":")" + cart + R"(","note":"June"})", it.tech).field("id");
  it.act(id, "outcomes", R"({"item":")" + missing + R"(","outcome":"other","note":"with the neighbor"})");
  const std::string path = std::string(kChecks) + "/" + id;
  const auto seen = it.get(std::string(kChecks) + "/{id}", path, it.viewer);
  CHECK(seen.status == 200);
  CHECK_FALSE(seen.json().as_object().contains("note"));
  CHECK_FALSE(seen.json().as_object().contains("started_by"));
  const auto items = it.get(std::string(kChecks) + "/{id}/items", path + "/items", it.viewer);
  CHECK(items.text.find("neighbor") == std::string::npos);
  CHECK(it.get(kChecks, kChecks, it.viewer).json().at("items").as_array().size() == 1);
  CHECK(it.get(kChecks, kChecks, it.other).json().at("items").as_array().empty());
  CHECK(it.get(std::string(kChecks) + "/{id}", path, it.other).status == 404);
  CHECK(it.post(kChecks, kChecks, R"({"place":")" + cart + R"("})", it.viewer).status == 403);
  CHECK(it.get(kChecks, std::string(kChecks) + "?state=closed&school=north&place=" + cart, it.tech)
            .json()
            .at("items")
            .as_array()
            .empty());
}

TEST_CASE("what is wrong with a request is said before anything is written down") {
  Walk it;
  const auto cart = it.cart();
  const auto id = it.post(kChecks, kChecks, R"({"place":")" + cart + R"("})", it.tech).field("id");
  CHECK(it.server.send({Method::post, std::string(kChecks) + "/" + id + "/scans", it.tech, R"({"code":"T-1"})"}).status ==
        400);  // no key
  CHECK(it.scan(id, "").status == 400);
  CHECK(it.act(id, "outcomes", R"({"item":"?x"})").field("field") == "outcome");
  CHECK(it.act(id, "abandon", R"({"note":""})").field("field") == "note");
  CHECK(it.scan("01ARZ3NDEKTSV4RRFFQ69G5FAV", "T-1").status == 404);
}

}  // namespace rollcall::api
