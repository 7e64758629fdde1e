#include "server/domain/accepted_sequences.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <set>

using rollcall::domain::AcceptedSequences;
using rollcall::domain::SequenceInterval;

TEST_CASE("numbers in order are one range; a late one closes its gap") {
  AcceptedSequences accepted;
  for (std::uint64_t i = 1; i <= 1'000; ++i) {
    if (i != 500) CHECK(accepted.insert(i));
  }
  CHECK(accepted.ranges() == std::vector<SequenceInterval>{{1, 499}, {501, 1'000}});
  CHECK_FALSE(accepted.contains(500));
  CHECK(accepted.insert(500));
  CHECK_FALSE(accepted.insert(500));
  CHECK(accepted.ranges() == std::vector<SequenceInterval>{{1, 1'000}});
}

TEST_CASE("the ranges say exactly what a set says, in any order and with repeats") {
  CHECK(rc::check([] {
    const auto numbers = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(1, 200));
    AcceptedSequences accepted;
    std::set<std::uint64_t> model;
    for (const auto number : numbers) RC_ASSERT(accepted.insert(number) == model.insert(number).second);
    const auto cut = *rc::gen::inRange<std::uint64_t>(1, 250);
    if (*rc::gen::inRange(0, 3) == 0) {
      accepted.forget_from(cut);
      model.erase(model.lower_bound(cut), model.end());
    }
    for (std::uint64_t i = 0; i <= 250; ++i) RC_ASSERT(accepted.contains(i) == model.contains(i));
    for (std::size_t i = 1; i < accepted.ranges().size(); ++i) {
      RC_ASSERT(accepted.ranges()[i].first > accepted.ranges()[i - 1].last + 1);
    }
    RC_ASSERT(AcceptedSequences::from(accepted.ranges()) == accepted);
  }));
}

TEST_CASE("an outbox that thinned thousands of samples does not grow the set without bound") {
  AcceptedSequences accepted;
  for (std::uint64_t i = 2; i <= 20'000; i += 2) CHECK(accepted.insert(i));
  CHECK(accepted.ranges().size() == AcceptedSequences::kMaxRanges);
  CHECK(accepted.highest() == 20'000);
  // A gap that is larger than thinning leaves stays open: those reports are still to come.
  AcceptedSequences mixed;
  mixed.insert(1);
  for (std::uint64_t i = 10'000; i <= 12'000; i += 2) mixed.insert(i);
  CHECK_FALSE(mixed.contains(5'000));
  CHECK(mixed.ranges().size() == AcceptedSequences::kMaxRanges);
  CHECK(mixed.closed() == 1'002 - AcceptedSequences::kMaxRanges);
}

TEST_CASE("where a gap was closed nobody claims to know what was accepted, elsewhere everybody knows") {
  using Known = AcceptedSequences::Known;
  CHECK(rc::check([] {
    AcceptedSequences accepted;
    std::set<std::uint64_t> model;
    const auto count = *rc::gen::inRange<std::size_t>(200, 600);
    for (std::size_t i = 0; i < count; ++i) {
      const auto number = *rc::gen::inRange<std::uint64_t>(1, 3'000);
      const auto known = accepted.look_up(number);
      RC_ASSERT(known != Known::accepted || model.contains(number));
      RC_ASSERT(known != Known::missing || !model.contains(number));
      RC_ASSERT(accepted.insert(number) == (known == Known::missing));
      if (known == Known::missing) model.insert(number);
    }
    std::uint64_t covered = 0;
    for (const auto& range : accepted.ranges()) covered += range.last - range.first + 1;
    RC_ASSERT(covered - accepted.closed() == model.size());
    RC_ASSERT(AcceptedSequences::from(accepted.ranges()) == accepted);
  }));
}

TEST_CASE("the ends of the number space do not wrap") {
  AcceptedSequences accepted;
  CHECK(accepted.insert(UINT64_MAX));
  CHECK(accepted.insert(1));
  CHECK(accepted.insert(UINT64_MAX - 1));
  CHECK_FALSE(accepted.contains(0));
  CHECK(accepted.insert(0));
  CHECK(accepted.ranges() == std::vector<SequenceInterval>{{0, 1}, {UINT64_MAX - 1, UINT64_MAX}});
}
