// The data of a ZPL field ^BC in mode N: which of Code 128's sets each character is in is said here and not left to the
// printer, so that its width is known and leading zeros are characters, never a number.
#pragma once

#include <string>
#include <string_view>

namespace rollcall::labels {

struct Code128Field {
  std::string data{};  // with ZPL's invocation codes; not yet escaped for ^FD
  int modules{};       // without the quiet zone
};

// Of printable ASCII. Pairs of digits where that is shorter, set B for everything else.
Code128Field code128_field(std::string_view text);

}  // namespace rollcall::labels
