#include "server/domain/person.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/text.h"

namespace rollcall::domain {
namespace {

constexpr std::array<std::string_view, kPersonRoles> kRoles{"student", "teacher", "staff"};
constexpr std::array<std::string_view, kPersonStates> kStates{"active", "disabled", "missing"};

// OneRoster 1.1 and 1.2, and what student systems add.
constexpr std::array<std::string_view, 13> kStaffRoles{
    "administrator",     "aide",      "proctor",   "staff",     "counselor", "principal",           "siteadministrator",
    "districtadministrator", "systemadministrator", "sysadmin", "librarian", "nurse", "support"};
constexpr std::array<std::string_view, 5> kOutRoles{"guardian", "parent", "relative", "contact", "emergencycontact"};

std::string letters(std::string_view text) {
  std::string out = to_lower(text);
  std::erase_if(out, [](char c) { return c < 'a' || c > 'z'; });
  return out;
}

}  // namespace

std::string_view name_of(PersonRole role) { return kRoles[static_cast<std::size_t>(role)]; }

std::optional<PersonRole> parse_person_role(std::string_view text) {
  const auto found = std::ranges::find(kRoles, text);
  if (found == kRoles.end()) return std::nullopt;
  return static_cast<PersonRole>(found - kRoles.begin());
}

std::string_view name_of(PersonState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<PersonState> parse_person_state(std::string_view text) {
  const auto found = std::ranges::find(kStates, text);
  if (found == kStates.end()) return std::nullopt;
  return static_cast<PersonState>(found - kStates.begin());
}

PersonState state_of(const Person& person) {
  if (person.missing_ms) return PersonState::missing;
  return person.enabled ? PersonState::active : PersonState::disabled;
}

std::string display_name(const Person& person) {
  const auto& given = person.preferred_given.empty() ? person.given_name : person.preferred_given;
  const auto& family = person.preferred_family.empty() ? person.family_name : person.preferred_family;
  return given.empty() || family.empty() ? given + family : given + ' ' + family;
}

std::string normalise_grade(std::string_view text) {
  const std::string word = letters(text);
  std::string digits(text);
  std::erase_if(digits, [](char c) { return c < '0' || c > '9'; });
  const bool plain_number = word.empty() || word == "grade" || word == "th" || word == "st" || word == "nd" ||
                            word == "rd" || word == "thgrade" || word == "stgrade" || word == "ndgrade" ||
                            word == "rdgrade";
  const auto number = parse_number<int>(digits);
  if (plain_number && number && *number >= 1 && *number <= 13) return (*number < 10 ? "0" : "") + std::to_string(*number);
  if (word == "k" || word == "kg" || word == "kindergarten" || (word.empty() && number && *number == 0)) return "KG";
  if (word == "pk" || word == "prek" || word == "prekindergarten") return "PK";
  return std::string(clip_utf8(trim(text), kMaxGrade));
}

std::optional<PersonRole> person_role_of_roster(std::string_view text) {
  const std::string word = letters(text);
  if (word == "student") return PersonRole::student;
  if (word == "teacher") return PersonRole::teacher;
  if (std::ranges::find(kStaffRoles, word) != kStaffRoles.end()) return PersonRole::staff;
  return std::nullopt;
}

bool is_kept_out(std::string_view roster_role) {
  return std::ranges::find(kOutRoles, letters(roster_role)) != kOutRoles.end();
}

}  // namespace rollcall::domain
