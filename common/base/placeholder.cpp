#include "common/base/placeholder.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>

#include "common/base/text.h"

namespace rollcall {
namespace {

// Met in the field.
// clang-format off
constexpr std::string_view kFillers[] = {
    "-1", "<bad index>", "<out of spec>", "bad index", "base board serial number", "board serial number",
    "chassis manufacturer", "chassis serial number", "default", "default string", "empty", "invalid", "n/a", "na",
    "nil", "no asset tag", "none", "not applicable", "not available", "not defined", "not specified", "null", "o.e.m.",
    "oem", "out of spec", "serial", "serial number", "system manufacturer", "system product name",
    "system serial number", "system version", "systemserialnumb", "to be filled by o.e.m", "to be filled by o.e.m.",
    "to be filled by oem", "to be set by oem", "type1productconfigid", "type2 - board serial number", "unknown"};

constexpr std::string_view kSharedUuids[] = {
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "03000200-0400-0500-0006-000700080009", "00020003-0004-0005-0006-000700080009",
    "12345678-1234-5678-90ab-cddeefaabbcc", "12345678-1234-1234-1234-123456789abc",
    "fefefefe-fefe-fefe-fefe-fefefefefefe"};
// clang-format on
constexpr std::string_view kSharedUuidStart = "10000000-0000-8000-0040-";

std::string lower_case_and_single_blanks(std::string_view text) {
  const std::string lower = to_lower(trim(text));
  std::string out;
  for (const char c : lower) {
    const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
    if (!blank || !out.ends_with(' ')) out += blank ? ' ' : c;
  }
  return out;
}

bool is_counting_row(std::string_view text) {
  constexpr std::array<std::string_view, 3> kRows = {"01234567890123456789", "12345678901234567890",
                                                     "1234567890abcdef"};
  return text.size() >= 5 && std::ranges::any_of(kRows, [&](auto row) { return row.starts_with(text); });
}

bool is_one_character(std::string_view text) {
  return std::ranges::all_of(text, [&](char c) { return c == text.front() || c == '-' || c == ' ' || c == '.'; });
}

}  // namespace

bool is_placeholder(std::string_view text) {
  const std::string normal = lower_case_and_single_blanks(text);
  if (normal.empty()) return false;
  return is_one_character(normal) || is_counting_row(normal) ||
         std::ranges::find(kFillers, normal) != std::end(kFillers);
}

bool is_placeholder_uuid(std::string_view uuid) {
  const std::string normal = to_lower(trim(uuid));
  return normal.starts_with(kSharedUuidStart) || std::ranges::find(kSharedUuids, normal) != std::end(kSharedUuids);
}

}  // namespace rollcall
