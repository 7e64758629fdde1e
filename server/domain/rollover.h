// What the next school year makes of a grade: it goes up by one, and the last one graduates. Pure rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::domain {

// stays: a grade that no rule knows (none, "UG"): somebody says what becomes of it.
enum class NextYear : std::uint8_t { goes_up, graduates, stays };
inline constexpr int kNextYears = 3;
std::string_view name_of(NextYear next);

struct Promotion {
  NextYear next{NextYear::stays};
  std::string grade{};  // of the next year; empty: none
  bool operator==(const Promotion&) const = default;
};

inline constexpr std::string_view kLastGrade = "12";

// `grade` and `last` as normalise_grade() leaves them: "PK", "KG", "01" to "13". "PK" and "TK" are followed by "KG".
Promotion promote(std::string_view grade, std::string_view last);

// Can this be the grade that graduates? "01" to "13".
bool is_last_grade(std::string_view grade);

}  // namespace rollcall::domain
