#include "server/csv/dates.h"

#include <array>
#include <chrono>

#include "common/base/text.h"

namespace rollcall::csv {
namespace {

struct Numbers {
  std::array<int, 3> value{};
  std::array<std::size_t, 3> digits{};
};

// Three numbers with one kind of separator between them.
std::optional<Numbers> numbers_of(std::string_view text) {
  Numbers out;
  const auto first = text.find_first_not_of("0123456789");
  if (first == std::string_view::npos || first == 0) return std::nullopt;
  const char separator = text[first];
  if (separator != '-' && separator != '/' && separator != '.') return std::nullopt;
  const auto parts = split(text, separator);
  if (parts.size() != 3) return std::nullopt;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto number = parse_number<int>(parts[i]);
    if (!number || *number < 0 || parts[i].size() > 4) return std::nullopt;
    out.value[i] = *number, out.digits[i] = parts[i].size();
  }
  return out;
}

std::optional<std::int32_t> day_of(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < 1900 || year > 2200 || !date.ok()) return std::nullopt;
  return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

std::optional<std::int32_t> compact_date(std::string_view text) {
  const auto number = text.size() == 8 ? parse_number<int>(text) : std::nullopt;
  return number && *number > 0 ? day_of(*number / 10'000, *number / 100 % 100, *number % 100) : std::nullopt;
}

bool is_iso(const Numbers& numbers) { return numbers.digits[0] == 4; }

std::string_view without_time(std::string_view text) {
  text = trim(text);
  return text.substr(0, text.find_first_of("T "));
}

}  // namespace

std::optional<std::int32_t> parse_date(std::string_view text, DateOrder order) {
  text = without_time(text);
  if (const auto day = compact_date(text)) return day;
  const auto numbers = numbers_of(text);
  if (!numbers) return std::nullopt;
  const auto& [a, b, c] = numbers->value;
  if (is_iso(*numbers)) return day_of(a, b, c);
  if (numbers->digits[2] != 4 && numbers->digits[2] != 2) return std::nullopt;
  const int year = numbers->digits[2] == 2 ? 2000 + c : c;
  return order == DateOrder::month_first ? day_of(year, a, b) : day_of(year, b, a);
}

void DateColumn::see(std::string_view text) {
  const auto numbers = numbers_of(without_time(text));
  if (!numbers || is_iso(*numbers)) return;
  const auto month_first = parse_date(text, DateOrder::month_first), day_first = parse_date(text, DateOrder::day_first);
  if (month_first && day_first) either_ += *month_first == *day_first ? 0 : 1;
  else if (month_first) ++month_first_;
  else if (day_first) ++day_first_;
}

}  // namespace rollcall::csv
