#include "common/base/id.h"

#include <catch2/catch.hpp>
#include <set>

using namespace rollcall;

TEST_CASE("ULIDs are valid, differ and sort by the time they were made") {
  FakeClock clock;
  SeededRandom random(1);
  std::set<std::string> made;
  std::string earlier;
  for (int i = 0; i < 100; ++i) {
    const std::string id = make_ulid(clock, random);
    CHECK(is_ulid(id));
    CHECK(earlier < id);
    made.insert(id);
    earlier = id;
    clock.advance(1);
  }
  CHECK(made.size() == 100);
  CHECK(!is_ulid("too short"));
  CHECK(!is_ulid(std::string(26, 'U')));  // U is not in Crockford's alphabet
}

TEST_CASE("a UUID is random, version 4, lower case") {
  SeededRandom random(2);
  const std::string id = make_uuid(random);
  REQUIRE(id.size() == 36);
  CHECK(id[14] == '4');
  CHECK(std::string("89ab").find(id[19]) != std::string::npos);
  CHECK(id != make_uuid(random));
}

TEST_CASE("below stays below its bound and reaches every value") {
  SeededRandom random(3);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 500; ++i) seen.insert(random.below(7));
  CHECK(seen.size() == 7);
  CHECK(*seen.rbegin() == 6);
}

TEST_CASE("the fake clock moves only when told, and a reboot resets its monotonic time alone") {
  FakeClock clock(1000, 50);
  CHECK(clock.wall_ms() == 1000);
  clock.advance(5);
  CHECK(clock.monotonic_ms() == 55);
  clock.set_wall(1);
  clock.reboot();
  CHECK(clock.wall_ms() == 1);
  CHECK(clock.monotonic_ms() == 0);
}
