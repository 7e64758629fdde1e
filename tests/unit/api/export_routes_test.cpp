// Lists as files: whole, with the list's own permission, scope and filters; what is exported of devices comes in again.
#include <fstream>

#include "common/base/text.h"
#include "server/storage/person_store.h"
#include "tests/unit/api/fixture.h"
#include "tests/unit/api/schema.h"

namespace rollcall::api {
namespace {

using net::Method;
using Catch::Matchers::Contains;

class Exports {
 public:
  Answered get(const std::string& path, const std::string& token) {
    return server.send({Method::get, "/api/v1/exports/" + path, token});
  }
  std::vector<std::string> lines(const Answered& answer) {
    INFO(answer.text);
    REQUIRE(answer.status == 200);
    REQUIRE(answer.text.starts_with("\xEF\xBB\xBF"));
    std::vector<std::string> out;
    for (const auto line : split(std::string_view(answer.text).substr(3), '\n')) out.emplace_back(trim(line));
    out.pop_back();
    return out;
  }
  std::string list(const domain::DeviceChange& wanted) {
    return must(server.core->writes.run(actor, [&](service::Write& write) {
             return server.core->devices.add(write, wanted);
           })).asset.device.device_id;
  }
  void give(const std::string& device, const service::Receiver& to) {
    const domain::Principal who{.role = domain::Role::admin, .scope = {domain::ScopeKind::district, {}}};
    CHECK(must(server.core->writes.run(actor, [&](service::Write& write) {
            return server.core->custody.give(write, who, {.device = device, .to = to});
          })).done());
  }
  void person(const std::string& number, const std::string& name) {
    storage::PersonRow row{.sort_name = name};
    row.person = {.person_no = ++people_,
                  .person_id = "01ARZ3NDEKTSV4RRFFQ69G5P" + std::to_string(10 + people_),
                  .source_id = "s" + number,
                  .student_number = number,
                  .given_name = name,
                  .school_ids = {"north"},
                  .school_id = "north"};
    must(server.core->database->write([&](sql::Transaction& transaction) { return storage::put_person(transaction, row); }));
  }
  // Of what a list of devices was read as, what was new, changed and wrong.
  std::string import(const std::string& text) {
    auto& imports = server.core->imports;
    const std::string path = imports.spool() + "/incoming";
    std::ofstream(path, std::ios::binary) << text;
    const auto made = must(imports.submit(actor, {domain::ImportKind::devices, false, "upload", path, {}}));
    imports.run_due(server.clock.wall_ms());
    const auto done = must(imports.get(made.import_id)).import;
    std::string out(name_of(done.state));
    for (const auto& it : done.files) {
      out += " " + it.file + " as " + it.mode + " " + std::to_string(it.added) + " " + std::to_string(it.changed) + " " +
             std::to_string(it.gone) + " " + std::to_string(it.warnings + it.errors);
    }
    return out + done.error;
  }

  TestServer server;
  domain::Actor actor{domain::Actor::Kind::user, "01TESTADMIN"};
  std::string admin{server.sign_in("ada", domain::Role::admin)};
  std::string nora{server.sign_in("nora", domain::Role::technician, {domain::ScopeKind::school, {"north"}})};
  std::string viewer{server.sign_in("vic", domain::Role::viewer)};

 private:
  std::int64_t people_{};
};

// Devices of every sort, held by a person and by a place, one that only its agent knows.
void furnish(Exports& it) {
  it.person("0042", "Ana");
  const domain::DeviceModel wanted{.maker = "Lenovo", .name = "300e, \"2nd Gen\"", .kit = domain::Kit().add(domain::Accessory::charger)};
  const auto model = must(it.server.core->writes.run(it.actor, [&](service::Write& write) {
    return it.server.core->models.create(write, wanted);
  }));
  const domain::Principal who{.role = domain::Role::admin, .scope = {domain::ScopeKind::district, {}}};
  const domain::Place cart{.kind = domain::PlaceKind::cart, .name = "Cart 7", .school_id = "north"};
  const auto place = must(it.server.core->writes.run(it.actor, [&](service::Write& write) {
    return it.server.core->places.create(write, who, cart);
  }));
  it.list({.tag = "007", .school_id = "north", .serial = "PF1", .model_id = model.model_id, .on_hold = true,
           .funding_source = "Title I, II", .hold_reason = "court", .note = "=1+1", .cost_cents = 32'905,
           .purchased = parse_date("2026-08-01"), .lease_end = parse_date("2029-08-01")});
  it.list({.tag = "-8", .school_id = "north", .serial = "PF2", .maker = "HP"});
  it.list({.tag = "9", .school_id = "south", .serial = "PF3", .lifecycle = domain::Lifecycle::retired, .lost = true});
  it.list({.tag = "10", .school_id = "north"});
  it.server.enrol("PF1ABCDE", "north");
  it.server.enrol("To be filled by O.E.M.");
  it.give("-8", {.person = "0042"});
  it.give("10", {.place = place.place_id});
}

TEST_CASE("a list of devices that was exported comes in again and changes nothing") {
  Exports it;
  furnish(it);
  const auto file = it.get("devices?format=csv", it.admin);
  CHECK(it.lines(file).size() == 7);
  CHECK(it.import(file.text) == "done devices.csv as rollcall 0 0 0 0");
  CHECK(it.get("devices?format=csv", it.admin).text == file.text);
}

TEST_CASE("what a spreadsheet would calculate is defused, and quotes and commas keep their cells") {
  Exports it;
  furnish(it);
  const auto lines = it.lines(it.get("devices", it.admin));
  CHECK(lines[0].starts_with("tag,id,serial,maker,model,kind,school,place,lifecycle,condition,flags,"));
  // The clock stands still: devices that are made at one instant have no order.
  const auto line = [&](std::string_view beginning) {
    const auto found = std::ranges::find_if(lines, [&](const auto& each) { return each.starts_with(beginning); });
    return found == lines.end() ? std::string("none") : *found;
  };
  CHECK_THAT(line("007,"), Contains("PF1") && Contains("\"300e, \"\"2nd Gen\"\"\"") && Contains(",\"'=1+1\",") &&
                           Contains(",329.05,2026-08-01,,2029-08-01,,court,") && Contains("\"Title I, II\""));
  CHECK_THAT(line("\"'-8\","), Contains(",0042,") && Contains(",person,Ana,"));
  CHECK_THAT(line("10,"), Contains(",Cart 7,") && Contains(",cart,,"));
}

TEST_CASE("an export shows what its list shows to whoever asks, with the list's filters") {
  Exports it;
  furnish(it);
  CHECK(it.lines(it.get("devices", it.nora)).size() == 1 + 4);
  CHECK(it.lines(it.get("devices?school=north&kind=laptop&held_by=person", it.admin)).size() == 2);
  CHECK(it.get("devices?school=south", it.nora).status == 403);
  const auto seen = it.get("devices", it.viewer).text;
  for (const auto* hidden : {"Ana", "0042", "court", "=1+1"}) CHECK(seen.find(hidden) == std::string::npos);
  CHECK(it.get("people", it.viewer).status == 403);
  CHECK(it.lines(it.get("people", it.nora))[1].starts_with("0042,Ana,student,north,"));
  CHECK(it.get("audit", it.nora).status == 403);
  const auto refused = it.get("devices?format=xlsx", it.admin);
  CHECK(refused.status == 400);
  CHECK(refused.field("field") == "format");
  CHECK(it.get("devices?limit=5", it.admin).field("field") == "limit");
  CHECK(it.get("devices?color=red", it.admin).field("field") == "color");
}

TEST_CASE("every list can be taken along in both formats, and the audit log says who took it") {
  Exports it;
  furnish(it);
  Description description;
  for (const auto* list : {"devices", "people", "models", "places", "leavers", "tokens", "users", "audit", "reviews",
                           "access-points"}) {
    INFO(list);
    const auto csv = it.get(list, it.admin);
    CHECK(csv.headers.get("Content-Type") == "text/csv; charset=utf-8");
    CHECK(csv.headers.get("Content-Disposition") == "attachment; filename=\"" + std::string(list) + ".csv\"");
    const auto rows = it.lines(csv).size() - 1;
    const auto json = it.get(std::string(list) + "?format=json", it.admin);
    CHECK(json.headers.get("Content-Disposition") == "attachment; filename=\"" + std::string(list) + ".json\"");
    const auto schema = description.answer("get", "/api/v1/exports/" + std::string(list), "200");
    CHECK(description.deviations(schema, json.json()) == std::vector<std::string>{});
    // The audit log grows by its own exports.
    const auto more = json.json().at("items").as_array().size() - rows;
    CHECK(more == (std::string(list) == "audit" ? 1 : 0));
    const auto newest = must(it.server.core->audit.page("", 1)).records.front();
    CHECK(newest.action == "list.export");
    CHECK(newest.target == "list:" + std::string(list));
    CHECK(newest.detail == "json");
  }
  it.get("people?q=Ana", it.admin);
  CHECK(must(it.server.core->audit.page("", 1)).records.front().detail == "csv, q");
}

TEST_CASE("a long list comes page by page, each device once") {
  Exports it;
  must(it.server.core->writes.run(it.actor, [&](service::Write& write) -> Result<> {
    for (int i = 0; i < 1'234; ++i) TRY(it.server.core->devices.add(write, {.tag = "T-" + std::to_string(i)}));
    return {};
  }));
  const auto csv = it.get("devices", it.admin);
  auto lines = it.lines(csv);
  CHECK(lines.size() == 1'235);
  CHECK(csv.chunks.size() == 3);
  std::ranges::sort(lines);
  CHECK(std::ranges::adjacent_find(lines) == lines.end());
  const auto json = it.get("devices?format=json", it.admin);
  CHECK(json.json().at("items").as_array().size() == 1'234);
  CHECK(json.chunks.size() == 3);
}

TEST_CASE("a list of devices is handed over by those who may import an inventory") {
  Exports it;
  const auto post = [&](const std::string& query, const std::string& token) {
    return it.server.send({Method::post, "/api/v1/imports?" + query, token, "tag\nT-1\n", {{"Content-Type", "text/csv"}}});
  };
  CHECK(post("kind=devices&dry_run=true&preset=snipe-it", it.nora).status == 403);
  CHECK(post("kind=students&preset=snipe-it", it.admin).field("field") == "preset");
  CHECK(post("kind=devices&preset=excel", it.admin).field("field") == "preset");
  const auto made = post("kind=devices&dry_run=true", it.admin);
  REQUIRE(made.status == 202);
  CHECK(made.field("kind") == "devices");
  it.server.core->imports.run_due(it.server.clock.wall_ms());
  const auto import = it.server.send({Method::get, "/api/v1/imports/" + made.field("id"), it.admin});
  Description description;
  const auto schema = description.answer("get", "/api/v1/imports/{id}", "200");
  CHECK(description.deviations(schema, import.json()) == std::vector<std::string>{});
  CHECK(import.json().at("files").as_array()[0].at("mode") == "rollcall");
  CHECK(import.json().at("files").as_array()[0].at("new") == 1);
}

}  // namespace
}  // namespace rollcall::api
