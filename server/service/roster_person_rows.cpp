// RosterPeople's reading of one row: OneRoster 1.1 (role and orgs in users.csv), 1.2 (in roles.csv), the plain list.
#include <algorithm>
#include <utility>

#include "common/base/text.h"
#include "server/service/roster_people.h"

namespace rollcall::service {
namespace {

using domain::Person;

// A name is one line, whatever a cell holds.
std::string name_in(const RosterRow& row, std::size_t field) {
  std::string out = row.text(field, domain::kMaxPersonName);
  std::ranges::replace_if(out, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return out;
}

bool is_primary(std::string_view role_type) { return equal_ignoring_case(role_type, "primary"); }

}  // namespace

Result<> RosterPeople::read_roles() {
  TRY(reader_.each(RosterFile::roles, false, [&](const RosterRow& row) { return take_role(row); }));
  std::ranges::stable_sort(roles_, {}, &Role::user);
  return {};
}

Result<> RosterPeople::take_role(const RosterRow& row) {
  if (!is_yes(row.text(role_field::status), true)) return {};
  const auto word = row.text(role_field::role);
  const auto role = domain::person_role_of_roster(word);
  const bool out = domain::is_kept_out(word);
  if (!role && !out) return row.error(role_field::role, "is not a role that is known");
  const auto school = schools_.school_of_org(row.text(role_field::org));
  if (!school) TRY(row.warn(role_field::org, "names an org that is not in orgs.csv"));
  const auto found = std::ranges::find(role_schools_, school.value_or(""));
  const auto place = found - role_schools_.begin();
  if (found == role_schools_.end()) role_schools_.push_back(*school);
  roles_.push_back({.user = source_key_of(row.text(role_field::user)),
                    .school = static_cast<std::uint16_t>(place),
                    .primary = is_primary(row.text(role_field::role_type)),
                    .kept_out = out,
                    .role = role.value_or(domain::PersonRole::student)});
  return {};
}

Result<std::optional<RosterPeople::Decoded>> RosterPeople::decode(const RosterRow& row) const {
  return file_ == RosterFile::users ? decode_user(row) : decode_student(row);
}

void RosterPeople::give_names(const RosterRow& row, std::size_t given, Decoded& out) const {
  // Both tables list the four names in this order.
  out.person.given_name = name_in(row, given);
  out.person.family_name = name_in(row, given + 1);
  out.person.preferred_given = name_in(row, given + 2);
  out.person.preferred_family = name_in(row, given + 3);
}

Result<std::optional<RosterPeople::Decoded>> RosterPeople::decode_user(const RosterRow& row) const {
  Decoded out;
  Person& person = out.person;
  person.source_id = row.text(user_field::source_id);
  out.key = source_key_of(person.source_id);
  // Of somebody who is gone, a delta need not say more.
  out.gone = equal_ignoring_case(row.text(user_field::status), "tobedeleted");
  if (out.gone) return out;
  if (!TRY(give_role(row, out))) return std::nullopt;
  if (out.kept_out) return out;
  give_names(row, user_field::given_name, out);
  if (person.given_name.empty() && person.family_name.empty()) {
    TRY(row.error(user_field::given_name, "is empty, and so is the family name"));
    return std::nullopt;
  }
  person.student_number = row.text(user_field::identifier, domain::kMaxStudentNumber);
  if (is_spreadsheet_number(person.student_number)) {
    TRY(row.error(user_field::identifier, "was rounded by a spreadsheet; export it again without opening it"));
    return std::nullopt;
  }
  person.enabled = is_yes(row.text(user_field::enabled), true) && !is_withdrawn(row.text(user_field::status));
  person.email = row.text(user_field::email, domain::kMaxEmail);
  out.username = row.text(user_field::username, domain::kMaxEmail);
  const auto grades = row.text(user_field::grades);
  person.grade = domain::normalise_grade(trim(grades.substr(0, grades.find(','))));
  TRY(give_schools(row, out));
  return out;
}

// False: refused.
Result<bool> RosterPeople::give_role(const RosterRow& row, Decoded& out) const {
  const auto roles = std::ranges::equal_range(roles_, out.key, {}, &Role::user);
  if (!roles.empty()) {
    const Role* chosen = nullptr;
    for (const Role& role : roles) {
      if (role.kept_out) continue;
      if (!chosen || (role.primary && !chosen->primary)) chosen = &role;
      const auto& school = role_schools_[role.school];
      if (!school.empty()) out.person.school_ids.push_back(school);
    }
    out.kept_out = !chosen;
    if (!chosen) return true;
    out.person.role = chosen->role;
    out.person.school_id = role_schools_[chosen->school];
    return true;
  }
  const auto word = row.text(user_field::role);
  const auto role = domain::person_role_of_roster(word);
  out.kept_out = domain::is_kept_out(word);
  out.person.role = role.value_or(domain::PersonRole::student);
  if (role || out.kept_out) return true;
  TRY(row.error(user_field::role, word.empty() ? "is missing here and in roles.csv" : "is not a role that is known"));
  return false;
}

Result<> RosterPeople::give_schools(const RosterRow& row, Decoded& out) const {
  auto& person = out.person;
  const auto add = [&](std::size_t field, std::string_view org) -> Result<> {
    const auto school = schools_.school_of_org(trim(org));
    if (!school) return row.warn(field, "names an org that is not in orgs.csv");
    if (!school->empty()) person.school_ids.push_back(*school);
    return {};
  };
  const auto orgs = row.text(user_field::orgs);
  for (const auto org : split(orgs, ',')) {
    if (!trim(org).empty()) TRY(add(user_field::orgs, org));
  }
  if (person.school_id.empty() && !person.school_ids.empty()) person.school_id = person.school_ids.front();
  if (const auto primary = row.text(user_field::primary_org); !primary.empty()) {
    const auto before = person.school_ids.size();
    TRY(add(user_field::primary_org, primary));
    if (person.school_ids.size() > before) person.school_id = person.school_ids.back();
  }
  std::ranges::sort(person.school_ids);
  const auto repeated = std::ranges::unique(person.school_ids);
  person.school_ids.erase(repeated.begin(), repeated.end());
  return {};
}

Result<std::optional<RosterPeople::Decoded>> RosterPeople::decode_student(const RosterRow& row) const {
  Decoded out;
  Person& person = out.person;
  person.source_id = person.student_number = row.text(student_field::number, domain::kMaxStudentNumber);
  out.key = source_key_of(person.source_id);
  give_names(row, student_field::given_name, out);
  if (person.given_name.empty() && person.family_name.empty()) {
    TRY(row.error(student_field::given_name, "is empty, and so is the last name"));
    return std::nullopt;
  }
  person.enabled = is_yes(row.text(student_field::enabled), true);
  person.email = row.text(student_field::email, domain::kMaxEmail);
  out.username = row.text(student_field::username, domain::kMaxEmail);
  person.grade = domain::normalise_grade(row.text(student_field::grades));
  if (const auto named = row.text(student_field::school); !named.empty()) {
    const auto school = schools_.school_called(named);
    if (!school) TRY(row.warn(student_field::school, "names no school of server.yaml or of a roster"));
    if (school) person.school_id = *school, person.school_ids = {*school};
  }
  return out;
}

}  // namespace rollcall::service
