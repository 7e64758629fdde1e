// Two laptops that claim one serial, from the check-in to the review and the console's list.
#include "tests/unit/service/live_fixture.h"

namespace rollcall::service {

TEST_CASE("two laptops that report under one serial in turns become two devices and one review") {
  Live live;
  const Laptop first{.serial = "A1"}, second{.serial = "A1"};
  live.enrol(first);
  CHECK(live.check_in(first));
  live.clock.advance(kDayMs);
  live.enrol(second);
  const std::string device = live.device_of(first);
  CHECK(live.device_of(second) == device);
  CHECK(live.check_in(second));
  live.clock.advance(domain::kSupersededGraceMs);
  for (int turn = 0; turn < 3; ++turn) {
    CHECK(live.check_in(first));
    CHECK(live.check_in(second));
    live.clock.advance(kHourMs);
  }
  CHECK(live.device_of(first) == device);
  CHECK(live.device_of(second) != device);
  CHECK(must(live.reviews.open()).reviews.size() == 1);
  CHECK(live.fleet.overview().total == 2);
  CHECK(live.fleet.agents_of(live.device_of(second)).size() == 1);

  // A person knows that it is one laptop with two systems: from then on both report there in peace.
  must(live.reviews.resolve(live.admin, must(live.reviews.open()).reviews.front().review_id,
                            domain::ReviewAction::attach, ""));
  for (int turn = 0; turn < 3; ++turn) {
    CHECK(live.check_in(first));
    CHECK(live.check_in(second));
    live.clock.advance(kHourMs);
  }
  CHECK(live.device_of(second) == device);
  CHECK(must(live.reviews.open()).reviews.empty());
  CHECK(live.fleet.overview().total == 1);
  CHECK(live.fleet.agents_of(device).size() == 2);
}

}  // namespace rollcall::service
