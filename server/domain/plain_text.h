// A text that a person typed, ready to be stored and shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/base/text.h"

namespace rollcall::domain {

// Trimmed. Errors: invalid_argument with `field`: longer than `max_bytes`, or with characters that nobody sees.
inline Result<std::string> plain_text(std::string_view text, std::size_t max_bytes, std::string_view field) {
  const std::string_view trimmed = trim(text);
  if (trimmed.size() > max_bytes) {
    return fail(Errc::invalid_argument, std::string(field) + " is longer than " + std::to_string(max_bytes) + " bytes",
                std::string(field));
  }
  if (printable(trimmed) != trimmed) {
    return fail(Errc::invalid_argument, std::string(field) + " holds a character that cannot be seen",
                std::string(field));
  }
  return std::string(trimmed);
}

}  // namespace rollcall::domain
