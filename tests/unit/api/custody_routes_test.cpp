// Devices of the inventory and who has them, through the people's door.
#include "common/base/text.h"
#include "server/storage/person_store.h"
#include "tests/unit/api/described.h"

namespace rollcall::api {
namespace {

using net::Method;

class Counter : public DescribedServer {
 public:
  Answered post(const std::string& path, const std::string& body, const std::string& token,
                const std::string& key = {}) {
    return DescribedServer::post(path, path, body, token, key);
  }
  std::string device(const std::string& tag, const std::string& school = "north") {
    return post("/api/v1/devices", R"({"tag":")" + tag + R"(","school":")" + school + R"(","kind":"tablet"})", tech)
        .field("id");
  }
  std::string person(std::int64_t number, const std::string& name, bool enabled = true) {
    storage::PersonRow row{.sort_name = name};
    row.person = {.person_no = number,
                  .person_id = "01ARZ3NDEKTSV4RRFFQ69G5P" + std::to_string(10 + number),
                  .source_id = "s" + std::to_string(number),
                  .student_number = std::to_string(1000 + number),
                  .given_name = name,
                  .school_ids = {"north"},
                  .school_id = "north",
                  .enabled = enabled};
    must(server.core->database->write(
        [&](sql::Transaction& transaction) { return storage::put_person(transaction, row); }));
    return row.person.person_id;
  }

  std::string admin{server.sign_in("ada", domain::Role::admin)};
  std::string tech{server.sign_in("tom", domain::Role::technician, {domain::ScopeKind::school, {"north"}})};
  std::string viewer{server.sign_in("vic", domain::Role::viewer)};

};

constexpr const char* kGive = "/api/v1/custody/give";

TEST_CASE("a device is added, changed field by field, deleted and restored") {
  Counter it;
  const auto added = it.post("/api/v1/devices",
                             R"({"tag":"T-1","school":"north","serial":"pf1","manufacturer":"Lenovo","kind":"tablet",)"
                             R"("lifecycle":"received","cost_cents":28900,"purchased":"2026-08-31","kit":["case"]})",
                             it.tech);
  REQUIRE(added.status == 201);
  CHECK(added.headers.get("ETag") == "\"v1\"");
  const std::string path = "/api/v1/devices/" + added.field("id"), pattern = "/api/v1/devices/{id}";
  const auto patch = [&](const std::string& body, const std::string& etag) {
    return it.ask(pattern, {Method::patch, path, it.tech, body, {{"If-Match", etag}}});
  };
  const auto changed = patch(R"({"lost":true,"purchased":"","cost_cents":null,"note":"left wheel"})", "\"v1\"");
  CHECK(changed.status == 200);
  CHECK(changed.headers.get("ETag") == "\"v2\"");
  const auto asset = changed.json().at("asset").as_object();
  CHECK(asset.contains("lost_ms"));
  CHECK_FALSE(asset.contains("purchased"));
  CHECK_FALSE(asset.contains("cost_cents"));
  CHECK(changed.json().at("state") == "no_agent");
  CHECK_FALSE(it.get(pattern, path, it.viewer).json().at("asset").as_object().contains("note"));
  CHECK(patch(R"({"tag":"x"})", "\"v1\"").status == 412);
  CHECK(patch("{}", "\"v2\"").status == 400);
  CHECK(patch(R"({"purchased":"31/08/2026"})", "\"v2\"").field("field") == "purchased");
  CHECK(patch(R"({"school":"south"})", "\"v2\"").field("field") == "school");
  const auto same =
      it.post("/api/v1/devices", R"({"tag":"T-2","school":"north","serial":"PF1","manufacturer":"LENOVO"})", it.tech);
  CHECK(same.status == 409);
  CHECK(same.field("field") == "serial");
  CHECK(it.post("/api/v1/devices", R"({"tag":"T-3"})", it.tech).field("field") == "school");
  CHECK(it.ask(pattern, {Method::delete_, path, it.admin}).status == 204);
  const auto restored = it.ask("/api/v1/devices/{id}/restore", {Method::post, path + "/restore", it.admin});
  CHECK(restored.status == 200);
  CHECK(it.get(pattern, path, it.tech).status == 200);
}

TEST_CASE("the list says who has what, with names for those who may see people") {
  Counter it;
  it.device("T-1");
  it.device("T-2");
  it.person(1, "Ana");
  REQUIRE(it.post(kGive, R"({"device":"T-1","person":"1001"})", it.tech).status == 200);
  const auto rows = [&](const std::string& query, const std::string& token) {
    return it.get("/api/v1/devices", "/api/v1/devices" + query, token).json().at("items").as_array();
  };
  const auto held = rows("?held_by=person&lifecycle=deployed&kind=tablet", it.tech);
  REQUIRE(held.size() == 1);
  CHECK(held[0].at("holder_name") == "Ana");
  const auto seen = rows("?held_by=person", it.viewer);
  REQUIRE(seen.size() == 1);
  CHECK_FALSE(seen[0].as_object().contains("holder_name"));
  CHECK_FALSE(seen[0].as_object().contains("holder_id"));
  CHECK(rows("?held_by=nobody", it.tech).size() == 1);
  CHECK(rows("?flag=lost", it.tech).empty());
}

TEST_CASE("a device changes hands; what is in the way is a list with remedies") {
  Counter it;
  const auto id = it.device("T-1");
  const auto ana = it.person(1, "Ana");
  it.person(2, "Bo", false);
  const auto given = it.post(kGive, R"({"device":"T-1","person":"1001","agreement":"A-1"})", it.tech);
  REQUIRE(given.status == 200);
  const auto custody = given.json().at("devices").at(0).at("custody");
  CHECK(custody.at("holder").at("name") == "Ana");
  CHECK(custody.at("given").at("by") == "tom");
  const auto blocked = it.post(kGive, R"({"device":"T-1","person":"1002"})", it.tech);
  CHECK(blocked.status == 409);
  CHECK(blocked.field("type") == "urn:rollcall:problem:blocked");
  const auto blockers = blocked.json().at("blockers").as_array();
  REQUIRE(blockers.size() == 2);
  CHECK(blockers[0].at("code") == "already_held");
  CHECK(blockers[0].at("holder") == "Ana");
  CHECK(blockers[1].at("code") == "withdrawn_person");
  const std::string from(custody.at("id").as_string());
  const auto place =
      it.post("/api/v1/places", R"({"kind":"cart","name":"Cart 7","school":"north"})", it.tech).field("id");
  CHECK(it.post("/api/v1/custody/move", R"({"device":"T-1","from":")" + from + R"(","place":")" + place + R"("})",
                it.tech)
            .status == 200);
  CHECK(
      it.post("/api/v1/custody/move", R"({"device":"T-1","from":")" + from + R"(","person":"1001"})", it.tech).status ==
      409);
  it.device("T-2");
  const auto swapped =
      it.post("/api/v1/custody/swap", R"({"in":{"device":"T-1","condition":"broken"},"device":"T-2"})", it.tech);
  REQUIRE(swapped.status == 200);
  CHECK(swapped.json().at("devices").as_array().size() == 2);
  CHECK(it.post("/api/v1/custody/undo", R"({"act":")" + swapped.field("act") + R"("})", it.admin).status == 404);
  CHECK(it.post("/api/v1/custody/undo", R"({"act":")" + swapped.field("act") + R"("})", it.tech).status == 200);
  CHECK(it.post("/api/v1/custody/take-back", R"({"device":"T-1","kit":[]})", it.tech).status == 200);
  const auto history = it.get("/api/v1/devices/{id}/custody", "/api/v1/devices/" + id + "/custody", it.viewer);
  CHECK(history.json().at("items").as_array().size() == 3);
  CHECK(history.text.find("Ana") == std::string::npos);
  CHECK(history.text.find("tom") == std::string::npos);
  CHECK(it.get("/api/v1/people/{id}/devices", "/api/v1/people/" + ana + "/devices?which=all", it.tech)
            .json()
            .at("items")
            .as_array()
            .size() == 1);
  CHECK(it.get("/api/v1/places/{id}/devices", "/api/v1/places/" + place + "/devices", it.viewer)
            .json()
            .at("items")
            .as_array()
            .empty());
}

TEST_CASE("what is wrong with an order is said with its field, and one without a key is none") {
  Counter it;
  it.device("T-1");
  const auto field = [&](const std::string& path, const std::string& body) {
    return it.post(path, body, it.tech).field("field");
  };
  CHECK(field(kGive, R"({"person":"1001"})") == "device");
  CHECK(field(kGive, R"({"device":"T-1"})") == "person");
  CHECK(field(kGive, R"({"device":"T-1","person":"1","condition":"shiny"})") == "condition");
  CHECK(field(kGive, R"({"device":"T-1","person":"1","student":"1"})") == "student");
  CHECK(field("/api/v1/custody/move", R"({"device":"T-1","person":"1"})") == "from");
  CHECK(field("/api/v1/custody/swap", R"({"device":"T-1"})") == "in");
  CHECK(field("/api/v1/custody/swap", R"({"device":"T-1","in":{"tag":"T-2"}})") == "in.device");
  CHECK(it.ask(kGive, {Method::post, kGive, it.tech, R"({"device":"T-1","person":"1"})"}).field("field") ==
        "Idempotency-Key");
}

TEST_CASE("a station that replays its queue changes nothing a second time") {
  Counter it;
  const auto id = it.device("T-1");
  it.person(1, "Ana");
  const std::string body = R"({"device":"T-1","person":"1001"})";
  const auto first = it.post(kGive, body, it.tech, "station-1");
  CHECK(it.post("/api/v1/custody/take-back", R"({"device":"T-1"})", it.tech, "station-2").status == 200);
  const auto again = it.post(kGive, body, it.tech, "station-1");
  CHECK(again.text == first.text);
  CHECK(again.headers.get("Idempotency-Replayed") == "true");
  CHECK(it.get("/api/v1/devices/{id}/custody", "/api/v1/devices/" + id + "/custody", it.tech)
            .json()
            .at("items")
            .as_array()
            .size() == 1);
  CHECK(it.post(kGive, R"({"device":"T-1","person":"1002"})", it.tech, "station-1").status == 422);
}

TEST_CASE("a check and the list of leavers answer within reach") {
  Counter it;
  it.device("T-1");
  it.person(1, "Ana");
  const auto check = it.get("/api/v1/custody/check", "/api/v1/custody/check?device=t-1&person=1001", it.tech);
  CHECK(check.json().at("blockers").as_array().empty());
  CHECK(it.get("/api/v1/custody/check", "/api/v1/custody/check?device=", it.tech).status == 400);
  REQUIRE(it.post(kGive, R"({"device":"T-1","person":"1001"})", it.tech).status == 200);
  it.person(1, "Ana", false);
  const auto leavers = it.get("/api/v1/leavers", "/api/v1/leavers?school=north", it.tech).json().at("items").as_array();
  REQUIRE(leavers.size() == 1);
  CHECK(leavers[0].at("reason") == "withdrawn");
  CHECK(leavers[0].at("device").at("tag") == "T-1");
  CHECK(it.get("/api/v1/leavers", "/api/v1/leavers", it.viewer).status == 403);
}

}  // namespace
}  // namespace rollcall::api
