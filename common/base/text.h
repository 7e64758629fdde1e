// Small questions about text that more than one room asks.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

std::string_view trim(std::string_view text);  // ASCII white space at both ends
std::vector<std::string_view> split(std::string_view text, char separator);
std::string to_lower(std::string_view text);  // ASCII only
bool equal_ignoring_case(std::string_view a, std::string_view b);  // ASCII only

// Well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

// What cannot be seen (control characters, the ones that turn the direction of writing, those without a width)
// and bytes that are not UTF-8 become '?': the text can be shown or logged, obeys nothing and looks like what
// it is. Some of them are proper in a person's name (the joiner in Persian and in emoji): not for those.
std::string printable(std::string_view text);

// The longest prefix of at most `bytes` bytes that does not cut a UTF-8 character in two.
std::string_view clip_utf8(std::string_view text, std::size_t bytes);

// The whole of `text` as a number, or nothing: no sign other than '-', no white space, no overflow.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace rollcall
