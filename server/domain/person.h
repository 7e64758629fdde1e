// Somebody of the roster: a student, a teacher, staff. Who signs in is a User (user.h). Kept is what somebody at the
// counter needs to know whom a device belongs to, and nothing else: no birth date, no address, no telephone number, no
// middle name. Pure types and rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::domain {

enum class PersonRole : std::uint8_t { student, teacher, staff };
inline constexpr int kPersonRoles = 3;
std::string_view name_of(PersonRole role);
std::optional<PersonRole> parse_person_role(std::string_view text);

// active: may be given a device. disabled: the roster has them switched off (withdrawn). missing: the roster does not
// have them any more. Somebody who is not active keeps what they hold until it is returned.
enum class PersonState : std::uint8_t { active, disabled, missing };
inline constexpr int kPersonStates = 3;
std::string_view name_of(PersonState state);
std::optional<PersonState> parse_person_state(std::string_view text);

struct Person {
  std::int64_t person_no{};      // dense; the key of other tables
  std::string person_id{};       // ULID
  std::string source_id{};       // the roster's sourcedId
  std::string student_number{};  // empty: none
  std::string given_name{};
  std::string family_name{};
  std::string preferred_given{};   // empty: the given name
  std::string preferred_family{};  // empty: the family name
  PersonRole role{PersonRole::student};
  std::vector<std::string> school_ids{};  // ascending, each once
  std::string school_id{};                // the home school, one of them; empty: none
  std::string grade{};                    // "KG", "03", "12"; empty: none
  bool enabled{true};
  std::string email{};
  std::string username_hash{};  // 16 bytes, as an agent's user_hash; empty: none
  std::int64_t created_ms{};
  std::optional<std::int64_t> missing_ms{};  // since when
  std::int64_t version{1};

  bool operator==(const Person&) const = default;
};

PersonState state_of(const Person& person);

// "Ana Silva": the names they go by, wherever a person is shown.
std::string display_name(const Person& person);

// Grades as people write them, as the roster standard's codes: "9", "09" and "9th grade" are "09", "K" and
// "Kindergarten" "KG". What is not known stays as it is.
std::string normalise_grade(std::string_view text);

// What a roster calls a person; nothing: nobody who is kept here (guardians, relatives), or not a role.
std::optional<PersonRole> person_role_of_roster(std::string_view text);
bool is_kept_out(std::string_view roster_role);  // a role of the standard that is not kept

inline constexpr std::size_t kMaxPersonName = 128, kMaxSourceId = 256, kMaxStudentNumber = 64, kMaxEmail = 254,
                             kMaxGrade = 16;  // bytes

}  // namespace rollcall::domain
