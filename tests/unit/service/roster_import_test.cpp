// What an import makes of a roster, and what a second one makes of it.
#include "server/storage/user_store.h"
#include "tests/unit/service/roster_fixture.h"

namespace rollcall::service {
namespace {

using domain::ImportState;

std::int64_t changes(const domain::Import& import) {
  std::int64_t out = 0;
  for (const auto& it : import.files) out += it.added + it.changed + it.gone;
  return out;
}

TEST_CASE("a roster becomes schools, terms, classes, people and who is in which class") {
  District district;
  const auto import = district.run(small_district());
  INFO(import.error);
  REQUIRE(import.state == ImportState::done);
  CHECK(district.counts(import, "users.csv") ==
        domain::FileCounts{.file = "users.csv", .mode = "bulk", .read = 5, .added = 5});
  CHECK(district.counts(import, "enrollments.csv").added == 4);
  CHECK(district.counts(import, "orgs.csv").added == 2);
  CHECK(import.findings == 0);

  const auto ana = district.person("Ana");
  CHECK(domain::display_name(ana) == "Ana Silva");
  CHECK(ana.student_number == "1001");
  CHECK(ana.grade == "09");
  CHECK(ana.email == "ana@d.example");
  CHECK(district.schools.find(ana.school_id)->name == "North High");
  CHECK(district.person("Bo Li").school_ids.size() == 2);
  CHECK(domain::state_of(district.person("Reyes")) == domain::PersonState::disabled);
  CHECK(district.person("Curie").role == domain::PersonRole::teacher);

  const auto view = must(district.roster.view(district.everywhere, ana.person_id));
  REQUIRE(view.classes.size() == 1);
  CHECK(view.classes[0].title == "Algebra 1");
  CHECK(view.classes[0].enrollment.first_day == 20'689);
}

TEST_CASE("the same files a second time change nothing, also after a restart") {
  District district;
  district.run(small_district());
  const auto before = district.person("Ana");
  const auto again = district.run(small_district());
  CHECK(again.state == ImportState::done);
  CHECK(changes(again) == 0);
  CHECK(district.person("Ana") == before);
}

TEST_CASE("a calendar that follows the roster has its terms after an import; one that they do not fit keeps its own") {
  District district;
  Calendars calendars(district.db, district.clock, district.schools, district.audit);
  district.imports.teach(calendars);
  district.clock.set_wall(instant_ms("UTC", *parse_date("2026-08-20"), 0).value());
  district.run(small_district());
  domain::CalendarDocument year;
  year.time_zone = "America/New_York";
  year.schedules = {{"regular", "Regular", {{"1", 480, 900}}}};
  year.weekdays = domain::Week{"regular", "regular", "regular", "regular", "regular", "", ""};
  must(calendars.put(district.admin, "", year, 0));
  must(calendars.take_terms(district.admin, "", true, Calendars::Mode::apply));
  CHECK(calendars.of("")->kind_of(*parse_date("2026-12-21")) == domain::DayKind::outside_terms);

  auto tables = small_district();
  edit(tables["academicSessions.csv"], "2026-12-18", "2026-12-22");
  CHECK(district.run(tables).findings == 0);
  CHECK(calendars.of("")->kind_of(*parse_date("2026-12-21")) == domain::DayKind::school_day);
  edit(tables["academicSessions.csv"], "2026-08-24,2026-12-22", "2026-08-29,2026-08-30");
  CHECK(district.run(tables, true).findings == 0);  // a dry run touches no calendar
  const auto import = district.run(tables);
  CHECK(import.state == ImportState::done);
  const auto said = district.said(import);
  REQUIRE(said.size() == 1);
  CHECK(said[0].starts_with("academicSessions.csv:0  warning: the calendar of the district keeps its terms"));
  CHECK(calendars.of("")->kind_of(*parse_date("2026-12-21")) == domain::DayKind::school_day);
}

TEST_CASE("a dry run says what would change and changes nothing") {
  District district;
  const auto dry = district.run(small_district(), true);
  CHECK(dry.state == ImportState::planned);
  CHECK(district.counts(dry, "users.csv").added == 5);
  CHECK(district.people().empty());
  CHECK(district.schools.all().empty());
}

TEST_CASE("what changed is changed, and keeps its id") {
  District district;
  district.run(small_district());
  const auto before = district.person("Ana");
  auto tables = small_district();
  edit(tables["users.csv"], "Ana,Silva", "Ana Maria,Silva");
  edit(tables["classes.csv"], "R12", "R14");
  edit(tables["enrollments.csv"], "e3,,,k1", "e3,,,k2");
  const auto import = district.run(tables);
  CHECK(import.state == ImportState::done);
  CHECK(changes(import) == 3);
  const auto after = district.person("Ana Maria");
  CHECK(after.person_id == before.person_id);
  CHECK(after.version == before.version + 1);
}

TEST_CASE("who is absent is marked missing, never deleted, and comes back with the next export") {
  District district;
  auto many = small_district();
  for (int i = 0; i < 100; ++i) {
    const auto n = std::to_string(i);
    many["users.csv"] += "x" + n + ",,,true,o1,student,x" + n + ",,Given" + n + ",Family" + n + ",,9" + n + ",,,,,10,\n";
  }
  district.run(many);
  auto fewer = many;
  edit(fewer["users.csv"], "s1,,,true,o1,student,ana,,Ana,Silva,,1001,ana@d.example,,,,09,\n", "");
  const auto import = district.run(fewer);
  REQUIRE(import.state == ImportState::done);
  CHECK(district.counts(import, "users.csv").gone == 1);
  const auto ana = district.person("Ana");
  CHECK(domain::state_of(ana) == domain::PersonState::missing);
  CHECK(changes(district.run(fewer)) == 0);

  const auto back = district.run(many);
  CHECK(district.counts(back, "users.csv").changed == 1);
  CHECK(domain::state_of(district.person("Ana")) == domain::PersonState::active);
  CHECK(district.person("Ana").person_id == ana.person_id);
}

TEST_CASE("when more than a tenth would vanish, the import waits for somebody to approve it") {
  District district;
  district.run(small_district());
  auto tables = small_district();
  edit(tables["users.csv"], "s2,,,true,\"o1,o2\",student,bo,,Bo,Li,,1002,bo@d.example,,,,09,\n", "");
  edit(tables["enrollments.csv"], "e3,,,k1,o1,s2,student,,,\n", "");
  const auto held = district.run(tables);
  REQUIRE(held.state == ImportState::held);
  CHECK(held.error.find("users.csv: 1 of 5") != std::string::npos);
  CHECK(domain::state_of(district.person("Bo Li")) == domain::PersonState::active);

  must(district.imports.approve(district.admin, held.import_id));
  const auto done = district.settle(held);
  CHECK(done.state == ImportState::done);
  CHECK(done.approved_by == "user:01TESTADMIN");
  CHECK(domain::state_of(district.person("Bo Li")) == domain::PersonState::missing);
  CHECK(must(district.roster.view(district.everywhere, district.person("Bo Li").person_id)).classes.empty());
}

TEST_CASE("a delta says what changed; who is not in it stays") {
  District district;
  district.run(small_district());
  Tables delta{{"manifest.csv", "propertyName,value\nfile.users,delta\nfile.enrollments,delta\nfile.orgs,absent\n"},
               {"users.csv",
                "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,givenName,familyName,identifier\n"
                "s1,active,,true,o1,student,ana,Ana,Silva-Lima,1001\ns3,tobedeleted,,,,,,,,\n"
                "s9,active,,true,o1,student,zoe,Zoe,New,1009\n"},
               {"enrollments.csv",
                "sourcedId,status,classSourcedId,schoolSourcedId,userSourcedId,role\ne4,tobedeleted,,,,\n"
                "e9,active,k1,o1,s9,student\n"}};
  // The required columns are blank for what goes: that is how deltas look.
  edit(delta["enrollments.csv"], "e4,tobedeleted,,,,", "e4,toBeDeleted,,,,");
  const auto import = district.run(delta);
  INFO(import.error);
  REQUIRE(import.state == ImportState::held);  // one of five people goes
  must(district.imports.approve(district.admin, import.import_id));
  const auto done = district.settle(import);
  REQUIRE(done.state == ImportState::done);
  CHECK(district.counts(done, "users.csv").changed == 1);
  CHECK(district.counts(done, "users.csv").added == 1);
  CHECK(district.counts(done, "users.csv").gone == 1);
  CHECK(district.counts(done, "enrollments.csv").gone == 1);
  CHECK(district.person("Silva").family_name == "Silva-Lima");
  CHECK(domain::state_of(district.person("Reyes")) == domain::PersonState::missing);
  CHECK(domain::state_of(district.person("Bo Li")) == domain::PersonState::active);
  CHECK(must(district.roster.view(district.everywhere, district.person("Zoe").person_id)).classes.size() == 1);
}

TEST_CASE("a delta may consist of enrollments alone, if the manifest says so") {
  District district;
  district.run(small_district());
  Tables delta{{"manifest.csv", "propertyName,value\nfile.users,absent\nfile.enrollments,delta\n"},
               {"enrollments.csv",
                "sourcedId,status,classSourcedId,schoolSourcedId,userSourcedId,role\ne9,active,k2,o2,s2,student\n"}};
  const auto import = district.run(delta);
  INFO(import.error);
  REQUIRE(import.state == ImportState::done);
  CHECK(district.counts(import, "enrollments.csv").added == 1);
  CHECK(import.files.size() == 1);
  CHECK(must(district.roster.view(district.everywhere, district.person("Bo Li").person_id)).classes.size() == 2);
  CHECK(district.people({.state = domain::PersonState::active}).size() == 4);

  delta.erase("manifest.csv");
  CHECK_THAT(district.run(delta).error, Catch::Contains("there is no users.csv"));
  CHECK_THAT(district.run({{"manifest.csv", "propertyName,value\nfile.users,absent\n"}}).error,
             Catch::Contains("nothing to import"));
}

TEST_CASE("a delta without orgs.csv has no opinion about schools that it does not know") {
  District district;
  district.run(small_district());
  Tables delta{{"manifest.csv", "propertyName,value\nfile.users,delta\nfile.orgs,absent\n"},
               {"users.csv", "sourcedId,role,username,givenName,familyName,orgSourcedIds\nu9,teacher,x,Ada,Byron,\"d1,o2\"\n"}};
  const auto import = district.run(delta);
  CHECK(import.findings == 0);
  CHECK(district.schools.find(district.person("Byron").school_id)->name == "East Middle");
}

TEST_CASE("classes are told term by term; a term that is missing is none") {
  District district;
  auto tables = small_district();
  tables["academicSessions.csv"] += "t0,,,Summer,term,2026-06-01,2026-07-31,,2026\n";
  edit(tables["classes.csv"], "o1,t1,", "o1,\"t1,t0\",");
  edit(tables["enrollments.csv"], "e4,,,k2,o2,s3", "e4,,,k2,o2,s1");
  district.run(tables);
  const auto titles = [&] {
    std::string out;
    for (const auto& it : must(district.roster.view(district.everywhere, district.person("Ana").person_id)).classes) {
      out += it.title + " in " + (it.term ? it.term->title : "no term") + "; ";
    }
    return out;
  };
  CHECK(titles() == "Algebra 1 in Summer; Algebra 1 in Fall; Homeroom 6 in Fall; ");
  edit(tables["academicSessions.csv"], "t1,,", "t1,tobedeleted,");
  const auto held = district.run(tables);
  must(district.imports.approve(district.admin, held.import_id));
  REQUIRE(district.settle(held).state == ImportState::done);
  CHECK(titles() == "Algebra 1 in Summer; Algebra 1 in no term; Homeroom 6 in no term; ");
}

TEST_CASE("OneRoster 1.2 has roles in a file of their own, and the names people go by") {
  District district;
  auto tables = small_district();
  tables["users.csv"] =
      "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,"
      "sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,"
      "preferredFamilyName,primaryOrgSourcedId,pronouns\n"
      "u1,,,true,pcurie,,Paula,Curie,,,,,,,,,,,,,,\n"
      "s1,,,true,ana,,Anastasia,Silva,,1001,,,,,09,,,Ana,,,o1,\n"
      "s2,,,true,bo,,Bo,Li,,1002,,,,,09,,,,,,o2,\n"
      "g1,,,true,mom,,Maria,Silva,,,,,,,,,,,,,,\n";
  tables["roles.csv"] =
      "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId\n"
      "r1,,,u1,secondary,aide,,,o2,\nr2,,,u1,primary,teacher,,,o1,\nr3,,,s1,primary,student,,,o1,\n"
      "r4,,,s2,primary,student,,,o1,\nr5,,,g1,primary,guardian,,,o1,\n";
  const auto import = district.run(tables);
  INFO(import.error);
  REQUIRE(import.state == ImportState::done);
  CHECK(district.counts(import, "users.csv").added == 3);  // a guardian is nobody who is given a device
  CHECK(domain::display_name(district.person("Anastasia")) == "Ana Silva");
  CHECK(district.person("Ana").person_id == district.person("Anastasia").person_id);
  CHECK(district.person("Curie").role == domain::PersonRole::teacher);
  CHECK(district.person("Curie").school_ids.size() == 2);
  CHECK(district.schools.find(district.person("Bo Li").school_id)->name == "East Middle");
  CHECK(changes(district.run(tables)) == 0);
}

TEST_CASE("a school of the configuration and the roster's are one, under the configuration's id and name") {
  District district;
  const std::vector<ConfiguredSchool> configured{{"north", "NORTH  High", {}}};
  must(district.schools.load(configured));
  district.run(small_district());
  CHECK(district.schools.all().size() == 2);
  CHECK(district.schools.find("north")->source_id == "o1");
  CHECK(district.schools.find("north")->name == "NORTH  High");
  CHECK(district.person("Ana").school_id == "north");
  must(district.schools.load(configured));
  CHECK(changes(district.run(small_district())) == 0);
}

TEST_CASE("a plain list of students needs no particular header") {
  District district;
  const std::vector<ConfiguredSchool> configured{{"north", "North High", {}}};
  must(district.schools.load(configured));
  const auto import = district.settle(district.submit_students(
      "Last Name;First Name;Student ID;Grade Level;Building;Preferred Name;Birth Date\n"
      "Silva;Anastasia;01001;9;North High;Ana;2011-02-03\nLi;Bo;01002;K;Nowhere;;\n;;01003;;;;\n"));
  INFO(import.error);
  REQUIRE(import.state == ImportState::done);
  CHECK(district.counts(import, "students.csv").added == 2);
  CHECK(district.counts(import, "students.csv").errors == 1);
  CHECK(district.counts(import, "students.csv").warnings == 1);
  const auto ana = district.person("01001");
  CHECK(domain::display_name(ana) == "Ana Silva");
  CHECK(ana.grade == "09");
  CHECK(ana.school_id == "north");
  CHECK(district.person("Bo Li").grade == "KG");
}

TEST_CASE("the user whom an agent sees is recognized by the hash of the name alone") {
  District district;
  district.run(small_district());
  const auto observed = keyed_hash(std::string(32, 'k'), "user", user_of("DISTRICT\\ANA"));
  const auto found = must(district.roster.person_of_user(observed));
  REQUIRE(found);
  CHECK(found->person_id == district.person("Ana").person_id);
  CHECK_FALSE(must(district.roster.person_of_user(keyed_hash("another key", "user", "ana"))));
  CHECK_FALSE(must(district.roster.person_of_user("not hexadecimal")));
}

TEST_CASE("people are listed by name and found by the beginnings of words, by number, school, grade, role and state") {
  District district;
  district.run(small_district());
  std::vector<std::string> names;
  PeopleQuery query{.limit = 2};
  do {
    const auto page = must(district.roster.list(district.everywhere, query));
    for (const auto& it : page.people) names.push_back(it.family_name);
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  CHECK(names == std::vector<std::string>{"Bohr", "Curie", "Li", "Reyes", "Silva"});

  CHECK(district.people({.search = "silva, an"}).size() == 1);
  CHECK(district.people({.search = "100"}).size() == 3);
  CHECK(district.people({.search = "%"}).empty());
  CHECK(district.people({.grade = "09"}).size() == 2);
  CHECK(district.people({.role = domain::PersonRole::teacher}).size() == 2);
  CHECK(district.people({.state = domain::PersonState::disabled}).size() == 1);
  CHECK(district.people({.school_id = district.person("Ana").school_id}).size() == 3);
  CHECK_FALSE(district.roster.list(district.everywhere, {.cursor = "x"}));
}

TEST_CASE("who reaches one school finds its people and nobody else; each look at a record is recorded") {
  District district;
  district.run(small_district());
  const auto north = district.person("Ana").school_id, east = district.person("Cy").school_id;
  domain::Principal librarian{.user_id = "01LIBRARIAN", .scope = {domain::ScopeKind::school, {east}}};
  const domain::User user{.user_id = librarian.user_id, .name = "librarian", .scope = librarian.scope};
  must(district.db.write([&](sql::Transaction& transaction) {
    return storage::insert_user(transaction, {.user = user, .password_hash = "x"});
  }));
  CHECK(must(district.roster.list(librarian, {})).people.size() == 3);
  CHECK(must(district.roster.list(librarian, {.school_id = north})).people.size() == 1);  // Bo, who is in both
  const auto looks = [&] {
    std::size_t count = 0;
    for (const auto& it : must(district.audit.page("", 500)).records) count += it.action == "person.view" ? 1 : 0;
    return count;
  };
  const auto cy = district.person("Cy").person_id, ana = district.person("Ana").person_id;
  const auto before = looks();
  CHECK(must(district.roster.view(librarian, cy)).person.given_name == "Cy");
  CHECK(looks() == before + 1);
  const auto refused = district.roster.view(librarian, ana);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::not_found);
  CHECK(looks() == before + 1);
}

}  // namespace
}  // namespace rollcall::service
