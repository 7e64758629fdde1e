// ZPL II, as Zebra's programming guide describes it. A field's text is escaped by ^FH, so that nothing in it is a
// command; positions and sizes are dots.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "common/base/text.h"
#include "server/labels/check.h"
#include "server/labels/code128_field.h"
#include "server/labels/layout.h"

namespace rollcall::labels {
namespace {

// A QR under ^FO lies lower than it was asked for by the height of bars that was set last; the printer remembers that
// beyond the label, so it is set anew each time and taken off.
constexpr int kQrSinks = 10;

// What level M holds in bytes, by version. The printer decides how it packs; no way is larger than this.
constexpr std::array<std::size_t, 6> kQrBytes{14, 26, 42, 62, 84, 106};

// The width of font 0's characters, in heights; on the wide side.
constexpr double kCharacterWidth = 0.65;

int qr_modules_at_most(std::size_t bytes) {
  const auto version = std::ranges::lower_bound(kQrBytes, bytes) - kQrBytes.begin() + 1;
  return 17 + 4 * static_cast<int>(version);
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_special = c == '^' || c == '~' || c == '\\' || c == '_';
    if (is_special) fmt::format_to(std::back_inserter(out), "_{:02X}", static_cast<unsigned char>(c));
    else out += c;
  }
  return out;
}

std::string field(int x, int y, std::string_view commands, std::string_view data) {
  return fmt::format("^FO{},{}{}^FH_^FD{}^FS\n", x, y, commands, escaped(data));
}

// A printer wraps or overprints what is too wide, so it is made narrower and then cut.
std::string text_field(int x, int y, int height, int room, std::string_view text) {
  const auto characters = static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  const int widest = static_cast<int>(room / (kCharacterWidth * static_cast<double>(characters)));
  const int width = std::clamp(widest, height / 2, height);
  const auto fit = static_cast<std::size_t>(room / (kCharacterWidth * width));
  std::size_t end = 0;
  for (std::size_t left = fit; end < text.size() && left > 0; --left) {
    do ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80);
  }
  return field(x, y, fmt::format("^A0N,{},{}", height, width), text.substr(0, end));
}

Result<std::string> one_label(const Label& label, int dpi) {
  const auto bars = code128_field(label.tag);
  const auto laid = lay_out(kSingle, dpi, bars.modules, qr_modules_at_most(label.tag.size()));
  if (!laid) {
    return fail(laid.error().code,
                fmt::format("tag {} is too long for a label of 2.25 in at {} dpi: {}. {}a shorter tag can be printed",
                            label.tag, dpi, laid.error().message, dpi < 300 ? "A printer of 300 dpi, a sheet or " : "A sheet or "));
  }
  std::string out = fmt::format("^XA^CI28^PW{}^LL{}^LH0,0^LT0^LS0\n", std::lround(kSingle.width_in * dpi),
                                std::lround(kSingle.height_in * dpi));
  const int glyph = laid->tag_height * 4 / 5, small = laid->line_height * 4 / 5;
  int y = laid->text.y;
  out += text_field(laid->text.x, y, glyph, laid->text.width, label.tag);
  y += laid->tag_height;
  for (const auto& line : label.lines) {
    if (!line.empty()) out += text_field(laid->text.x, y, small, laid->text.width, line);
    y += laid->line_height;
  }
  out += field(laid->qr.x, laid->qr.y - kQrSinks, fmt::format("^BY2,3.0,{}^BQN,2,{}", kQrSinks, laid->qr_module),
               "MA," + label.tag);
  out += field(laid->bars.x, laid->bars.y, fmt::format("^BY{}^BCN,{},N,N,N,N", laid->bar_module, laid->bars.height),
               bars.data);
  return out + "^PQ1^XZ\n";
}

}  // namespace

Result<std::string> to_zpl(std::span<const Label> labels, int dpi) {
  if (dpi != 203 && dpi != 300) return fail(Errc::invalid_argument, "dpi must be 203 or 300", "dpi");
  TRY(check(labels));
  std::string out;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    auto one = one_label(labels[i], dpi);
    if (!one) return fail(one.error().code, std::move(one.error().message), place_of(i));
    out += *one;
  }
  return out;
}

}  // namespace rollcall::labels
