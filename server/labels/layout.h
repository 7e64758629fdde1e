// Where the parts of a label lie: QR at the top right, the texts beside it, Code 128 below, each with its quiet zone.
// Everything is whole dots of the printer, so that no bar is a dot wider than its twin.
#pragma once

#include "common/base/result.h"

namespace rollcall::labels {

struct Size {
  double width_in{}, height_in{};
};
inline constexpr Size kSingle{2.25, 1.25};
inline constexpr Size kAvery5160{2.625, 1.0};

struct Box {
  int x{}, y{}, width{}, height{};
};

struct Layout {
  Box bars{};  // of Code 128, without its quiet zone
  int bar_module{};
  Box qr{};  // without its quiet zone
  int qr_module{};
  Box text{};
  int tag_height{}, line_height{};  // of a line of text, its leading included
};

// For symbols of so many modules without their quiet zones, from the label's top left corner.
// Errors: invalid_argument (the modules would be finer than a scanner reads).
Result<Layout> lay_out(const Size& size, int dpi, int bar_modules, int qr_modules);

}  // namespace rollcall::labels
