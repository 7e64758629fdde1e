#include "server/api/metrics.h"

#include <catch2/catch.hpp>

#include "common/base/clock.h"

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

}  // namespace
}  // namespace rollcall::api
