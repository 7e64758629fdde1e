// Real exports, as they come.
#include "tests/unit/service/roster_fixture.h"

namespace rollcall::service {
namespace {

using domain::ImportState;
using Catch::Matchers::VectorContains;

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += line + "\n";
  return out;
}

TEST_CASE("references that lead nowhere are warnings, and the rest of the row is kept") {
  District district;
  auto tables = small_district();
  edit(tables["users.csv"], "s1,,,true,o1,", "s1,,,true,\"o1,o77\",");
  edit(tables["classes.csv"], "09,c1", "09,c77");
  tables["enrollments.csv"] += "e8,,,k77,o1,s1,student,,,\ne9,,,k1,o1,s77,student,,,\n";
  const auto import = district.run(tables);
  REQUIRE(import.state == ImportState::done);
  const auto said = district.said(import);
  INFO(joined(said));
  CHECK(said.size() == 4);
  CHECK_THAT(said, VectorContains(std::string("users.csv:4 orgSourcedIds warning: names an org that is not in orgs.csv")));
  CHECK_THAT(said, VectorContains(std::string("classes.csv:2 courseSourcedId warning: names a course that is not in courses.csv")));
  CHECK(district.counts(import, "enrollments.csv").added == 4);
  CHECK(district.counts(import, "users.csv").added == 5);
}

TEST_CASE("a file that holds another's rows is refused before anything is written") {
  District district;
  auto tables = small_district();
  tables["courses.csv"] = tables["classes.csv"];
  const auto import = district.run(tables);
  CHECK(import.state == ImportState::failed);
  CHECK(import.error.find("courses.csv holds the columns of classes.csv") != std::string::npos);
  auto swapped = small_district();
  std::swap(swapped["users.csv"], swapped["enrollments.csv"]);
  CHECK(district.run(swapped).state == ImportState::failed);
  CHECK(district.people().empty());
}

TEST_CASE("rows that stand in another table's file make nobody and nothing, and are reported") {
  const auto rows_of = [](const std::string& table) { return table.substr(table.find('\n') + 1); };
  const auto clean = small_district();
  for (const auto& [from, table] : clean) {
    for (const auto& [to, other] : clean) {
      if (from == to || from == "manifest.csv" || to == "manifest.csv") continue;
      INFO("rows of " << from << " at the end of " << to);
      District district;
      district.run(clean);
      auto tables = clean;
      tables[to] += rows_of(table);
      const auto import = district.run(tables);
      REQUIRE(import.state == ImportState::done);
      INFO(joined(district.said(import)));
      CHECK(district.people().size() == 5);
      CHECK(district.schools.all().size() == 2);
      const auto counts = district.counts(import, to);
      // Whatever has a title is taken for a course; nothing but a class's name comes of it.
      if (to != "courses.csv") CHECK((counts.added == 0 && import.findings > 0));
      CHECK(counts.changed + counts.gone == 0);
    }
  }
}

TEST_CASE("a second header in the middle of a file is passed over, and another file's is an error") {
  District district;
  auto tables = small_district();
  const auto header = tables["users.csv"].substr(0, tables["users.csv"].find('\n') + 1);
  edit(tables["users.csv"], "s1,,,", header + "s1,,,");
  CHECK(district.run(tables).state == ImportState::done);
  CHECK(district.people().size() == 5);
}

TEST_CASE("a manifest that announces a file which is not there stops the import") {
  District district;
  auto tables = small_district();
  tables.erase("enrollments.csv");
  const auto import = district.run(tables);
  CHECK(import.state == ImportState::failed);
  CHECK(import.error.find("enrollments.csv") != std::string::npos);
}

TEST_CASE("a manifest with blank values, or none, means that every file is the whole") {
  District district;
  auto tables = small_district();
  tables["manifest.csv"] = "propertyName,value\nfile.users,\nfile.orgs,\n";
  CHECK(district.counts(district.run(tables), "users.csv").mode == "bulk");
  tables.erase("manifest.csv");
  const auto import = district.run(tables);
  CHECK(import.state == ImportState::done);
  CHECK_THAT(district.said(import).front(), Catch::StartsWith("manifest.csv:0"));
}

TEST_CASE("misspelt, repeated, reordered, blank and vendor columns are lived with") {
  District district;
  auto tables = small_district();
  tables["users.csv"] =
      "role,prefferedGivenName,,familyName,givenName,ext_bus,metadata.x,username,Enabled User,orgSourcedIds,"
      "sourcedId,sourcedId,dataLastModified,,\n"
      "student,Ana,,Silva,Anastasia,17,y,ana,TRUE,o1,s1,zzz,,,\n";
  const auto import = district.run(tables);
  INFO(import.error << joined(district.said(import)));
  REQUIRE(import.state == ImportState::done);
  CHECK(domain::display_name(district.person("Silva")) == "Ana Silva");
  CHECK(district.person("Silva").source_id == "s1");
}

TEST_CASE("byte-order marks, UTF-16, Windows-1252, bare CR and quoted line breaks end as the same people") {
  for (const char* dirt : {"mark", "utf16", "windows", "cr"}) {
    INFO(dirt);
    District district;
    auto tables = small_district();
    std::string& users = tables["users.csv"];
    edit(users, "Ana,Silva", "\"An\xC3\xA1\",Silva");
    if (dirt == std::string("mark")) users.insert(0, "\xEF\xBB\xBF");
    if (dirt == std::string("windows")) edit(users, "\xC3\xA1", "\xE1");
    if (dirt == std::string("cr")) std::ranges::replace(users, '\n', '\r');
    if (dirt == std::string("utf16")) {
      edit(users, "\xC3\xA1", "\xE1");
      std::string wide = "\xFF\xFE";
      for (const char c : users) wide += c, wide += '\0';
      users = wide;
    }
    const auto import = district.run(tables);
    REQUIRE(import.state == ImportState::done);
    CHECK(district.person("ana").given_name == "An\xC3\xA1");
    CHECK(district.people().size() == 5);
  }
}

TEST_CASE("dates of both orders are understood by the whole column") {
  District district;
  auto tables = small_district();
  edit(tables["academicSessions.csv"], "2026-08-24,2026-12-18", "24/8/2026,1/12/2026");
  edit(tables["enrollments.csv"], "2026-08-24,2026-12-18", "1/9/2026,24/12/2026");
  district.run(tables);
  const auto terms = must(district.db.read([](sql::Snapshot& snapshot) { return storage::list_terms(snapshot); }));
  REQUIRE(terms.size() == 1);
  CHECK(terms[0].first_day == 20'689);
  CHECK(terms[0].last_day == 20'788);  // December 1
  const auto classes = must(district.roster.view(district.everywhere, district.person("Ana").person_id)).classes;
  REQUIRE(classes.size() == 1);
  CHECK(classes[0].enrollment.first_day == 20'697);  // September 1

  edit(tables["academicSessions.csv"], "24/8/2026,1/12/2026", "5/8/2026,6/8/2026");
  CHECK_THAT(joined(district.said(district.run(tables))), Catch::Contains("month/day or day/month"));
}

TEST_CASE("rows that cannot be used are errors with line and column, and never cost anybody their place") {
  District district;
  district.run(small_district());
  auto tables = small_district();
  edit(tables["users.csv"], "Ana,Silva", ",");
  edit(tables["users.csv"], "student,bo", "wizard,bo");
  auto import = district.run(tables);
  INFO(joined(district.said(import)));
  REQUIRE(import.state == ImportState::done);
  CHECK(district.counts(import, "users.csv").errors == 2);
  CHECK(district.counts(import, "users.csv").gone == 0);
  CHECK(domain::state_of(district.person("Ana")) == domain::PersonState::active);

  // Nobody knows whom this row stood for: so nobody is taken for missing.
  tables = small_district();
  edit(tables["users.csv"], "s1,", "6.37702E+15,");
  import = district.run(tables);
  REQUIRE(import.state == ImportState::done);
  CHECK(district.counts(import, "users.csv").gone == 0);
  CHECK_THAT(joined(district.said(import)), Catch::Contains("users.csv:4 sourcedId error: was rounded by a spreadsheet"));
  CHECK(domain::state_of(district.person("Ana")) == domain::PersonState::active);
}

TEST_CASE("a cell that cannot be read costs its row, and nobody who is known their place, in any file") {
  const std::map<std::string, std::pair<std::string, std::string>> faults{
      {"orgs.csv", {"North High", "North\aHigh"}},
      {"academicSessions.csv", {"Fall", "Fa\all"}},
      {"courses.csv", {"Algebra", "Alge\abra"}},
      {"classes.csv", {"Algebra 1", "Algebra\a1"}},
      {"users.csv", {"ana@d.example", "ana\a@d.example"}},
      {"enrollments.csv", {"s2,student", "s2,stu\adent"}}};
  for (const auto& [file, fault] : faults) {
    INFO(file);
    District district;
    district.run(small_district());
    auto tables = small_district();
    edit(tables[file], fault.first, fault.second);
    const auto import = district.run(tables);
    INFO(import.error << joined(district.said(import)));
    REQUIRE(import.state == ImportState::done);
    CHECK(district.counts(import, file).errors == 1);
    for (const auto& it : import.files) CHECK(it.added + it.changed + it.gone == 0);
  }
}

TEST_CASE("an enrollment whose row names nobody, no class or no role stays as it is") {
  for (const auto& [from, to] : std::map<std::string, std::string>{
           {"o1,s2,student", "o1,s77,student"}, {"e3,,,k1", "e3,,,k77"}, {"s2,student", "s2,wizard"}}) {
    INFO(to);
    District district;
    district.run(small_district());
    auto tables = small_district();
    edit(tables["enrollments.csv"], from, to);
    const auto import = district.run(tables);
    REQUIRE(import.state == ImportState::done);
    CHECK(import.findings == 1);
    CHECK(district.counts(import, "enrollments.csv").gone == 0);
    CHECK(must(district.roster.view(district.everywhere, district.person("Bo Li").person_id)).classes.size() == 1);
  }
}

TEST_CASE("a student number that a spreadsheet has rounded takes nobody's number away") {
  District district;
  district.run(small_district());
  auto tables = small_district();
  edit(tables["users.csv"], "Ana,Silva,,1001", "Anna,Silva,,6.37702E+15");
  const auto import = district.run(tables);
  REQUIRE(import.state == ImportState::done);
  CHECK_THAT(joined(district.said(import)),
             Catch::Contains("users.csv:4 identifier error: was rounded by a spreadsheet; export it again"));
  CHECK(district.person("1001").given_name == "Ana");
}

TEST_CASE("what older exports call inactive is switched off or withdrawn") {
  District district;
  district.run(small_district());
  auto tables = small_district();
  edit(tables["users.csv"], "s1,,", "s1,inactive,");
  edit(tables["enrollments.csv"], "e2,,", "e2,Inactive,");
  auto import = district.run(tables);
  REQUIRE(import.state == ImportState::held);  // one of four enrollments
  must(district.imports.approve(district.admin, import.import_id));
  import = district.settle(import);
  CHECK(district.counts(import, "enrollments.csv").gone == 1);
  CHECK(domain::state_of(district.person("Ana")) == domain::PersonState::disabled);
}

TEST_CASE("a spreadsheet is told from an export, and so is a version that nobody knows") {
  District district;
  const auto import = district.run({{"[Content_Types].xml", "<x/>"}, {"xl/workbook.xml", "<x/>"}});
  CHECK(import.error == "this is a spreadsheet; save it as CSV (UTF-8) and hand that over");
  auto tables = small_district();
  edit(tables["manifest.csv"], "oneroster.version,1.1", "oneroster.version,3.0");
  CHECK_THAT(joined(district.said(district.run(tables))), Catch::Contains("manifest.csv:3 value warning: names neither"));
}

TEST_CASE("duplicate rows are warnings, and the first counts, in both readings") {
  District district;
  auto tables = small_district();
  tables["users.csv"] += "s1,,,true,o1,student,ana,,Other,Silva,,1001,,,,,09,\n";
  tables["enrollments.csv"] += "e2,,,k1,o1,s1,student,,,\n";
  const auto import = district.run(tables);
  REQUIRE(import.state == ImportState::done);
  CHECK(district.counts(import, "users.csv").warnings == 1);
  CHECK(district.counts(import, "enrollments.csv").warnings == 1);
  CHECK(district.person("Silva").given_name == "Ana");
}

TEST_CASE("a hundred thousand broken rows end as a report, with memory and database bounded") {
  District district;
  auto tables = small_district();
  std::string& users = tables["users.csv"];
  for (int i = 0; i < 100'010; ++i) users += ",,,,,,,,,,,,,,,,,\n";
  const auto import = district.run(tables);
  REQUIRE(import.state == ImportState::done);
  CHECK(district.counts(import, "users.csv").errors == 100'010);
  CHECK(import.findings == 100'010);
  CHECK(district.findings(import).size() == static_cast<std::size_t>(domain::kMaxFindings));
  CHECK(district.people().size() == 5);
}

TEST_CASE("a quote that is never closed stops the import instead of losing who comes after it") {
  District district;
  district.run(small_district());
  auto tables = small_district();
  edit(tables["users.csv"], "Cy,Reyes", "\"Cy,Reyes");
  const auto import = district.run(tables);
  CHECK(import.state == ImportState::failed);
  CHECK_THAT(import.error, Catch::Contains("users.csv") && Catch::Contains("line 6"));
  CHECK(domain::state_of(district.person("Bo Li")) == domain::PersonState::active);
}

TEST_CASE("no zip, an empty one, a bomb and names that leave it fail the import with a reason") {
  District district;
  const auto end_of = [&](const Tables& tables) { return district.run(tables); };
  CHECK(end_of({{"readme.txt", "x"}}).state == ImportState::failed);
  CHECK(end_of({{"../users.csv", "x"}}).error == "the zip names a file outside of itself");
  auto bomb = small_district();
  bomb["users.csv"] += std::string(64 << 20, '0');
  CHECK(end_of(bomb).state == ImportState::failed);
  CHECK(district.people().empty());
  const std::string path = district.imports.spool() + "/incoming";
  write_text(path, "PK but nothing that follows is a zip");
  const auto import = must(district.imports.submit(district.admin, {domain::ImportKind::oneroster, false, "upload", path}));
  CHECK(district.settle(import).state == ImportState::failed);
}

}  // namespace
}  // namespace rollcall::service
