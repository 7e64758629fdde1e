#include "server/domain/rollover.h"

#include <catch2/catch.hpp>

using namespace rollcall::domain;

TEST_CASE("grades go up by one, and the last one graduates") {
  const auto up = [](std::string_view grade) { return promote(grade, "12").grade; };
  CHECK(up("PK") == "KG");
  CHECK(up("TK") == "KG");
  CHECK(up("KG") == "01");
  CHECK(up("01") == "02");
  CHECK(up("08") == "09");
  CHECK(up("09") == "10");
  CHECK(up("11") == "12");
  CHECK(promote("12", "12") == Promotion{NextYear::graduates, ""});
  CHECK(promote("13", "12") == Promotion{NextYear::graduates, ""});
  CHECK(promote("12", "13") == Promotion{NextYear::goes_up, "13"});
  CHECK(promote("08", "08") == Promotion{NextYear::graduates, ""});
}

TEST_CASE("what no rule knows stays as it is") {
  for (const auto* grade : {"", "UG", "9", "00", "14", "1A"}) {
    INFO(grade);
    CHECK(promote(grade, "12") == Promotion{NextYear::stays, ""});
  }
  CHECK(is_last_grade("08"));
  CHECK_FALSE(is_last_grade("KG"));
  CHECK_FALSE(is_last_grade("14"));
}
