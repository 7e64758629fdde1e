#include <catch2/catch.hpp>

#include "server/storage/import_store.h"
#include "server/storage/person_store.h"
#include "server/storage/roster_store.h"
#include "server/storage/school_store.h"
#include "server/storage/user_store.h"
#include "tests/contract/contract.h"
#include "tests/must.h"

using namespace rollcall;
using namespace rollcall::storage;

namespace {

PersonRow person(std::int64_t number, const std::string& family, std::vector<std::string> schools) {
  PersonRow row{.content_hash = number * 7, .sort_name = family + ", ana"};
  row.person = {.person_no = number,
                .person_id = "01P" + std::to_string(number),
                .source_id = "s" + std::to_string(number),
                .student_number = "10%_",
                .given_name = "Ana",
                .family_name = family,
                .school_ids = std::move(schools),
                .grade = "09",
                .email = "a@d.example",
                .username_hash = std::string(16, static_cast<char>(number)),
                .created_ms = 5};
  if (!row.person.school_ids.empty()) row.person.school_id = row.person.school_ids.front();
  return row;
}

// What the others' rows refer to.
void furnish(sql::Database& db) {
  must(db.write([](sql::Transaction& transaction) -> Result<> {
    TRY(put_school(transaction, {.school_id = "north", .name = "North"}));
    TRY(put_school(transaction, {.school_id = "south", .name = "South"}));
    TRY(put_course(transaction, {.course_no = 1, .source_id = "c1"}));
    TRY(put_term(transaction, {.term_no = 1, .source_id = "t1"}));
    TRY(put_term(transaction, {.term_no = 2, .source_id = "t2"}));
    TRY(put_class(transaction, {.class_no = 9, .source_id = "k9"}));
    const domain::User user{.user_id = "01U", .name = "u", .scope = {domain::ScopeKind::school, {"north"}}};
    return insert_user(transaction, {.user = user, .password_hash = "x"});
  }));
}

}  // namespace

TEST_CASE("people read back, change under their number and keep their id") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  const auto put = [&](const PersonRow& row) {
    return db.write([&](sql::Transaction& transaction) { return put_person(transaction, row); });
  };
  auto row = person(1, "silva", {"north", "south"});
  must(put(row));
  const auto read = [&] { return must(db.read([](sql::Snapshot& snapshot) { return find_person(snapshot, "01P1"); })); };
  CHECK(read() == row.person);

  row.person.family_name = "Lima";
  row.person.school_ids = {"south"};
  row.person.school_id = "south";
  row.person.person_id = "01OTHER";
  row.person.created_ms = 99;
  must(put(row));
  REQUIRE(read());
  CHECK(read()->family_name == "Lima");
  CHECK(read()->version == 2);
  CHECK(read()->created_ms == 5);
  CHECK(read()->school_ids == std::vector<std::string>{"south"});

  must(db.write([](sql::Transaction& transaction) { return mark_person_missing(transaction, 1, 70); }));
  must(db.write([](sql::Transaction& transaction) { return mark_person_missing(transaction, 1, 80); }));
  CHECK(read()->missing_ms == 70);
  CHECK(read()->version == 3);

  auto other = person(2, "li", {});
  other.person.source_id = "s1";
  const auto refused = put(other);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::already_exists);
}

TEST_CASE("people are listed by name within their filter") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  must(db.write([](sql::Transaction& transaction) -> Result<> {
    TRY(put_person(transaction, person(1, "silva", {"north"})));
    TRY(put_person(transaction, person(2, "li", {"north", "south"})));
    TRY(put_person(transaction, person(3, "reyes", {"south"})));
    return {};
  }));
  const auto list = [&](const PersonFilter& filter) {
    std::string out;
    for (const auto& it : must(db.read([&](sql::Snapshot& snapshot) { return list_people(snapshot, filter); }))) {
      out += std::to_string(it.person.person_no);
    }
    return out;
  };
  CHECK(list({}) == "231");
  CHECK(list({.after_name = "li, ana", .after_no = 2}) == "31");
  CHECK(list({.limit = 1}) == "2");
  CHECK(list({.school_id = "south"}) == "23");
  CHECK(list({.school_id = "south", .after_name = "li, ana", .after_no = 2}) == "3");
  CHECK(list({.user_id = "01U"}) == "21");
  CHECK(list({.user_id = "01U", .school_id = "south"}) == "2");
  CHECK(list({.state = domain::PersonState::missing}).empty());
  CHECK(list({.state = domain::PersonState::active}) == "231");
  CHECK(list({.grade = "10"}).empty());
  const auto li = must(db.read([](sql::Snapshot& snapshot) { return find_listed_person(snapshot, 2); }));
  REQUIRE(li);
  CHECK(li->sort_name == "li, ana");
  CHECK(li->person.school_ids == std::vector<std::string>{"north", "south"});
  CHECK_FALSE(must(db.read([](sql::Snapshot& snapshot) { return find_listed_person(snapshot, 4); })));
}

TEST_CASE("an import goes through what is kept in pages") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  must(db.write([](sql::Transaction& transaction) -> Result<> {
    for (int i = 1; i <= 5; ++i) {
      TRY(put_person(transaction, person(i, "x" + std::to_string(i), {})));
      TRY(put_enrollment(transaction, {.person_no = i, .source_key = -i, .class_no = 9, .first_day = 3}));
      TRY(put_enrollment(transaction, {.person_no = i, .source_key = i, .class_no = 9, .primary = true}));
    }
    return {};
  }));
  std::string seen;
  std::optional<std::int64_t> after = 0;
  while (after) {
    after = must(db.read([&](sql::Snapshot& snapshot) {
      return each_kept_person(snapshot, *after, 2, [&](const KeptPerson& it) {
        seen += it.source_id;
        CHECK(it.content_hash == it.person_no * 7);
      });
    }));
  }
  CHECK(seen == "s1s2s3s4s5");

  std::vector<domain::Enrollment> all;
  for (;;) {
    const auto person_no = all.empty() ? 0 : all.back().person_no, key = all.empty() ? 0 : all.back().source_key;
    const auto page = must(db.read([&](sql::Snapshot& snapshot) { return enrollments_after(snapshot, person_no, key, 3); }));
    all.insert(all.end(), page.begin(), page.end());
    if (page.size() < 3) break;
  }
  REQUIRE(all.size() == 10);
  CHECK(all[0] == domain::Enrollment{.person_no = 1, .source_key = -1, .class_no = 9, .first_day = 3});
  must(db.write([](sql::Transaction& transaction) { return mark_enrollment_missing(transaction, 1, -1, 44); }));
  const auto first = must(db.read([](sql::Snapshot& snapshot) { return enrollments_after(snapshot, 0, 0, 1); }));
  CHECK(first[0].missing_ms == 44);
}

TEST_CASE("terms, courses and classes read back and change under their number") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  const domain::RosterTerm term{1, "t1", "Fall", "term", 20'000, 20'100, "2027", std::nullopt};
  const domain::RosterCourse course{1, "c1", "Algebra", "ALG", std::nullopt};
  domain::RosterClass one{.class_no = 1, .source_id = "k1", .title = "Algebra 1", .school_id = "north", .course_no = 1,
                          .term_nos = {1, 2}};
  const domain::RosterClass two{.class_no = 2, .source_id = "k2", .title = "Homeroom", .missing_ms = 7};
  const auto write = [&] {
    must(db.write([&](sql::Transaction& transaction) -> Result<> {
      TRY(put_term(transaction, term));
      TRY(put_course(transaction, course));
      TRY(put_class(transaction, one));
      return put_class(transaction, two);
    }));
  };
  write();
  one.term_nos = {2};
  write();
  must(db.read([&](sql::Snapshot& snapshot) -> Result<> {
    CHECK(TRY(list_terms(snapshot)).back() == term);
    CHECK(TRY(list_courses(snapshot)) == std::vector{course});
    const auto classes = TRY(list_classes(snapshot));
    REQUIRE(classes.size() == 3);
    CHECK(classes[0] == one);
    CHECK(classes[1] == two);
    return {};
  }));
}

TEST_CASE("the terms of a school are those that its classes are held in, former ones when they are over") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  must(db.write([](sql::Transaction& transaction) -> Result<> {
    for (std::int32_t no = 11; no <= 14; ++no) {
      TRY(put_term(transaction, {.term_no = no, .source_id = "t" + std::to_string(no), .title = "T", .kind = "term",
                                 .first_day = 200 - no, .last_day = no == 14 ? 90 : 300, .school_year = "2027"}));
    }
    TRY(put_class(transaction, {.class_no = 1, .source_id = "k1", .school_id = "north", .term_nos = {11, 12}}));
    TRY(put_class(transaction, {.class_no = 2, .source_id = "k2", .school_id = "north", .term_nos = {12}}));
    TRY(put_class(transaction, {.class_no = 3, .source_id = "k3", .school_id = "south", .term_nos = {13}}));
    return put_class(transaction, {.class_no = 4, .source_id = "k4", .school_id = "north", .term_nos = {13, 14},
                                   .missing_ms = 5});
  }));
  const auto terms = [&](std::string_view school, std::int32_t today) {
    std::vector<std::int64_t> out;
    for (const auto& term : must(db.read([&](sql::Snapshot& s) { return terms_of_school(s, school, today); }))) {
      out.push_back(term.term_no);
    }
    return out;
  };
  using Numbers = std::vector<std::int64_t>;
  CHECK(terms("north", 100) == Numbers{14, 12, 11});  // by first day
  CHECK(terms("north", 90) == Numbers{12, 11});
  CHECK(terms("south", 100) == Numbers{13});
  CHECK(terms("east", 100).empty());
  const auto all = must(db.read([](sql::Snapshot& s) { return terms_of_school(s, "south", 100); }));
  CHECK(all[0] == domain::RosterTerm{.term_no = 13, .source_id = "t13", .title = "T", .kind = "term",
                                     .first_day = 187, .last_day = 300, .school_year = "2027"});
}

TEST_CASE("imports read back with their files, newest first") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  domain::Import import{.import_id = "01A", .source = "upload", .actor = "user:01U", .created_ms = 5};
  const auto put = [&] { must(db.write([&](sql::Transaction& transaction) { return put_import(transaction, import); })); };
  put();
  import.state = domain::ImportState::held;
  import.files = {{.file = "users.csv", .mode = "bulk", .read = 4, .added = 1, .kept = 3}, {.file = "orgs.csv"}};
  import.started_ms = 6;
  import.error = "x";
  put();
  const auto found = must(db.read([](sql::Snapshot& snapshot) { return find_import(snapshot, "01A"); }));
  REQUIRE(found);
  CHECK(found->files == import.files);
  CHECK(found->state == domain::ImportState::held);
  CHECK(found->started_ms == 6);
  CHECK(must(db.read([](sql::Snapshot& snapshot) { return unsettled_imports(snapshot); })).size() == 1);

  import.import_id = "01B";
  import.state = domain::ImportState::done;
  put();
  const auto ids = [&](std::string_view before) {
    std::string out;
    for (const auto& it : must(db.read([&](sql::Snapshot& snapshot) { return list_imports(snapshot, before, 9); }))) {
      out += it.import_id;
    }
    return out;
  };
  CHECK(ids("") == "01B01A");
  CHECK(ids("01B") == "01A");

  CHECK_FALSE(must(db.read([](sql::Snapshot& snapshot) { return last_import_ms(snapshot); })));
  import.finished_ms = 77;
  put();
  CHECK(must(db.read([](sql::Snapshot& snapshot) { return last_import_ms(snapshot); })) == 77);
}

TEST_CASE("findings come in their order, are counted by their reason and deleted in pieces") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  for (const char* id : {"01A", "01B"}) {
    const domain::Import import{.import_id = id, .source = "upload", .actor = "user:01U", .created_ms = 5};
    must(db.write([&](sql::Transaction& transaction) { return put_import(transaction, import); }));
  }
  const std::vector<domain::ImportFinding> findings{{"users.csv", 3, "role", domain::Severity::error, "is odd"},
                                                    {"users.csv", 0, "", domain::Severity::warning, "is old"}};
  must(db.write([&](sql::Transaction& transaction) { return add_findings(transaction, "01A", 1, findings); }));
  const auto listed = [&](std::int64_t after) {
    return must(db.read([&](sql::Snapshot& snapshot) { return findings_after(snapshot, "01A", after, 9); }));
  };
  CHECK(listed(0) == findings);
  CHECK(listed(1).size() == 1);
  const std::vector<domain::ImportFinding> more{{"users.csv", 2, "role", domain::Severity::error, "is odd"},
                                                {"users.csv", 9, "", domain::Severity::warning, "is new"},
                                                {"users.csv", 8, "", domain::Severity::warning, "is new"}};
  must(db.write([&](sql::Transaction& transaction) { return add_findings(transaction, "01B", 1, more); }));
  must(db.write([&](sql::Transaction& transaction) { return add_findings(transaction, "01B", 4, findings); }));
  const auto groups = must(db.read([](sql::Snapshot& snapshot) { return finding_groups(snapshot, "01B", 2); }));
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].finding == more[0]);
  CHECK(groups[0].count == 2);
  CHECK(groups[1].finding == more[2]);
  CHECK(groups[1].count == 2);
  const auto remove = [&](std::string_view id, std::int64_t before_ms) {
    return must(db.write([&](sql::Transaction& transaction) { return delete_findings(transaction, id, before_ms, 1); }));
  };
  CHECK(remove("01A", 0) == 1);
  CHECK(remove("", 5) == 0);
  CHECK(remove("", 6) == 1);
  CHECK(listed(0).empty());
}
