#include "server/service/rate_limit.h"

#include <catch2/catch.hpp>

namespace rollcall::service {
namespace {

TEST_CASE("tries are counted within a window that slides") {
  FakeClock clock;
  RateLimit limit(clock, 3, 60 * kSecondMs);
  CHECK(limit.count("a") == 0);
  clock.advance(10 * kSecondMs);
  CHECK(limit.count("a") == 0);
  CHECK(limit.count("a") == 0);
  CHECK(limit.count("a") == 50);
  CHECK(limit.count("b") == 0);
  clock.advance(50 * kSecondMs);
  CHECK(limit.count("a") == 0);
  CHECK(limit.count("a") > 0);
}

TEST_CASE("a crowd of keys is forgotten before it fills the memory") {
  FakeClock clock;
  RateLimit limit(clock, 1, 60 * kSecondMs);
  for (int i = 0; i < 25'000; ++i) CHECK(limit.count("key" + std::to_string(i)) == 0);
}

}  // namespace
}  // namespace rollcall::service
