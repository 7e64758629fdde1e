// The roster through the people's door: uploads, what becomes of them, who may look.
#include "tests/unit/api/described.h"

namespace rollcall::api {
namespace {

using net::Method;

constexpr const char* kStudents =
    "student number,first name,last name,school,grade,email\n1001,Ana,Silva,North High,9,ana@d.example\n"
    "1002,Bo,Li,south,10,\n1003,,,,,\n";

class Roster : public DescribedServer {
 public:
  Ask upload(const std::string& body, const std::string& query = "?kind=students") {
    return {Method::post, "/api/v1/imports" + query, admin, body, {{"Content-Type", "text/csv"}}};
  }
  std::string import(const std::string& body = kStudents, const std::string& query = "?kind=students") {
    const auto made = ask("/api/v1/imports", upload(body, query));
    REQUIRE(made.status == 202);
    server.core->imports.run_due(server.clock.wall_ms());
    return made.field("id");
  }
  std::string person(const std::string& name) {
    const auto found = ask("/api/v1/people", {Method::get, "/api/v1/people?q=" + name, admin}).json();
    REQUIRE(found.at("items").as_array().size() == 1);
    return std::string(found.at("items").at(0).at("id").as_string());
  }

  std::string admin{server.sign_in("ada", domain::Role::admin)};
};

TEST_CASE("a list of students is uploaded, imported in the background and found again") {
  Roster it;
  const auto id = it.import();
  const auto done = it.ask("/api/v1/imports/{id}", {Method::get, "/api/v1/imports/" + id, it.admin}).json();
  CHECK(done.at("state") == "done");
  CHECK(done.at("files").at(0).at("new") == 2);
  CHECK(done.at("files").at(0).at("errors") == 1);
  CHECK(it.ask("/api/v1/imports", {Method::get, "/api/v1/imports", it.admin}).json().at("items").as_array().size() == 1);

  const auto findings = it.server.send({Method::get, "/api/v1/imports/" + id + "/findings.csv", it.admin});
  CHECK(findings.headers.get("Content-Type") == "text/csv; charset=utf-8");
  CHECK(findings.text ==
        "file,line,column,severity,reason\r\n"
        "\"students.csv\",4,\"first name\",\"error\",\"is empty, and so is the last name\"\r\n");

  const auto groups = it.ask("/api/v1/imports/{id}/findings", {Method::get, "/api/v1/imports/" + id + "/findings", it.admin});
  CHECK(groups.json().at("items").at(0).at("count") == 1);
  CHECK(groups.json().at("items").at(0).at("first_line") == 4);
  CHECK(done.at("started_by") == "ada");

  const auto rows = it.server.send({Method::get, "/api/v1/people?q=silva", it.admin}).text;
  CHECK(rows.find("ana@") == std::string::npos);
  CHECK(rows.find("family_name") == std::string::npos);
  const auto ana = it.ask("/api/v1/people/{id}", {Method::get, "/api/v1/people/" + it.person("silva"), it.admin}).json();
  CHECK(ana.at("name") == "Ana Silva");
  CHECK(ana.at("email") == "ana@d.example");
  CHECK(ana.as_object().contains("roster_ms"));
  CHECK(ana.at("school") == "north");
  CHECK(ana.at("grade") == "09");
  CHECK_FALSE(it.server.send({Method::get, "/api/v1/people?grade=10", it.admin}).text.find("Li") == std::string::npos);
}

TEST_CASE("an upload must be a file, of a kind that is known, and not empty") {
  Roster it;
  auto ask = it.upload(kStudents);
  ask.headers = {{"Content-Type", "application/json"}};
  CHECK(it.server.send(ask).status == 415);
  CHECK(it.server.send(it.upload("")).status == 400);
  CHECK(it.server.send(it.upload(kStudents, "?kind=nonsense")).status == 400);
  CHECK(it.server.send(it.upload(kStudents, "?dry_run=perhaps")).status == 400);
  CHECK(must(it.server.files.list(it.server.core->imports.spool())).empty());
}

TEST_CASE("too many imports that wait are refused with 429") {
  Roster it;
  for (int i = 0; i < 4; ++i) CHECK(it.server.send(it.upload(kStudents)).status == 202);
  CHECK(it.server.send(it.upload(kStudents)).status == 429);
}

TEST_CASE("an import that is held is approved or canceled through the API") {
  Roster it;
  it.import();
  const std::string fewer = std::string(kStudents).substr(0, std::string(kStudents).find("1002"));
  for (const char* action : {"cancel", "approve"}) {
    const auto id = it.import(fewer);
    const std::string path = "/api/v1/imports/" + id;
    CHECK(it.ask("/api/v1/imports/{id}", {Method::get, path, it.admin}).field("state") == "held");
    CHECK(it.ask(std::string("/api/v1/imports/{id}/") + action, {Method::post, path + "/" + action, it.admin}).status == 200);
    it.server.core->imports.run_due(it.server.clock.wall_ms());
    CHECK(it.server.send({Method::post, path + "/approve", it.admin}).status == 409);
  }
  const auto bo = it.ask("/api/v1/people/{id}", {Method::get, "/api/v1/people/" + it.person("li"), it.admin});
  CHECK(bo.field("state") == "missing");
  CHECK(it.server.send({Method::get, "/api/v1/imports/none", it.admin}).status == 404);
}

TEST_CASE("what was compared is approved or discarded through the API, as long as it is here") {
  Roster it;
  for (const char* action : {"cancel", "approve"}) {
    const auto id = it.import(kStudents, "?kind=students&dry_run=true");
    const std::string path = "/api/v1/imports/" + id;
    const auto planned = it.ask("/api/v1/imports/{id}", {Method::get, path, it.admin}).json();
    CHECK(planned.at("state") == "planned");
    CHECK(planned.as_object().contains("until_ms"));
    CHECK(it.ask(std::string("/api/v1/imports/{id}/") + action, {Method::post, path + "/" + action, it.admin}).status == 200);
    it.server.core->imports.run_due(it.server.clock.wall_ms());
    const auto refused = it.server.send({Method::post, path + "/approve", it.admin});
    CHECK(refused.status == 409);
  }
  CHECK(it.person("silva").size() == 26);
}

TEST_CASE("viewers see no names, a technician those of their school, and only an administrator imports") {
  Roster it;
  it.import();
  const auto viewer = it.server.sign_in("vic", domain::Role::viewer);
  const auto technician = it.server.sign_in("tom", domain::Role::technician, {domain::ScopeKind::school, {"south"}});
  const auto everywhere = it.server.sign_in("eve", domain::Role::technician);
  CHECK(it.server.send({Method::get, "/api/v1/people", viewer}).status == 403);
  CHECK(it.server.send({Method::get, "/api/v1/people", technician}).json().at("items").as_array().size() == 1);
  CHECK(it.server.send({Method::get, "/api/v1/people", everywhere}).json().at("items").as_array().size() == 2);
  CHECK(it.server.send({Method::get, "/api/v1/people/" + it.person("silva"), technician}).status == 404);
  CHECK(it.server.send({Method::get, "/api/v1/people/" + it.person("li"), technician}).status == 200);
  auto ask = it.upload(kStudents);
  ask.token = everywhere;
  CHECK(it.server.send(ask).status == 403);
  CHECK(it.server.send({Method::get, "/api/v1/imports", everywhere}).status == 403);
}

TEST_CASE("the words of openapi.yaml are the words of the roster") {
  const auto text = must(SystemFiles().read("server/api/openapi.yaml", 1 << 20));
  const auto listed = [&](std::string_view schema, std::vector<std::string_view> words) {
    const auto at = text.find("    " + std::string(schema) + ":");
    const auto from = text.find("enum: [", at) + 7;
    std::vector<std::string_view> out;
    for (const auto word : split(std::string_view(text).substr(from, text.find(']', from) - from), ',')) out.push_back(trim(word));
    INFO(schema);
    CHECK(out == words);
  };
  std::vector<std::string_view> states, person_states, roles;
  for (int i = 0; i < domain::kImportStates; ++i) states.push_back(name_of(static_cast<domain::ImportState>(i)));
  for (int i = 0; i < domain::kPersonStates; ++i) person_states.push_back(name_of(static_cast<domain::PersonState>(i)));
  for (int i = 0; i < domain::kPersonRoles; ++i) roles.push_back(name_of(static_cast<domain::PersonRole>(i)));
  listed("ImportState", states);
  listed("PersonState", person_states);
  listed("PersonRole", roles);
}

}  // namespace
}  // namespace rollcall::api
