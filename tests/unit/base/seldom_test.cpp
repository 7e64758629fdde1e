#include "common/base/seldom.h"

#include <catch2/catch.hpp>

namespace rollcall {

TEST_CASE("what happens often is said once a minute, with how often it happened") {
  FakeClock clock;
  Seldom seldom(kMinuteMs);
  CHECK(seldom.count(clock.monotonic_ms()) == 1);
  for (int i = 0; i < 1'000; ++i) CHECK(seldom.count(clock.monotonic_ms()) == 0);
  clock.advance(kMinuteMs);
  CHECK(seldom.count(clock.monotonic_ms()) == 1'001);
  CHECK(seldom.count(clock.monotonic_ms()) == 0);
}

}  // namespace rollcall
