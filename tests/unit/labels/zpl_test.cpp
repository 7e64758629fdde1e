// What a ZPL printer is told. Debian has no renderer of ZPL, so its fields are read here as Zebra's guide says that the
// printer reads them, and what it would have to encode goes through zint and zbar. That proves the data, the escapes
// and that everything has room; it does not prove what a printer makes of it, nor its fonts.
#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <stdexcept>

#include "common/base/text.h"
#include "server/labels/code128_field.h"
#include "server/labels/label.h"
#include "server/labels/symbol.h"
#include "tests/must.h"
#include "tests/unit/labels/decoded.h"

namespace rollcall::labels {
namespace {

struct Field {
  int x{}, y{}, module{}, sinks{};
  std::string kind{}, parameters{}, data{};
};

struct Printed {
  int width{}, height{};
  std::vector<Field> fields{};

  const Field& only(std::string_view kind) const {
    const auto found = std::ranges::find(fields, kind, &Field::kind);
    if (found == fields.end()) throw std::runtime_error("no field " + std::string(kind));
    return *found;
  }
};

int number(std::string_view text) { return parse_number<int>(text).value(); }

// "_5E" → "^".
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') out += text[i];
    else out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16)), i += 2;
  }
  return out;
}

// One ^XA…^XZ a label. Anything that is not one of the commands that are expected is an error, so that text that became
// a command is found.
std::vector<Printed> print(std::string_view zpl) {
  if (zpl.find('~') != std::string_view::npos) throw std::runtime_error("a control command");
  std::vector<Printed> out;
  Field field;
  bool is_open = false, is_hex = false;
  for (const auto text : split(zpl, '^')) {
    if (trim(text).empty()) continue;
    const auto name = text.substr(0, 2);
    const auto rest = text.starts_with("FD") ? text.substr(2) : trim(text.substr(2));
    const auto parts = split(rest, ',');
    if (is_open != (name != "XA")) throw std::runtime_error("outside of a label: " + std::string(text));
    if (name == "XA") out.emplace_back(), is_open = true;
    else if (name == "XZ") is_open = false;
    else if (name == "PW") out.back().width = number(rest);
    else if (name == "LL") out.back().height = number(rest);
    else if (name == "FO") field = {.x = number(parts.at(0)), .y = number(parts.at(1))}, is_hex = false;
    else if (name == "BY") field.module = number(parts.at(0)), field.sinks = parts.size() > 2 ? number(parts[2]) : 0;
    else if (name == "BC" || name == "BQ" || name == "A0") field.kind = name, field.parameters = rest;
    else if (name == "FH") is_hex = true;
    else if (name == "FD") field.data = is_hex ? unescaped(rest) : rest;
    else if (name == "FS") out.back().fields.push_back(field);
    else if (name != "CI" && name != "LH" && name != "LT" && name != "LS" && name != "PQ") throw std::runtime_error("command " + std::string(text));
  }
  if (is_open) throw std::runtime_error("a label without its end");
  return out;
}

// What Code 128 says, and in how many characters, start and check included.
struct Bars {
  std::string text{};
  int characters{1};
};
Bars bars_of(std::string_view data) {
  static const std::map<std::string_view, char> signs{{"><", '^'}, {">0", '>'}, {">=", '~'}};
  Bars out;
  bool pairs = false;
  for (std::size_t i = 0; i < data.size(); ++out.characters) {
    const auto two = data.substr(i, 2);
    if (two == ">:" || two == ">6") pairs = false, i += 2;
    else if (two == ">;" || two == ">5") pairs = true, i += 2;
    else if (pairs && two.size() == 2 && parse_number<int>(two)) out.text += two, i += 2;
    else if (pairs) throw std::runtime_error("no pair: " + std::string(two));
    else if (signs.contains(two)) out.text += signs.at(two), i += 2;
    else if (data[i] == '>' || data[i] == '^' || data[i] == '~') throw std::runtime_error("a bare sign");
    else out.text += data[i++];
  }
  return out;
}

std::vector<Label> labels_of(const std::vector<std::string>& tags) {
  std::vector<Label> out;
  for (const auto& tag : tags) out.push_back({tag, {"Fairview Community Schools", "LENOVO ThinkPad L13"}});
  return out;
}

Error refused(const Result<std::string>& made) {
  REQUIRE_FALSE(made);
  CHECK(made.error().code == Errc::invalid_argument);
  return made.error();
}

// Whether everything has its room and its quiet zone: no printer moves or shrinks what does not fit.
void expect_room(const Printed& label, const std::string& tag) {
  const auto &bars = label.only("BC"), &square = label.only("BQ");
  const int characters = bars_of(bars.data).characters, wide = (characters * 11 + 13) * bars.module;
  const int high = number(split(bars.parameters, ',').at(1)), quiet = 10 * bars.module;
  CHECK(bars.x >= quiet);
  CHECK(bars.x + wide + quiet <= label.width);
  CHECK(bars.y + high < label.height);
  const int module = number(split(square.parameters, ',').at(2)), side = must(qr(tag)).columns() * module;
  const int top = square.y + square.sinks;
  CHECK(square.y >= 0);
  CHECK(top >= 4 * module);
  CHECK(top + side + 4 * module <= bars.y);
  CHECK(square.x + side + 4 * module <= label.width);
  for (const auto& field : label.fields) {
    if (field.kind != "A0") continue;
    CHECK(field.x < square.x - 4 * module);
    CHECK(field.y + number(split(field.parameters, ',').at(1)) <= bars.y);
  }
}

}  // namespace

TEST_CASE("a printer is told the tag in both codes, whatever is in it") {
  const auto tags = awkward_tags();
  for (const int dpi : {203, 300}) {
    const auto printed = print(must(to_zpl(labels_of(tags), dpi)));
    REQUIRE(printed.size() == tags.size());
    std::vector<Picture> pictures;
    for (std::size_t i = 0; i < tags.size(); ++i) {
      INFO(dpi << " dpi, tag " << tags[i]);
      CHECK(printed[i].width == (dpi == 203 ? 457 : 675));
      CHECK(printed[i].height == (dpi == 203 ? 254 : 375));
      const auto bars = bars_of(printed[i].only("BC").data);
      const auto& square = printed[i].only("BQ").data;
      CHECK(bars.text == tags[i]);
      CHECK(square == "MA," + tags[i]);  // level M, the printer packs
      CHECK(printed[i].only("A0").data == tags[i]);
      expect_room(printed[i], tags[i]);
      pictures.push_back(picture_of(must(code128(bars.text)), 3));
      pictures.push_back(picture_of(must(qr(square.substr(3))), 3));
    }
    const auto found = decode(pictures);
    for (std::size_t i = 0; i < tags.size(); ++i) {
      CHECK(found[2 * i].code128 == std::vector{tags[i]});
      CHECK(found[2 * i + 1].qr == std::vector{tags[i]});
    }
  }
}

TEST_CASE("text is never a command") {
  const auto zpl = must(to_zpl(std::vector<Label>{{"A", {"^XZ^XA^IDR:*.*^FS~JR", "\\& _5E Peña"}}}, 203));
  const auto printed = print(zpl);
  REQUIRE(printed.size() == 1);
  REQUIRE(printed[0].fields.size() == 5);
  CHECK(printed[0].fields[1].data == "^XZ^XA^IDR:*.*^FS~JR");
  CHECK(printed[0].fields[2].data == "\\& _5E Peña");
  CHECK(zpl.find('\\') == std::string::npos);
}

TEST_CASE("a text that is too wide is cut between characters") {
  const auto printed = print(must(to_zpl(std::vector<Label>{{"A", {std::string(100, 'x'), "ñññññññññññññññññññññññññññññññññññññññññññññññññññññ"}}}, 203)));
  CHECK(printed[0].fields[1].data.size() < 60);
  CHECK(printed[0].fields[1].data.size() > 20);
  CHECK(is_utf8(printed[0].fields[2].data));
  expect_room(printed[0], "A");
}

TEST_CASE("every tag comes back from its Code 128 field, in no more modules than there are") {
  CHECK(rc::check([] {
    const auto tag = *rc::gen::resize(40, rc::gen::nonEmpty(rc::gen::container<std::string>(
        rc::gen::weightedOneOf<char>({{3, rc::gen::inRange('0', static_cast<char>('9' + 1))}, {1, rc::gen::inRange(' ', '\x7F')}}))));
    const auto field = code128_field(tag);
    const auto bars = bars_of(field.data);
    RC_ASSERT(bars.text == tag);
    RC_ASSERT(bars.characters * 11 + 13 == field.modules);
    // zint packs as tightly as can be; two characters more are allowed here.
    const int tightest = must(code128(tag)).columns();
    RC_ASSERT(field.modules >= tightest);
    RC_ASSERT(field.modules <= tightest + 22);
  }));
}

TEST_CASE("digits go in pairs where that is shorter, zeros included") {
  CHECK(code128_field("00012345").data == ">;00012345");
  CHECK(code128_field("0001234").data == ">;000123>64");
  CHECK(code128_field("FCS-0001").data == ">:FCS->50001");
  CHECK(code128_field("A12B").data == ">:A12B");
}

TEST_CASE("what a printer cannot do is refused") {
  const std::string sixteen = "ABCDEFGHIJKLMNOP";
  const auto too_long = refused(to_zpl(labels_of({"A", sixteen}), 203));
  CHECK(too_long.field == "[1]");
  CHECK_THAT(too_long.message, Catch::Contains(sixteen) && Catch::Contains("203 dpi") && Catch::Contains("300 dpi"));
  CHECK(print(must(to_zpl(labels_of({sixteen}), 300))).size() == 1);
  CHECK_THAT(refused(to_zpl(labels_of({std::string(64, 'A')}), 300)).message, Catch::Contains("too long"));
  CHECK(refused(to_zpl(labels_of({"A"}), 600)).field == "dpi");
  CHECK_THAT(refused(to_zpl({}, 203)).message, Catch::Contains("at least one"));
  CHECK_THAT(refused(to_zpl(std::vector<Label>(10'000, Label{"A", {}}), 203)).message, Catch::Contains("at most 3000"));
  CHECK(refused(to_zpl(labels_of({"A", "é"}), 203)).field == "[1]");
}

}  // namespace rollcall::labels
