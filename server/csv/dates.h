// Dates as spreadsheets write them. Which of two numbers is the month is decided by a whole column, never by one cell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rollcall::csv {

enum class DateOrder { month_first, day_first };

// Days since 1970-01-01. ISO (2026-08-24, 20260824, with or without a time behind it) whatever the order; 8/24/2026,
// 24.8.2026, 24-8-26 in the given one. Nothing: no such day, or not a date.
std::optional<std::int32_t> parse_date(std::string_view text, DateOrder order);

// Hand it every cell of a column, then ask.
class DateColumn {
 public:
  void see(std::string_view text);
  // Month first, as in the United States, when nothing speaks against it.
  DateOrder order() const { return day_first_ > month_first_ ? DateOrder::day_first : DateOrder::month_first; }
  // Dates of both orders, or none that tells them apart.
  bool is_ambiguous() const { return either_ + month_first_ + day_first_ > 0 && (month_first_ > 0) == (day_first_ > 0); }

 private:
  std::size_t month_first_{}, day_first_{}, either_{};  // cells that are a date in this order only, or in both
};

}  // namespace rollcall::csv
