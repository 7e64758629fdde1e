#include "server/labels/code128_field.h"

#include <algorithm>
#include <cstddef>

namespace rollcall::labels {
namespace {

constexpr int kModules = 11, kStopModules = 13;  // of a character

std::size_t digits_at(std::string_view text, std::size_t at) {
  const auto end = std::ranges::find_if_not(text.substr(at), [](char c) { return c >= '0' && c <= '9'; });
  return static_cast<std::size_t>(end - text.substr(at).begin());
}

// Changing over costs a character, at both ends when something follows.
bool is_worth_pairs(std::string_view text, std::size_t at, std::size_t digits) {
  if (at == 0) return digits >= 4 || (digits == 2 && text.size() == 2);
  return digits % 2 == 0 && digits >= (at + digits == text.size() ? 4u : 6u);
}

// Three characters of set B cannot stand for themselves in a ^BC field.
std::string_view in_set_b(const char& c) {
  switch (c) {
    case '^': return "><";
    case '>': return ">0";
    case '~': return ">=";
    default: return {&c, 1};
  }
}

}  // namespace

Code128Field code128_field(std::string_view text) {
  Code128Field out;
  int characters = 2;  // the start and the check
  bool pairs = is_worth_pairs(text, 0, digits_at(text, 0));
  out.data = pairs ? ">;" : ">:";
  for (std::size_t at = 0; at < text.size(); ++characters) {
    const auto digits = digits_at(text, at);
    if (pairs && digits >= 2) {
      out.data += text.substr(at, 2);
      at += 2;
    } else if (pairs) {
      out.data += ">6";
      pairs = false;
    } else if (at > 0 && is_worth_pairs(text, at, digits)) {
      out.data += ">5";
      pairs = true;
    } else {
      out.data += in_set_b(text[at++]);
    }
  }
  out.modules = characters * kModules + kStopModules;
  return out;
}

}  // namespace rollcall::labels
