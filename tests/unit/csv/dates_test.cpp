#include <catch2/catch.hpp>

#include "server/csv/dates.h"

namespace rollcall::csv {
namespace {

constexpr std::int32_t kAugust24 = 20'689;  // 2026-08-24

TEST_CASE("ISO dates mean the same in either order") {
  for (const auto order : {DateOrder::month_first, DateOrder::day_first}) {
    for (const char* text : {"2026-08-24", "2026/8/24", "20260824", "2026-08-24T00:00:00Z", " 2026-08-24 00:00"}) {
      INFO(text);
      CHECK(parse_date(text, order) == kAugust24);
    }
  }
}

TEST_CASE("other dates mean what their order says, or nothing") {
  CHECK(parse_date("8/24/2026", DateOrder::month_first) == kAugust24);
  CHECK(parse_date("24.8.2026", DateOrder::day_first) == kAugust24);
  CHECK(parse_date("24-08-26", DateOrder::day_first) == kAugust24);
  CHECK_FALSE(parse_date("24/8/2026", DateOrder::month_first));
  for (const char* text : {"", "2026-02-30", "tomorrow", "1/2", "1/2/3/4", "6.37702E+15", "0/0/2026", "-1-2-2026",
                           "2026-08-24-1", "99999999", "8/24/20260"}) {
    INFO(text);
    CHECK_FALSE(parse_date(text, DateOrder::month_first));
  }
}

TEST_CASE("one unmistakable date decides for its column") {
  DateColumn column;
  column.see("3/4/2026");
  CHECK(column.is_ambiguous());
  CHECK(column.order() == DateOrder::month_first);
  column.see("24/8/2026");
  CHECK_FALSE(column.is_ambiguous());
  CHECK(column.order() == DateOrder::day_first);
}

TEST_CASE("a column with both orders is ambiguous, one of ISO dates or without any is not") {
  DateColumn both;
  both.see("24/8/2026"), both.see("8/24/2026");
  CHECK(both.is_ambiguous());
  DateColumn iso;
  iso.see("2026-08-24"), iso.see(""), iso.see("5/5/2026");
  CHECK_FALSE(iso.is_ambiguous());
}

}  // namespace
}  // namespace rollcall::csv
