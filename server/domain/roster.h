// What a roster says besides people: terms, courses, classes, who is in which class. Days count from 1970-01-01. Pure
// types.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/domain/person.h"

namespace rollcall::domain {

struct RosterTerm {
  std::int64_t term_no{};
  std::string source_id{};
  std::string title{};
  std::string kind{};  // "term", "semester", "gradingPeriod", "schoolYear"
  std::int32_t first_day{};
  std::int32_t last_day{};  // included
  std::string school_year{};
  std::optional<std::int64_t> missing_ms{};
  bool operator==(const RosterTerm&) const = default;
};

struct RosterCourse {
  std::int64_t course_no{};
  std::string source_id{};
  std::string title{};
  std::string code{};
  std::optional<std::int64_t> missing_ms{};
  bool operator==(const RosterCourse&) const = default;
};

struct RosterClass {
  std::int64_t class_no{};
  std::string source_id{};
  std::string title{};
  std::string code{};
  std::string kind{};  // "scheduled", "homeroom"
  std::string grade{};
  std::string location{};
  std::string periods{};
  std::string school_id{};            // empty: the roster does not say, or an unknown one
  std::optional<std::int64_t> course_no{};
  std::vector<std::int64_t> term_nos{};  // ascending
  std::optional<std::int64_t> missing_ms{};
  bool operator==(const RosterClass&) const = default;
};

// Found again by its person and by the hash of its sourcedId.
struct Enrollment {
  std::int64_t person_no{};
  std::int64_t source_key{};
  std::int64_t class_no{};
  PersonRole role{PersonRole::student};  // in this class
  bool primary{};                        // of several teachers
  std::optional<std::int32_t> first_day{}, last_day{};
  std::optional<std::int64_t> missing_ms{};
  bool operator==(const Enrollment&) const = default;
};

}  // namespace rollcall::domain
