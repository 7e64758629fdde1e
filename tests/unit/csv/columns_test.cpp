#include <catch2/catch.hpp>

#include "server/csv/columns.h"
#include "tests/unit/csv/sources.h"

namespace rollcall::csv {
namespace {

enum : std::size_t { kId, kGiven, kPreferred, kModified, kGrade };
const Field kFields[] = {{"sourcedId", true, {"id"}},
                         {"givenName", true, {"First Name"}},
                         {"preferredGivenName"},
                         {"dateLastModified"},
                         {"grades", false, {"grade"}}};

Row row_of(std::vector<std::string_view> cells) {
  Row row;
  row.line = 1;
  row.cells = std::move(cells);
  return row;
}

TEST_CASE("columns are found by name, in any order and any spelling of case and spaces") {
  const auto columns = Columns::match(row_of({"GRADE", "first_name", " SourcedID "}), kFields);
  CHECK(columns.missing().empty());
  const auto row = row_of({" 09", "Ana ", "u1"});
  CHECK(columns.text(row, kId) == "u1");
  CHECK(columns.text(row, kGiven) == "Ana");
  CHECK(columns.text(row, kGrade) == "09");
  CHECK(columns.text(row, kPreferred).empty());
  CHECK_FALSE(columns.has(kPreferred));
}

TEST_CASE("a slip of one letter is understood and remarked, by column and never by what it says") {
  const auto columns =
      Columns::match(row_of({"sourcedId", "givenName", "prefferedGivenName", "dataLastModified"}), kFields);
  CHECK(columns.has(kPreferred));
  CHECK(columns.has(kModified));
  REQUIRE(columns.misspelt().size() == 2);
  CHECK(columns.misspelt()[0].column == 3);
  CHECK(columns.misspelt()[0].field == kPreferred);
}

TEST_CASE("of a repeated column the first counts; blank and vendor columns are ignored") {
  const auto columns =
      Columns::match(row_of({"id", "givenName", "", "givenName", "ext_bus", "metadata.x", "", ""}), kFields);
  CHECK(columns.repeated().size() == 1);
  CHECK(columns.unknown() == 2);
  CHECK(columns.width() == 6);
  CHECK(columns.text(row_of({"u1", "Ana", "junk", "Bob"}), kGiven) == "Ana");
}

TEST_CASE("short names are never taken for a slip of one another") {
  const auto columns = Columns::match(row_of({"ide", "givenName", "grads"}), kFields);
  CHECK(columns.missing() == std::vector<std::string_view>{"sourcedId"});
  CHECK_FALSE(columns.has(kGrade));
}

TEST_CASE("trouble in a column that nobody reads is no trouble") {
  const auto columns = Columns::match(row_of({"id", "notes", "givenName"}), kFields);
  auto row = row_of({"u1", "", "Ana"});
  row.faults = {{1, "is too long"}};
  CHECK_FALSE(columns.trouble(row));
  row.faults = {{2, "is too long"}};
  REQUIRE(columns.trouble(row));
  CHECK(columns.trouble(row)->field == kGiven);
}

TEST_CASE("more cells than the header is trouble, dangling commas are not") {
  const auto columns = Columns::match(row_of({"id", "givenName"}), kFields);
  CHECK_FALSE(columns.trouble(row_of({"u1", "Ana", "", ""})));
  CHECK_FALSE(columns.trouble(row_of({"u1"})));
  REQUIRE(columns.trouble(row_of({"u1", "Smith", "Ana"})));
  CHECK(columns.trouble(row_of({"u1", "Smith", "Ana"}))->field == Columns::kWholeRow);
}

}  // namespace
}  // namespace rollcall::csv
