#include "server/service/roster_tables.h"

#include <algorithm>
#include <array>

#include "common/base/text.h"

namespace rollcall::service {
namespace {

using csv::Field;

const Field kOrgs[] = {{"sourcedId", true}, {"status"}, {"name", true}, {"type", true}, {"identifier"}};
const Field kTerms[] = {{"sourcedId", true}, {"status"},        {"title", true}, {"type", true},
                        {"startDate", true}, {"endDate", true}, {"schoolYear"}};
const Field kCourses[] = {{"sourcedId", true}, {"status"}, {"title", true}, {"courseCode"}, {"orgSourcedId"}};
const Field kClasses[] = {{"sourcedId", true}, {"status"},   {"title", true},   {"grades"},
                          {"courseSourcedId"}, {"classCode"}, {"classType"},     {"location"},
                          {"schoolSourcedId", true}, {"termSourcedIds", false, {"termSourcedId"}}, {"periods"}};
const Field kRoles[] = {{"sourcedId"}, {"status"}, {"userSourcedId", true}, {"roleType"}, {"role", true},
                        {"orgSourcedId", true}};
const Field kUsers[] = {{"sourcedId", true},
                        {"status"},
                        {"enabledUser"},
                        {"orgSourcedIds", false, {"orgSourcedId"}},
                        {"role"},
                        {"username", true},
                        {"givenName", true},
                        {"familyName", true},
                        {"preferredGivenName", false, {"preferredFirstName"}},
                        {"preferredFamilyName", false, {"preferredLastName"}},
                        {"identifier"},
                        {"email"},
                        {"grades", false, {"grade"}},
                        {"primaryOrgSourcedId"}};
const Field kEnrollments[] = {{"sourcedId", true}, {"status"},  {"classSourcedId", true}, {"userSourcedId", true},
                              {"role", true},      {"primary"}, {"beginDate"},            {"endDate"}};
const Field kStudents[] = {
    {"student number", true,
     {"student id", "studentid", "student no", "id", "number", "local id", "local student id", "sis id", "identifier"}},
    {"enabled", false, {"active", "status", "enrollment status", "enabled user"}},
    {"first name", true, {"first", "given name", "student first name"}},
    {"last name", true, {"last", "family name", "surname", "student last name"}},
    {"preferred first name", false, {"preferred name", "preferred given name", "nickname", "goes by", "preferred"}},
    {"preferred last name", false, {"preferred family name"}},
    {"school", false, {"school id", "school name", "school code", "building", "campus", "site", "location"}},
    {"grade", false, {"grades", "grade level", "year level"}},
    {"email", false, {"email address", "e-mail", "student email"}},
    {"username", false, {"user name", "login", "user", "login name", "network id"}}};

struct Table {
  std::string_view name;
  std::span<const Field> fields;
};
const std::array<Table, kRosterFiles> kTables{{{"orgs.csv", kOrgs},
                                               {"academicsessions.csv", kTerms},
                                               {"courses.csv", kCourses},
                                               {"classes.csv", kClasses},
                                               {"roles.csv", kRoles},
                                               {"users.csv", kUsers},
                                               {"enrollments.csv", kEnrollments},
                                               {"students.csv", kStudents}}};

}  // namespace

std::string_view name_of(RosterFile file) {
  return file == RosterFile::terms ? "academicSessions.csv" : kTables[static_cast<std::size_t>(file)].name;
}

std::span<const Field> fields_of(RosterFile file) { return kTables[static_cast<std::size_t>(file)].fields; }

std::optional<RosterFile> roster_file_called(std::string_view name) {
  const auto found = std::ranges::find(kTables, name, &Table::name);
  if (found == kTables.end() || found->name == "students.csv") return std::nullopt;
  return static_cast<RosterFile>(found - kTables.begin());
}

std::optional<RosterFile> mistaken_for(RosterFile expected, const csv::Row& header) {
  const auto own = csv::Columns::match(header, fields_of(expected));
  std::optional<RosterFile> best;
  std::size_t known = own.missing().empty() ? own.known() : 0;
  for (std::size_t i = 0; i + 1 < kRosterFiles; ++i) {
    const auto other = csv::Columns::match(header, kTables[i].fields);
    if (static_cast<RosterFile>(i) == expected || !other.missing().empty() || other.known() <= known) continue;
    best = static_cast<RosterFile>(i);
    known = other.known();
  }
  return best;
}

bool is_yes(std::string_view text, bool when_empty) {
  if (text.empty()) return when_empty;
  static constexpr std::array<std::string_view, 9> kNo{"false",     "0",       "no",        "n",        "f",
                                                       "inactive", "disabled", "withdrawn", "tobedeleted"};
  return std::ranges::none_of(kNo, [&](std::string_view no) { return equal_ignoring_case(no, text); });
}

bool is_withdrawn(std::string_view status) {
  return equal_ignoring_case(status, "tobedeleted") || equal_ignoring_case(status, "inactive");
}

bool is_spreadsheet_number(std::string_view text) {
  const auto e = text.find_first_of("eE");
  if (e == std::string_view::npos || e == 0 || e + 2 >= text.size() || text[e + 1] != '+') return false;
  const auto digits = [](std::string_view part) { return part.find_first_not_of("0123456789.,") == std::string_view::npos; };
  return digits(text.substr(0, e)) && digits(text.substr(e + 2));
}

}  // namespace rollcall::service
