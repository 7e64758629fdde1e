#include "server/domain/device.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

#include "common/base/text.h"

namespace rollcall::domain {
namespace {

// clang-format off
constexpr std::string_view kPlaceholderSerials[] = {
    "", "0", "1", "123456789", "1234567890", "0123456789", "<BAD INDEX>", "<OUT OF SPEC>", "BAD INDEX",
    "OUT OF SPEC", "CHASSIS SERIAL NUMBER", "BASE BOARD SERIAL NUMBER", "DEFAULT STRING", "EMPTY",
    "INVALID", "N/A", "NA", "NIL", "NO ASSET TAG", "NONE", "NOT APPLICABLE", "NOT AVAILABLE",
    "NOT SPECIFIED", "NULL", "O.E.M.", "OEM", "SERIAL", "SERIAL NUMBER", "SYSTEM SERIAL NUMBER",
    "SYSTEMSERIALNUMB", "TO BE FILLED BY O.E.M", "TO BE FILLED BY O.E.M.", "TO BE FILLED BY OEM",
    "TO BE SET BY OEM", "UNKNOWN", "XXXXXXXX", "-1"};
// clang-format on

constexpr std::string_view kPlaceholderUuids[] = {
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "03000200-0400-0500-0006-000700080009", "12345678-1234-5678-90ab-cddeefaabbcc",
    "12345678-1234-1234-1234-123456789abc", "fefefefe-fefe-fefe-fefe-fefefefefefe"};
constexpr std::string_view kPlaceholderUuidStart = "10000000-0000-8000-0040-";

// Forms of a company, and words that makers put in front of them in some firmware and not in other.
// clang-format off
constexpr std::string_view kLegalForms[] = {
    "inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "limited", "llc", "gmbh", "ag",
    "plc", "sa", "bv", "kg", "computer", "computers", "electronics", "international", "intl", "technology",
    "technologies"};
// clang-format on
constexpr std::pair<std::string_view, std::string_view> kOneMaker[] = {{"hewlett packard", "hp"},
                                                                       {"hewlett packard enterprise", "hpe"},
                                                                       {"asustek", "asus"},
                                                                       {"micro star", "msi"},
                                                                       {"toshiba dynabook", "dynabook"}};

std::string upper_case_and_single_blanks(std::string_view text) {
  std::string out;
  for (const char c : trim(text)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool blank = std::isspace(byte) != 0;
    if (blank && out.ends_with(' ')) continue;
    out += blank ? ' ' : static_cast<char>(byte < 0x80 ? std::toupper(byte) : byte);
  }
  return out;
}

bool can_be_shown(std::string_view text) { return printable(text) == text; }

}  // namespace

bool is_placeholder_serial(std::string_view text) {
  const std::string value = upper_case_and_single_blanks(text);
  if (std::ranges::find(kPlaceholderSerials, value) != std::end(kPlaceholderSerials)) return true;
  // "00000000", "........", "XXXXXXXXXX": one character throughout says nothing.
  return value.find_first_not_of(value.front()) == std::string::npos;
}

bool is_placeholder_uuid(std::string_view text) {
  const std::string value = to_lower(trim(text));
  return value.empty() || value.starts_with(kPlaceholderUuidStart) ||
         std::ranges::find(kPlaceholderUuids, value) != std::end(kPlaceholderUuids);
}

std::string normalise_serial(std::string_view text) {
  std::string value = upper_case_and_single_blanks(text);
  const bool unfit = value.size() > kMaxSerial || !can_be_shown(value);
  return unfit || is_placeholder_serial(value) ? std::string() : value;
}

std::string normalise_maker(std::string_view text) {
  std::string spaced = to_lower(text);
  std::ranges::replace_if(spaced, [](unsigned char c) { return c < 0x80 && std::isalnum(c) == 0; }, ' ');
  std::vector<std::string_view> words;
  for (const std::string_view word : split(spaced, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  while (words.size() > 1 && std::ranges::find(kLegalForms, words.back()) != std::end(kLegalForms))
    words.pop_back();
  std::string joined;
  for (const std::string_view word : words) joined.append(joined.empty() ? "" : " ").append(word);
  for (const auto& [name, maker] : kOneMaker) {
    if (joined == name) return std::string(maker);
  }
  return joined;
}

std::optional<std::string> normalise_tag(std::string_view text) {
  const std::string_view trimmed = trim(text);
  if (trimmed.empty() || trimmed.size() > kMaxTag || !can_be_shown(trimmed)) return std::nullopt;
  return std::string(trimmed);
}

}  // namespace rollcall::domain
