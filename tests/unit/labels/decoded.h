// Labels as a reader sees them: pictures, and what zbar finds in them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/labels/symbol.h"
#include "tests/temporary_folder.h"

namespace rollcall::labels {

// Runs a program of Debian's (`name` is below /usr/bin) and returns what it printed; throws when it fails otherwise than
// with `also_fine`.
std::string run_tool(const std::string& name, const std::vector<std::string>& arguments, int also_fine = 0);

// Gray, a byte a pixel.
struct Picture {
  int width{}, height{};
  std::string pixels{};

  bool dark(int x, int y) const { return static_cast<unsigned char>(pixels[static_cast<std::size_t>(y * width + x)]) < 128; }
  Picture cut(int x, int y, int wide, int high) const;
};

// A PDF's pages.
std::vector<Picture> rasterize(std::string_view pdf, int dpi);
// A symbol with its quiet zone, `pixels` a module; a single row is made as high as a bar code.
Picture picture_of(const Symbol& symbol, int pixels);

struct Found {
  std::vector<std::string> code128{}, qr{};
};
// What zbar reads in each picture.
std::vector<Found> decode(const std::vector<Picture>& pictures);

// Tags that go wrong where somebody thinks of numbers, commands or letters only.
std::vector<std::string> awkward_tags();

}  // namespace rollcall::labels
