// Labels for devices: Code 128 and QR of the tag, the tag to read, and up to two lines of plain text.
// Pure: no I/O (but for the fonts that cairo loads), no clock. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace rollcall::labels {

struct Label {
  std::string tag{};                 // as it is, leading zeros and all
  std::vector<std::string> lines{};  // what it is and whose; never a student's name: a label outlives a loan
};

inline constexpr std::size_t kMaxLabels = 3'000;  // a hundred sheets: a school's summer
inline constexpr std::size_t kMaxLines = 2;
inline constexpr std::size_t kMaxLineBytes = 120;

// What is printed on.
enum class Stock : std::uint8_t {
  avery_5160,  // US letter, 30 labels of 2.625 x 1 in
  single,      // a page for each label, 2.25 x 1.25 in
};
std::string_view name_of(Stock stock);  // "avery_5160", "single"
std::optional<Stock> parse_stock(std::string_view text);

inline constexpr int kSheetLabels = 30;  // of avery_5160: three columns, ten rows, read like a page

// Errors of both: invalid_argument with a message that names the tag; `field` is the label's place in the list, "[3]",
// or "start", or empty when the list itself is wrong (none, or more than kMaxLabels).

// Pages of exactly that size; whoever prints them must not scale. `start` is the first position of the first sheet
// that is still there, from 1; on single labels there is only 1.
Result<std::string> to_pdf(std::span<const Label> labels, Stock stock, int start = 1);

// For a printer of labels of 2.25 x 1.25 in that speaks ZPL II, at `dpi` 203 or 300 (`field` "dpi").
Result<std::string> to_zpl(std::span<const Label> labels, int dpi);

}  // namespace rollcall::labels
