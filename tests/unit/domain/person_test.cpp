#include "server/domain/person.h"

#include <catch2/catch.hpp>

#include "server/domain/import.h"

namespace rollcall::domain {
namespace {

TEST_CASE("people are shown by the names they go by, each of which may be missing") {
  Person person{.given_name = "Anastasia", .family_name = "Silva"};
  CHECK(display_name(person) == "Anastasia Silva");
  person.preferred_given = "Ana";
  CHECK(display_name(person) == "Ana Silva");
  person.preferred_family = "Lima";
  CHECK(display_name(person) == "Ana Lima");
  CHECK(display_name({.given_name = "Cher"}) == "Cher");
  CHECK(display_name({.family_name = "Silva"}) == "Silva");
  CHECK(display_name({}).empty());
}

TEST_CASE("whom the roster lacks is missing, whatever else it said of them") {
  CHECK(state_of({}) == PersonState::active);
  CHECK(state_of({.enabled = false}) == PersonState::disabled);
  CHECK(state_of({.enabled = false, .missing_ms = 5}) == PersonState::missing);
  for (int i = 0; i < kPersonStates; ++i) CHECK(parse_person_state(name_of(static_cast<PersonState>(i))) == static_cast<PersonState>(i));
  for (int i = 0; i < kPersonRoles; ++i) CHECK(parse_person_role(name_of(static_cast<PersonRole>(i))) == static_cast<PersonRole>(i));
  CHECK_FALSE(parse_person_role("Student"));
}

TEST_CASE("grades are one, however people write them, and what nobody knows stays as it is") {
  for (const char* nine : {"9", "09", "009", "9th", "9th grade", "Grade 9", "9 TH GRADE"}) CHECK(normalise_grade(nine) == "09");
  for (const char* kinder : {"K", "KG", "kindergarten", "0", "00"}) CHECK(normalise_grade(kinder) == "KG");
  for (const char* before : {"PK", "Pre-K", "prekindergarten"}) CHECK(normalise_grade(before) == "PK");
  CHECK(normalise_grade("12") == "12");
  CHECK(normalise_grade("1st") == "01");
  CHECK(normalise_grade(" Ungraded ") == "Ungraded");
  CHECK(normalise_grade("14") == "14");
  CHECK(normalise_grade("").empty());
  CHECK(normalise_grade("a grade name far too long").size() <= kMaxGrade);
}

TEST_CASE("roles of either version are students, teachers or staff; guardians are never kept") {
  CHECK(person_role_of_roster("student") == PersonRole::student);
  CHECK(person_role_of_roster("Teacher") == PersonRole::teacher);
  for (const char* staff : {"administrator", "aide", "proctor", "siteAdministrator", "districtAdministrator", "counselor", "principal"}) {
    CHECK(person_role_of_roster(staff) == PersonRole::staff);
  }
  for (const char* out : {"guardian", "Parent", "relative", "emergency contact"}) {
    CHECK(is_kept_out(out));
    CHECK_FALSE(person_role_of_roster(out));
  }
  CHECK_FALSE(is_kept_out("wizard"));
  CHECK_FALSE(person_role_of_roster("wizard"));
}

TEST_CASE("an import is looked at when more than so many of a hundred vanish, never for exactly so many") {
  CHECK_FALSE(vanishes({.gone = 10, .kept = 100}, 10));
  CHECK(vanishes({.gone = 11, .kept = 100}, 10));
  CHECK_FALSE(vanishes({.gone = 0, .kept = 0}, 10));
  CHECK(vanishes({.gone = 1, .kept = 100}, 0));
  CHECK_FALSE(vanishes({.gone = 100, .kept = 100}, 100));
  for (int i = 0; i < kImportStates; ++i) CHECK(parse_import_state(name_of(static_cast<ImportState>(i))) == static_cast<ImportState>(i));
  CHECK_FALSE(is_settled(ImportState::held));
  CHECK(is_settled(ImportState::planned));
}

}  // namespace
}  // namespace rollcall::domain
