#include "tests/unit/labels/decoded.h"

#include <sstream>
#include <stdexcept>

#include "agent/collect/command.h"
#include "common/base/files.h"
#include "tests/must.h"

namespace rollcall::labels {
namespace {

Picture read_pgm(const std::string& bytes) {
  std::istringstream in(bytes);
  std::string magic;
  int most = 0;
  Picture out;
  in >> magic >> out.width >> out.height >> most;
  in.get();
  if (magic != "P5" || most != 255) throw std::runtime_error("this is no PGM");
  out.pixels = bytes.substr(static_cast<std::size_t>(in.tellg()));
  return out;
}

std::string pgm_of(const Picture& picture) {
  return "P5\n" + std::to_string(picture.width) + " " + std::to_string(picture.height) + "\n255\n" + picture.pixels;
}

// The text between two words, and what stands behind it; false when there is none.
bool take_between(std::string_view& rest, std::string_view before, std::string_view after, std::string_view& out) {
  const auto begin = rest.find(before);
  if (begin == std::string_view::npos) return false;
  rest.remove_prefix(begin + before.size());
  out = rest.substr(0, rest.find(after));
  rest.remove_prefix(out.size());
  return true;
}

}  // namespace

std::string run_tool(const std::string& name, const std::vector<std::string>& arguments, int also_fine) {
  collect::Commands commands;
  const auto done = must(commands.run("/usr/bin/" + name, arguments, {120'000, 64 << 20}));
  if (done.exit_code != 0 && done.exit_code != also_fine) {
    throw std::runtime_error(name + " ended with " + std::to_string(done.exit_code));
  }
  return done.text;
}

Picture Picture::cut(int x, int y, int wide, int high) const {
  Picture out{wide, high, {}};
  for (int row = y; row < y + high; ++row) {
    out.pixels += pixels.substr(static_cast<std::size_t>(row * width + x), static_cast<std::size_t>(wide));
  }
  return out;
}

std::vector<Picture> rasterize(std::string_view pdf, int dpi) {
  TemporaryFolder folder;
  SystemFiles files;
  must(files.write_atomic(folder / "labels.pdf", pdf, 0600));
  run_tool("pdftoppm", {"-gray", "-r", std::to_string(dpi), folder / "labels.pdf", folder / "page"});
  must(files.remove(folder / "labels.pdf"));
  std::vector<Picture> out;
  for (const auto& name : must(files.list(folder.path()))) {
    out.push_back(read_pgm(must(files.read(folder / name, 64 << 20))));
  }
  return out;
}

Picture picture_of(const Symbol& symbol, int pixels) {
  constexpr int kQuiet = 10;
  const int high = symbol.rows() == 1 ? 30 : symbol.rows();
  Picture out{(symbol.columns() + 2 * kQuiet) * pixels, (high + 2 * kQuiet) * pixels, {}};
  out.pixels.assign(static_cast<std::size_t>(out.width * out.height), '\xFF');
  for (int y = 0; y < high * pixels; ++y) {
    for (int x = 0; x < symbol.columns() * pixels; ++x) {
      if (!symbol.dark(x / pixels, symbol.rows() == 1 ? 0 : y / pixels)) continue;
      out.pixels[static_cast<std::size_t>((y + kQuiet * pixels) * out.width + x + kQuiet * pixels)] = '\0';
    }
  }
  return out;
}

std::vector<Found> decode(const std::vector<Picture>& pictures) {
  TemporaryFolder folder;
  SystemFiles files;
  std::vector<std::string> arguments{"--quiet", "--xml", "-Sdisable", "-Scode128.enable", "-Sqrcode.enable"};
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    arguments.push_back(folder / (std::to_string(i) + ".pgm"));
    must(files.write_atomic(arguments.back(), pgm_of(pictures[i]), 0600));
  }
  constexpr int kNothingFound = 4;
  const auto text = run_tool("zbarimg", arguments, kNothingFound);
  std::vector<Found> out(pictures.size());
  std::string_view rest = text, source, type, data;
  while (take_between(rest, "<source href='", "'", source)) {
    const auto number = source.substr(source.rfind('/') + 1);
    auto& found = out.at(std::stoul(std::string(number)));
    std::string_view symbols = rest.substr(0, rest.find("</source>"));
    while (take_between(symbols, "<symbol type='", "'", type) && take_between(symbols, "<![CDATA[", "]]>", data)) {
      (type == "QR-Code" ? found.qr : found.code128).emplace_back(data);
    }
  }
  return out;
}

std::vector<std::string> awkward_tags() {
  std::vector<std::string> out{"0",        "00",      "007",      "0001234", "00012345", "0000000000000000", "1e10",
                               "FCS-0001", "0001-AB", "AB000012", "A00001B", "00A00B00", "A^B~C\\D_E>F",    "^XZ^XA~JR",
                               ">;0012",   ">:>0><",  "a_5Eb",    "x\\&y",   "9 0 0",    "MA,01",            "0000000",
                               "Ab-Cd.Ef/Gh+Ij"};
  for (int first = '!'; first <= '~'; first += 12) {
    std::string run;
    for (int c = first; c < first + 12 && c <= '~'; ++c) run += static_cast<char>(c);
    out.push_back(run);
  }
  return out;
}

}  // namespace rollcall::labels
