#include "server/api/metrics.h"

#include <catch2/catch.hpp>

#include "common/base/clock.h"
#include "server/api/rate_limit.h"

namespace rollcall::api {
namespace {

TEST_CASE("metrics are named once and their buckets add up") {
  DoorMetrics door("people");
  door.count(200, 3);
  door.count(200, 700);
  door.count(503, 60'000);
  const auto text = render({{Metric::Kind::gauge, "rollcall_a", "First.", "door=\"x\"", 1},
                            {Metric::Kind::gauge, "rollcall_a", "First.", "door=\"y\"", 2.5}},
                           {&door});
  CHECK_THAT(text, Catch::StartsWith("# HELP rollcall_a First.\n# TYPE rollcall_a gauge\n"
                                     "rollcall_a{door=\"x\"} 1\nrollcall_a{door=\"y\"} 2.5\n"));
  CHECK_THAT(text, Catch::Contains("rollcall_requests_total{door=\"people\",status=\"2xx\"} 2\n"));
  CHECK_THAT(text, Catch::Contains("rollcall_requests_total{door=\"people\",status=\"5xx\"} 1\n"));
  CHECK_THAT(text, Catch::Contains("_bucket{door=\"people\",le=\"0.002\"} 0\n"));
  CHECK_THAT(text, Catch::Contains("_bucket{door=\"people\",le=\"0.005\"} 1\n"));
  CHECK_THAT(text, Catch::Contains("_bucket{door=\"people\",le=\"1\"} 2\n"));
  CHECK_THAT(text, Catch::Contains("_bucket{door=\"people\",le=\"+Inf\"} 3\n"));
  CHECK_THAT(text, Catch::Contains("_count{door=\"people\"} 3\n"));
}

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
  limit.forgive("a");
  CHECK(limit.count("a") == 0);
  CHECK(limit.count("a") > 0);
}

TEST_CASE("a crowd of keys is forgotten before it fills the memory") {
  FakeClock clock;
  RateLimit limit(clock, 1, 60 * kSecondMs);
  for (int i = 0; i < 25'000; ++i) CHECK(limit.count("key" + std::to_string(i)) == 0);
}

}  // namespace
}  // namespace rollcall::api
