#include "server/domain/inventory_check.h"

#include <catch2/catch.hpp>

#include "tests/must.h"

using namespace rollcall;
using namespace rollcall::domain;

namespace {

CheckItem expected_one() {
  return {.item = "01D", .device_id = "01D", .expected = true, .custody_id = "01C"};
}
CheckItem found_one() {
  return {.item = "01E", .device_id = "01E", .scanned_ms = 5, .scanned_by = "user:01U"};
}
CheckItem label() {
  return {.item = "?x-1", .scanned_ms = 5, .scanned_by = "user:01U"};
}

std::string field(const Result<>& result) {
  return result ? "" : result.error().field;
}

}  // namespace

TEST_CASE("a scan counts for more than a word, and a word for more than a sighting") {
  CheckItem item = expected_one();
  CHECK(status_of(item) == CheckStatus::missing);
  item.seen_ms = 7;
  CHECK(status_of(item) == CheckStatus::seen);
  item.outcome = CheckItem::Outcome{CheckOutcome::lost, "", 8, "user:01U"};
  CHECK(status_of(item) == CheckStatus::explained);
  item.scanned_ms = 9;
  CHECK(status_of(item) == CheckStatus::scanned);
}

TEST_CASE("what was not expected is to be settled, and a label of no device dismissed") {
  CheckItem here = found_one(), unknown = label();
  CHECK(status_of(here) == CheckStatus::unexpected);
  CHECK(status_of(unknown) == CheckStatus::unknown);
  here.outcome = unknown.outcome = CheckItem::Outcome{CheckOutcome::noted, "on loan", 8, "user:01U"};
  CHECK(status_of(here) == CheckStatus::settled);
  CHECK(status_of(unknown) == CheckStatus::dismissed);
}

TEST_CASE("every status is accounted for or keeps the audit open, and is counted once") {
  CheckCounts counts;
  std::int64_t open = 0;
  for (std::size_t i = 0; i < kCheckStatuses; ++i) {
    const auto status = static_cast<CheckStatus>(i);
    CHECK(parse_check_status(name_of(status)) == status);
    counts.add(status);
    open += is_accounted_for(status) ? 0 : 1;
  }
  CHECK(counts.open() == open);
  CHECK(open == 3);
  CHECK(counts.expected() == 4);
}

TEST_CASE("an audit is closed only when nothing is left over; the refusal says how much is") {
  CheckCounts counts;
  counts.add(CheckStatus::scanned);
  counts.add(CheckStatus::seen);
  counts.add(CheckStatus::explained);
  counts.add(CheckStatus::settled);
  counts.add(CheckStatus::dismissed);
  CHECK(expect_accounted_for(counts));
  counts.add(CheckStatus::missing);
  counts.add(CheckStatus::missing);
  counts.add(CheckStatus::unexpected);
  counts.add(CheckStatus::unknown);
  const auto refused = expect_accounted_for(counts);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::conflict);
  CHECK(refused.error().message ==
        "2 devices are missing, 1 is here and was not expected, 1 label is unknown: say what became of each before the "
        "audit is closed");
}

TEST_CASE("each outcome fits what it is said of") {
  for (std::size_t i = 0; i < kCheckOutcomes; ++i) {
    const auto outcome = static_cast<CheckOutcome>(i);
    CHECK(parse_check_outcome(name_of(outcome)) == outcome);
    const bool of_missing = outcome <= CheckOutcome::other;
    INFO(name_of(outcome));
    CHECK(field(expect_fit(expected_one(), outcome, "n")) == (of_missing ? "" : "outcome"));
    CHECK(field(expect_fit(found_one(), outcome, "n")) == (of_missing ? "outcome" : ""));
    CHECK(field(expect_fit(label(), outcome, "n")) == (outcome == CheckOutcome::noted ? "" : "outcome"));
  }
  CHECK(field(expect_fit(expected_one(), CheckOutcome::other, "")) == "note");
  CHECK(field(expect_fit(found_one(), CheckOutcome::noted, "")) == "note");
  CHECK(field(expect_fit(expected_one(), CheckOutcome::lost, "")).empty());
  CheckItem there = expected_one();
  there.scanned_ms = 4;
  CHECK(field(expect_fit(there, CheckOutcome::lost, "")) == "outcome");
}
