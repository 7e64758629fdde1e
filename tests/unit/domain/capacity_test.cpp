#include "server/domain/capacity.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <map>

#include "common/base/clock.h"
#include "server/domain/verdict.h"

using namespace rollcall;
using namespace rollcall::domain;

namespace {
constexpr std::int64_t kDay0 = 20'000;
constexpr std::int64_t at(std::int64_t day, std::int64_t hour = 8) { return (kDay0 + day) * kDayMs + hour * kHourMs; }
}  // namespace

TEST_CASE("seven days are kept, one median each") {
  Capacity capacity;
  for (int day = 0; day < 10; ++day) {
    capacity.add(at(day, 8), 40'000 + day);
    capacity.add(at(day, 9), 90'000);
    capacity.add(at(day, 10), 40'000 + day);
  }
  const auto days = capacity.days();
  REQUIRE(days.size() == 7);
  CHECK(days.front() == DayCapacity{kDay0 + 3, 40'003});
  CHECK(days.back() == DayCapacity{kDay0 + 9, 40'009});
}

TEST_CASE("days without a reading leave the window after a week") {
  Capacity capacity;
  capacity.add(at(0), 40'000);
  capacity.add(at(1), 40'001);
  capacity.add(at(7), 40'007);
  CHECK(capacity.days() == std::vector<DayCapacity>{{kDay0 + 1, 40'001}, {kDay0 + 7, 40'007}});
  capacity.add(at(30), 39'000);
  CHECK(capacity.days() == std::vector<DayCapacity>{{kDay0 + 30, 39'000}});
}

TEST_CASE("backlog fills days that have no reading, and only those") {
  Capacity capacity;
  capacity.add(at(5), 40'005);
  capacity.add(at(3), 40'003);
  capacity.add(at(3), 12'345);
  capacity.add(at(-9), 77'777);
  CHECK(capacity.days() == std::vector<DayCapacity>{{kDay0 + 3, 40'003}, {kDay0 + 5, 40'005}});
}

TEST_CASE("what cannot be a capacity is left out") {
  Capacity capacity;
  capacity.add(at(0), 0);
  capacity.add(at(0), -5);
  capacity.add(at(0), INT64_MAX);
  CHECK(capacity.days().empty());
}

TEST_CASE("with few distinct readings a day the median is exact; it is bounded with many") {
  CHECK(rc::check([] {
    Capacity capacity;
    std::vector<std::int64_t> values;
    const auto count = *rc::gen::inRange(1, 60);
    const bool few = *rc::gen::arbitrary<bool>();
    for (int i = 0; i < count; ++i) {
      const auto value = *rc::gen::inRange<std::int64_t>(1, few ? 7 : 100'000);
      values.push_back(value);
      capacity.add(at(0), value);
    }
    RC_ASSERT(capacity.readings().size() <= Capacity::kReadings);
    const auto [lowest, highest] = std::ranges::minmax(values);
    const auto found = capacity.days().at(0).full_mwh;
    RC_ASSERT(found >= lowest);
    RC_ASSERT(found <= highest);
    if (few) RC_ASSERT(found == median(values));
  }));
}

TEST_CASE("any order of days keeps at most seven, ascending, none older than a week") {
  CHECK(rc::check([] {
    Capacity capacity;
    const auto days = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 40));
    for (const int day : days) capacity.add(at(day), 40'000 + day);
    const auto kept = capacity.days();
    RC_ASSERT(kept.size() <= Capacity::kDays);
    for (std::size_t i = 1; i < kept.size(); ++i) RC_ASSERT(kept[i].day > kept[i - 1].day);
    for (const auto& day : kept) RC_ASSERT(day.day > kept.back().day - 7);
    RC_ASSERT(Capacity::restore(capacity.closed(), capacity.open_day(), capacity.readings()) == capacity);
  }));
}
