// The search through the people's door: what it answers, whom it answers what.
#include "common/base/text.h"
#include "tests/unit/api/fixture.h"
#include "tests/unit/api/schema.h"

namespace rollcall::api {
namespace {

using net::Method;

class SearchScene {
 public:
  SearchScene() {
    device = server.enrol("5CD1234XYZ", "north").device_id;
    server.clock.advance(kSecondMs);  // the other one is newer
    server.enrol("5CD9999XYZ", "south");
    auto upload = Ask{Method::post, "/api/v1/imports?kind=students", admin,
                      "student number,first name,last name,school,grade\n"
                      "1001,Ana,Silva,North High,9\n1002,Ana,Li,south,10\n",
                      {{"Content-Type", "text/csv"}}};
    REQUIRE(server.send(upload).status == 202);
    server.core->imports.run_due(server.clock.wall_ms());
  }
  boost::json::value ask(const std::string& query, const std::string& token) {
    auto answer = server.send({Method::get, "/api/v1/search" + query, token});
    INFO(query << " answered " << answer.status << " " << answer.text);
    REQUIRE(answer.status == 200);
    const auto schema = description_.answer("get", "/api/v1/search", "200");
    CHECK(description_.deviations(schema, answer.json()) == std::vector<std::string>{});
    return answer.json();
  }
  // "device 5CD1234XYZ exact; person Ana Silva words"
  std::string found(const std::string& text, const std::string& token) {
    std::string out;
    const auto answer = ask("?q=" + text, token);
    for (const auto& group : answer.at("groups").as_array()) {
      for (const auto& hit : group.at("items").as_array()) {
        out += (out.empty() ? "" : "; ") + std::string(group.at("kind").as_string()) + " " +
               std::string(hit.at("title").as_string()) + " " + std::string(hit.at("match").as_string());
      }
    }
    return out;
  }

  TestServer server;
  std::string admin{server.sign_in("ada", domain::Role::admin)};
  std::string device;

 private:
  Description description_;
};

TEST_CASE("the search answers with what leads to a page, before and after it is indexed") {
  SearchScene it;
  if (GENERATE(false, true)) it.server.core->run_due_jobs(it.server.clock.wall_ms());
  const auto answer = it.ask("?q=5cd1234xyz", it.admin);
  CHECK(answer.at("behind") == false);
  REQUIRE(answer.at("groups").as_array().size() == 1);
  CHECK(answer.at("groups").at(0).at("more") == false);
  const auto& hit = answer.at("groups").at(0).at("items").at(0);
  CHECK(hit.at("id").as_string() == std::string_view(it.device));
  CHECK(hit.at("detail") == "LENOVO 20XW");
  CHECK(hit.at("school") == "north");
  CHECK(hit.at("state") == "active");
  CHECK(it.found("ana", it.admin) == "person Ana Li words; person Ana Silva words");
  CHECK(it.found("ana silva", it.admin) == "person Ana Silva words");
  CHECK(it.found("1001", it.admin) == "person Ana Silva exact");
  const auto person = it.ask("?q=1001", it.admin).at("groups").at(0).at("items").at(0);
  const auto page = "/api/v1/people/" + std::string(person.at("id").as_string());
  CHECK(it.server.send({Method::get, page, it.admin}).status == 200);
}

TEST_CASE("a room is found by its name, a model by the maker's, both by a slip") {
  SearchScene it;
  const auto post = [&](const char* path, const char* body) {
    REQUIRE(it.server.send({Method::post, path, it.admin, body, {{"Idempotency-Key", path}}}).status == 201);
  };
  post("/api/v1/places", R"({"kind":"room","name":"Media Center","school":"north"})");
  post("/api/v1/models", R"({"maker":"Lenovo","name":"300e Gen 3"})");
  if (GENERATE(false, true)) it.server.core->run_due_jobs(it.server.clock.wall_ms());
  CHECK(it.found("media", it.admin) == "place Media Center words");
  CHECK(it.found("mediq cent", it.admin) == "place Media Center typo");
  CHECK(it.found("300e", it.admin) == "model Lenovo 300e Gen 3 words");
  const auto technician = it.server.sign_in("tom", domain::Role::technician, {domain::ScopeKind::school, {"south"}});
  CHECK(it.found("media", technician).empty());
  CHECK(it.found("300e", technician) == "model Lenovo 300e Gen 3 words");
}

TEST_CASE("a viewer finds devices and no person, a technician what is in their school") {
  SearchScene it;
  if (GENERATE(false, true)) it.server.core->run_due_jobs(it.server.clock.wall_ms());
  const auto viewer = it.server.sign_in("vic", domain::Role::viewer);
  const auto technician = it.server.sign_in("tom", domain::Role::technician, {domain::ScopeKind::school, {"south"}});
  CHECK(it.found("ana", viewer).empty());
  CHECK(it.found("1001", viewer).empty());
  CHECK(it.ask("?q=ana&kind=person", viewer).at("groups").as_array().empty());
  CHECK(it.found("20xw", viewer) == "device 5CD9999XYZ words; device 5CD1234XYZ words");
  CHECK(it.found("ana", technician) == "person Ana Li words");
  CHECK(it.found("1001", technician).find("Silva") == std::string::npos);
  CHECK(it.found("20xw", technician) == "device 5CD9999XYZ words");
  CHECK(it.found("5cd1234xyz", technician).empty());
}

TEST_CASE("a deleted device is found and says that it is") {
  SearchScene it;
  REQUIRE(it.server.send({Method::delete_, "/api/v1/devices/" + it.device, it.admin}).status == 204);
  const auto answer = it.ask("?q=5cd1234xyz", it.admin);
  CHECK(answer.at("groups").at(0).at("items").at(0).at("state") == "deleted");
}

TEST_CASE("what nobody would type is refused with the field, or means nothing") {
  SearchScene it;
  const auto status = [&](const std::string& query) {
    return it.server.send({Method::get, "/api/v1/search" + query, it.admin}).status;
  };
  CHECK(status("?q=" + std::string(129, 'a')) == 400);
  CHECK(status("?q=a b c d e f g h i") == 400);
  CHECK(status("?q=a\x01" "b") == 400);
  CHECK(status("?q=a&kind=secret") == 400);
  CHECK(status("?q=a&limit=51") == 400);
  CHECK(status("?q=a&limit=0") == 400);
  CHECK(status("?word=a") == 400);
  const auto refused = it.server.send({Method::get, "/api/v1/search?q=a b c d e f g h i", it.admin});
  CHECK(refused.field("field") == "q");
  for (const char* nothing : {"", "%", "*", "_", "' OR 1=1 --"}) {
    INFO(nothing);
    CHECK(it.ask("?q=" + std::string(nothing), it.admin).at("behind") == false);
  }
  CHECK(it.found("%", it.admin).empty());
  CHECK(it.ask("", it.admin).at("groups").as_array().empty());
}

TEST_CASE("the words of openapi.yaml are the words of the search") {
  const auto text = must(SystemFiles().read("server/api/openapi.yaml", 1 << 20));
  std::string kinds;
  for (const auto& it : service::searched_kinds()) kinds += (kinds.empty() ? "" : ", ") + std::string(name_of(it.kind));
  CHECK(text.find("SearchKind: { type: string, enum: [" + kinds + "] }") != std::string::npos);
  std::size_t place = 0;
  for (const auto& kind : service::searched_kinds()) CHECK(static_cast<std::size_t>(kind.kind) == place++);
  CHECK(place == static_cast<std::size_t>(domain::kSearchKinds));
  CHECK(text.find("enum: [exact, same, words, begins, typo]") != std::string::npos);
}

}  // namespace
}  // namespace rollcall::api
