#include "server/labels/layout.h"

#include <algorithm>
#include <cmath>

namespace rollcall::labels {
namespace {

constexpr int kBarQuiet = 10, kQrQuiet = 4;  // modules on each side, ISO/IEC 15417 and 18004
constexpr double kMarginIn = 0.0625;         // what a sheet may lie askew in its printer

// A hand-held scanner reads bars of 6.5 mil at a hand's breadth. Two dots at 203 dpi are 9.9 mil.
constexpr double kFinestBarIn = 0.0065, kWidestBarIn = 0.015;
constexpr double kFinestQrIn = 0.0095, kWidestQrIn = 0.0205;
constexpr double kBarHeight = 0.34;  // of the label's
constexpr double kTagHeightIn = 0.18, kLineHeightIn = 0.12;

int dots(double inches, int dpi) { return static_cast<int>(std::lround(inches * dpi)); }

// Modules as wide as there is room for, within what is read and what is handsome; 0: they do not fit.
int module_of(int room, int modules, double finest_in, double widest_in, int dpi) {
  const int finest = static_cast<int>(std::ceil(finest_in * dpi));
  const int module = std::min(room / modules, static_cast<int>(widest_in * dpi));
  return module < finest ? 0 : module;
}

}  // namespace

Result<Layout> lay_out(const Size& size, int dpi, int bar_modules, int qr_modules) {
  const int width = dots(size.width_in, dpi), height = dots(size.height_in, dpi), margin = dots(kMarginIn, dpi);
  Layout out;
  out.bar_module = module_of(width, bar_modules + 2 * kBarQuiet, kFinestBarIn, kWidestBarIn, dpi);
  out.bars.height = dots(size.height_in * kBarHeight, dpi);
  out.bars.y = height - margin - out.bars.height;
  out.qr_module = module_of(std::min(out.bars.y, width / 2), qr_modules + 2 * kQrQuiet, kFinestQrIn, kWidestQrIn, dpi);
  if (out.bar_module == 0 || out.qr_module == 0) {
    return fail(Errc::invalid_argument, "its bars would be finer than a scanner reads");
  }
  out.bars.width = bar_modules * out.bar_module;
  out.bars.x = (width - out.bars.width) / 2;
  out.qr.width = out.qr.height = qr_modules * out.qr_module;
  out.qr.x = width - std::max(margin, kQrQuiet * out.qr_module) - out.qr.width;
  out.qr.y = (out.bars.y - out.qr.height) / 2;
  out.text = {margin, margin, out.qr.x - kQrQuiet * out.qr_module - margin, out.bars.y - margin};
  out.tag_height = dots(kTagHeightIn, dpi);
  out.line_height = dots(kLineHeightIn, dpi);
  return out;
}

}  // namespace rollcall::labels
