#include <catch2/catch.hpp>
#include <fstream>

#include "tests/unit/csv/sources.h"

namespace rollcall::csv {
namespace {

using Rows = std::vector<Read>;

const Rows kTwo{{1, {"a", "b"}}, {2, {"1", "2"}}};

std::string utf16(std::string_view ascii, bool little, bool mark) {
  std::string out = mark ? (little ? "\xFF\xFE" : "\xFE\xFF") : "";
  for (const char c : ascii) {
    if (little) out += c, out += '\0';
    else out += '\0', out += c;
  }
  return out;
}

std::uint64_t resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == "VmHWM:") {
      std::uint64_t kib = 0;
      status >> kib;
      return kib;
    }
  }
  return 0;
}

TEST_CASE("lines may end in any way, and the last one need not end") {
  CHECK(rows_of("a,b\n1,2\n") == kTwo);
  CHECK(rows_of("a,b\r\n1,2\r\n") == kTwo);
  CHECK(rows_of("a,b\r1,2\r") == kTwo);
  CHECK(rows_of("a,b\n1,2") == kTwo);
  CHECK(rows_of("") == Rows{});
  CHECK(rows_of("\n\r\n\n") == Rows{});
}

TEST_CASE("blank lines are no rows, and the lines after them keep their numbers") {
  CHECK(rows_of("a,b\r\n\r\n\r\n1,2\r\n") == Rows{{1, {"a", "b"}}, {4, {"1", "2"}}});
}

TEST_CASE("a quoted cell may hold commas, quotes and line breaks; the next row knows its line") {
  const std::string text = "a,b\n\"x, \"\"y\"\"\nz\",2\nlast,3\n";
  CHECK(rows_of(text) == Rows{{1, {"a", "b"}}, {2, {"x, \"y\"\nz", "2"}}, {4, {"last", "3"}}});
  CHECK(rows_of("a\r\n\"x\r\ny\"\r\nz\r\n") == Rows{{1, {"a"}}, {2, {"x\r\ny"}}, {4, {"z"}}});
}

TEST_CASE("byte-order marks and UTF-16 are read as what they are") {
  CHECK(rows_of("\xEF\xBB\xBF" "a,b\n1,2\n") == kTwo);
  for (const bool little : {true, false}) {
    for (const bool mark : {true, false}) CHECK(rows_of(utf16("a,b\n1,2\n", little, mark)) == kTwo);
  }
  CHECK(rows_of(utf16("a,b\n1,2\n", true, true), 3) == kTwo);
}

TEST_CASE("a surrogate pair that is cut in two by the pieces is one character") {
  const std::string text("\xFF\xFE" "a\0\n\0\x3D\xD8\x00\xDE\n\0", 12);
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    CHECK(rows_of(text, piece) == Rows{{1, {"a"}}, {2, {"\xF0\x9F\x98\x80"}}});
  }
}

TEST_CASE("cells in Windows-1252 become UTF-8 beside cells that are UTF-8 already") {
  Reader reader(std::make_unique<TextSource>("n\nJos\xE9\nZo\xC3\xAB\n\x93so\x94\n"));
  const auto rows = rows_of(reader);
  REQUIRE(rows.size() == 4);
  CHECK(rows[1].cells[0] == "Jos\xC3\xA9");
  CHECK(rows[2].cells[0] == "Zo\xC3\xAB");
  CHECK(rows[3].cells[0] == "\xE2\x80\x9Cso\xE2\x80\x9D");
  CHECK(reader.has_windows_1252());
}

TEST_CASE("what cannot be seen is a fault of its cell, and the cell is empty") {
  for (const std::string& bad : {std::string("a\0b", 3), std::string("\x07"), std::string("\xE2\x80\xAE" "txt"),
                                std::string("\xE2\x81\xA6" "x"), std::string("\xC2\x85"), std::string("\x81")}) {
    Reader reader(std::make_unique<TextSource>("h,i\nok," + bad + "\n"));
    REQUIRE(must(reader.next()));
    REQUIRE(must(reader.next()));
    REQUIRE(reader.row().faults.size() == 1);
    CHECK(reader.row().faults[0].cell == 1);
    CHECK(reader.row().cells == std::vector<std::string_view>{"ok", ""});
  }
}

TEST_CASE("a cell over the limit costs its row and nothing else") {
  for (const char* shape : {"plain", "quoted", "blanks", "quotes"}) {
    INFO(shape);
    std::string cell(20'000, 'x');
    if (shape == std::string("quoted")) cell = "\"" + cell + "\"";
    if (shape == std::string("blanks")) cell = "x" + std::string(20'000, ' ');
    if (shape == std::string("quotes")) cell = "\"x" + std::string(20'000, '"') + "\"" + std::string(9'000, ' ');
    Reader reader(std::make_unique<TextSource>("a,b\n" + cell + ",2\n3,4\n", 1'000));
    REQUIRE(must(reader.next()));
    REQUIRE(must(reader.next()));
    REQUIRE(reader.row().faults.size() == 1);
    CHECK(reader.row().faults[0].cell == 0);
    CHECK(reader.row().cells == std::vector<std::string_view>{"", "2"});
    REQUIRE(must(reader.next()));
    CHECK(reader.row().line == 3);
    CHECK(reader.row().cells == std::vector<std::string_view>{"3", "4"});
    CHECK_FALSE(must(reader.next()));
  }
}

TEST_CASE("a cell of 2 GB leaves the memory as it was") {
  std::uint64_t left = 2ull << 30;
  int part = 0;
  Reader reader(std::make_unique<MadeSource>([&](std::string& piece) {
    if (part == 0) {
      piece = "a,b\n\"", part = 1;
    } else if (left > 0) {
      piece.assign(1 << 20, 'x'), left -= piece.size();
    } else if (part == 1) {
      piece = "\",2\n3,4\n", part = 2;
    }
  }));
  const auto before = resident_kib();
  REQUIRE(must(reader.next()));
  REQUIRE(must(reader.next()));
  CHECK(reader.row().faults.size() == 1);
  REQUIRE(must(reader.next()));
  CHECK(reader.row().cells == std::vector<std::string_view>{"3", "4"});
  CHECK(reader.bytes() > 2'000'000'000);
  CHECK(resident_kib() < before + 8 * 1024);
}

TEST_CASE("a row of a million cells is one broken row") {
  std::string text = "a,b\n";
  for (int i = 0; i < 1'000'000; ++i) text += "x,";
  Reader reader(std::make_unique<TextSource>(text + "\n3,4\n"));
  REQUIRE(must(reader.next()));
  REQUIRE(must(reader.next()));
  CHECK_FALSE(reader.row().broken.empty());
  CHECK(reader.row().cells.size() <= ReaderLimits{}.cells);
  REQUIRE(must(reader.next()));
  CHECK(reader.row().broken.empty());
  CHECK(reader.row().cells.size() == 2);
}

TEST_CASE("a quote that is never closed is an error that names its line, not a short table") {
  Reader reader(std::make_unique<TextSource>("a,b\n1,2\n3,\"4\n5,6\n"));
  REQUIRE(must(reader.next()));
  REQUIRE(must(reader.next()));
  const auto end = reader.next();
  REQUIRE_FALSE(end);
  CHECK(end.error().code == Errc::invalid_argument);
  CHECK(end.error().message.find("line 3") != std::string::npos);
}

TEST_CASE("tables with semicolons or tabs are read as well") {
  CHECK(rows_of("a;b\n1;2\n") == kTwo);
  CHECK(rows_of("a\tb\n1\t2\n") == kTwo);
}

}  // namespace
}  // namespace rollcall::csv
