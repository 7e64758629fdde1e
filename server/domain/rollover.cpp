#include "server/domain/rollover.h"

#include "common/base/text.h"
#include "server/domain/word_list.h"

namespace rollcall::domain {
namespace {

constexpr std::array<std::string_view, kNextYears> kNext{"goes_up", "graduates", "stays"};
constexpr int kMostYears = 13;

std::optional<int> number_of(std::string_view grade) {
  if (grade.size() != 2) return std::nullopt;
  const auto number = parse_number<int>(grade);
  return number && *number >= 1 && *number <= kMostYears ? number : std::nullopt;
}

}  // namespace

std::string_view name_of(NextYear next) {
  return word_of(kNext, next);
}

Promotion promote(std::string_view grade, std::string_view last) {
  if (grade == "PK" || grade == "TK") return {NextYear::goes_up, "KG"};
  if (grade == "KG") return {NextYear::goes_up, "01"};
  const auto number = number_of(grade), end = number_of(last);
  if (!number) return {};
  if (end && *number >= *end) return {NextYear::graduates, {}};
  return {NextYear::goes_up, (*number < 9 ? "0" : "") + std::to_string(*number + 1)};
}

bool is_last_grade(std::string_view grade) {
  return number_of(grade).has_value();
}

}  // namespace rollcall::domain
