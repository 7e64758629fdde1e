#include "server/domain/device.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

#include "common/base/placeholder.h"
#include "common/base/text.h"

namespace rollcall::domain {
namespace {

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

std::string normalise_serial(std::string_view text) {
  std::string value = upper_case_and_single_blanks(text);
  const bool unfit = value.size() > kMaxSerial || !can_be_shown(value);
  return unfit || is_placeholder(value) ? std::string() : value;
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
