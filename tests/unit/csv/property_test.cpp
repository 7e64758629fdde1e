#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "server/csv/columns.h"
#include "server/csv/dates.h"
#include "common/base/text.h"
#include "tests/unit/csv/sources.h"

namespace rollcall::csv {
namespace {

// Cells of letters that matter to a parser.
rc::Gen<std::string> cells() {
  return rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab ,\"\n\r;\t")));
}

std::string quoted(const std::string& cell) {
  std::string out = "\"";
  for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

TEST_CASE("what is quoted properly is read back, wherever the pieces are cut") {
  CHECK(rc::check([] {
    const auto rows = *rc::gen::container<std::vector<std::vector<std::string>>>(
        rc::gen::container<std::vector<std::string>>(3, cells()));
    const std::string end = *rc::gen::element<std::string>("\n", "\r\n", "\r");
    const auto piece = *rc::gen::inRange<std::size_t>(1, 40);
    std::string text = "x,y,z" + end;
    for (const auto& row : rows) text += quoted(row[0]) + ',' + quoted(row[1]) + ',' + quoted(row[2]) + end;
    const auto read = rows_of(text, piece);
    RC_ASSERT(read.size() == rows.size() + 1);
    for (std::size_t i = 0; i < rows.size(); ++i) RC_ASSERT(read[i + 1].cells == rows[i]);
  }));
}

TEST_CASE("bytes of any kind are read to an end, the same in pieces of any size") {
  CHECK(rc::check([] {
    const auto text = *rc::gen::arbitrary<std::string>();
    const auto piece = *rc::gen::inRange<std::size_t>(1, 16);
    Reader whole(std::make_unique<TextSource>(text)), cut(std::make_unique<TextSource>(text, piece));
    for (;;) {
      const auto a = whole.next(), b = cut.next();
      RC_ASSERT(a.has_value() == b.has_value());
      if (!a || !*a) break;
      RC_ASSERT(*a == *b);
      RC_ASSERT(whole.row().cells == cut.row().cells);
      RC_ASSERT(whole.row().line == cut.row().line);
      for (const auto cell : whole.row().cells) RC_ASSERT(is_utf8(cell));
    }
  }));
}

TEST_CASE("a date is read back in the order in which it was written") {
  CHECK(rc::check([] {
    const int year = *rc::gen::inRange(1950, 2100), month = *rc::gen::inRange(1, 13), day = *rc::gen::inRange(1, 29);
    const auto y = std::to_string(year), m = std::to_string(month), d = std::to_string(day);
    const auto iso = parse_date(y + "-" + m + "-" + d, DateOrder::month_first);
    RC_ASSERT(iso.has_value());
    RC_ASSERT(parse_date(m + "/" + d + "/" + y, DateOrder::month_first) == iso);
    RC_ASSERT(parse_date(d + "." + m + "." + y, DateOrder::day_first) == iso);
  }));
}

TEST_CASE("a header of any words matches without ever claiming a column twice") {
  CHECK(rc::check([] {
    static const Field fields[] = {{"sourcedId", true, {"id"}}, {"givenName"}, {"familyName", false, {"lastName"}}};
    const auto names = *rc::gen::container<std::vector<std::string>>(
        rc::gen::oneOf(rc::gen::element<std::string>("sourcedId", "ID", "givenName", "givnName", "lastName", ""), cells()));
    Row header;
    header.cells.assign(names.begin(), names.end());
    const auto columns = Columns::match(header, fields);
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        RC_ASSERT(!columns.has(i) || !columns.has(j) || columns.cell_of(i) != columns.cell_of(j));
      }
    }
    RC_ASSERT(columns.known() + columns.repeated().size() + columns.unknown() <= names.size());
  }));
}

}  // namespace
}  // namespace rollcall::csv
