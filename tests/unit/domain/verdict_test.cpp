#include "server/domain/verdict.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

using namespace rollcall::domain;

namespace {
PackEvidence pack(std::int64_t design, std::vector<std::int64_t> full, std::optional<std::int64_t> cycles = {}) {
  return {"BAT0", design, cycles, std::move(full)};
}
}  // namespace

TEST_CASE("a pack is judged by its median of full against design, at the issue's borders") {
  CHECK(judge(pack(50'000, {40'000})).verdict == Verdict::good);
  CHECK(judge(pack(50'000, {39'999})).verdict == Verdict::watch);
  CHECK(judge(pack(50'000, {30'000})).verdict == Verdict::watch);
  CHECK(judge(pack(50'000, {29'999})).verdict == Verdict::replace);
  CHECK(judge(pack(50'000, {60'000})).verdict == Verdict::good);
  CHECK(judge(pack(50'000, {60'001})).verdict == Verdict::implausible);
  CHECK(judge(pack(50'000, {14'999}, 49)).verdict == Verdict::implausible);
  CHECK(judge(pack(50'000, {14'999}, 50)).verdict == Verdict::replace);
  CHECK(judge(pack(50'000, {14'999})).verdict == Verdict::replace);
}

TEST_CASE("one lying reading in a week does not move the verdict") {
  CHECK(judge(pack(50'000, {45'000, 45'000, 120'000, 45'000, 44'900, 44'900, 44'800})).verdict == Verdict::good);
  CHECK(judge(pack(50'000, {45'000, 1, 45'000})).health_percent == Approx(90.0));
}

TEST_CASE("without a design or a reading the verdict is unknown, and says why") {
  const auto no_design = judge({"BAT0", std::nullopt, 12, {45'000}});
  CHECK(no_design.verdict == Verdict::unknown);
  CHECK_FALSE(no_design.health_percent);
  REQUIRE(no_design.reasons.size() == 1);
  CHECK(judge(pack(50'000, {})).verdict == Verdict::unknown);
  CHECK(judge(pack(0, {45'000})).verdict == Verdict::unknown);
}

TEST_CASE("the reasons carry the numbers") {
  const auto verdict = judge(pack(57'000, {31'000, 31'200, 31'100}, 812));
  REQUIRE(verdict.verdict == Verdict::replace);
  CHECK(verdict.reasons[0] == "BAT0 holds 31.1 Wh when full of the 57.0 Wh it was made for: 55% (median of 3 days)");
  CHECK(verdict.reasons[1] == "Below 60%: replace it");
  CHECK(verdict.reasons[2] == "Charged 812 times");
}

TEST_CASE("the worst pack decides, and no pack is no verdict") {
  const Verdict some[] = {Verdict::good, Verdict::watch, Verdict::unknown};
  CHECK(worst(some) == Verdict::watch);
  CHECK(worst({}) == Verdict::none);
}

TEST_CASE("every verdict reads back from its name") {
  for (std::size_t i = 0; i < kVerdicts; ++i) {
    CHECK(parse_verdict(name_of(static_cast<Verdict>(i))) == static_cast<Verdict>(i));
  }
  CHECK_FALSE(parse_verdict("splendid"));
}

TEST_CASE("a median is one of the values, with at most half of them on either side") {
  CHECK(rc::check([] {
    const auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(rc::gen::arbitrary<std::int64_t>()));
    const std::int64_t middle = median(values);
    const auto below = std::ranges::count_if(values, [&](auto v) { return v < middle; });
    const auto above = std::ranges::count_if(values, [&](auto v) { return v > middle; });
    RC_ASSERT(std::ranges::count(values, middle) > 0);
    RC_ASSERT(2 * below <= std::ssize(values));
    RC_ASSERT(2 * above <= std::ssize(values));
  }));
}
