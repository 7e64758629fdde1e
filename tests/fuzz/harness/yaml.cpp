// YAML as text: whatever the file holds, a reading of it ends, and every problem has a place in the file.
#include <algorithm>

#include "common/base/text.h"
#include "common/config/document.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

constexpr std::string_view kName = "fuzz.yaml";

// "fuzz.yaml:LINE:COLUMN: why", for each line of the message; a quoted key may bring no line of its own.
void check_places(const Error& error, std::size_t lines) {
  promise(error.code == Errc::invalid_argument, "a bad file is an invalid argument");
  for (const auto line : split(error.message, '\n')) {
    const auto parts = split(line, ':');
    promise(parts.size() > 3 && parts[0] == kName, "every problem names the file");
    const auto at = parse_number<std::size_t>(parts[1]), column = parse_number<std::size_t>(parts[2]);
    promise(at && column && *at >= 1 && *column >= 1 && *at <= lines + 1, "every problem names a place in the file");
    promise(printable(line) == line, "a message can be shown on a terminal");
  }
}

// Asks for keys of every kind, so that some are there with a wrong one.
void read_section(const config::Section& section, int depth) {
  const auto number = section.integer("a", 7, {-3, 99});
  promise(number >= -3 && number <= 99, "an integer keeps its range");
  const auto real = section.real("b", 0.5, 0, 1);
  promise(real >= 0 && real <= 1, "a fraction keeps its range");
  promise(section.text("c", "").size() <= config::kMaxTextBytes, "a text keeps its limit");
  const auto wait = section.duration_ms("d", 1'000, {0, 90'000});
  promise(wait >= 0 && wait <= 90'000, "a duration keeps its range");
  const auto bytes = section.bytes("e", 512, {0, 1 << 30});
  promise(bytes >= 0 && bytes <= (1 << 30), "a size keeps its range");
  section.boolean("f", true);
  section.texts("g");
  section.one_of<int>("h", 1, {{"one", 1}, {"two", 2}});
  if (depth == 0) return;
  read_section(section.section("s"), depth - 1);
  for (const auto& item : section.sections("l")) read_section(item, depth - 1);
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  const auto text = fuzz::text_of(data, size);
  const auto lines = static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return c == '\n' || c == '\r'; })) + 1;
  const auto document = config::Document::parse(std::string(fuzz::kName), text);
  if (!document) {
    fuzz::check_places(document.error(), lines);
    return 0;
  }
  fuzz::read_section(document->root(), 3);
  if (const auto done = document->finish(); !done) fuzz::check_places(done.error(), lines);
  return 0;
}
