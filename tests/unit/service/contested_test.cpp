// Two laptops that claim one serial, from the check-in to the review and the console's list.
#include "server/service/access_points.h"
#include "server/service/fleet.h"
#include "server/service/ingest.h"
#include "server/service/policies.h"
#include "tests/unit/service/records_fixture.h"

namespace rollcall::service {
namespace {

struct Live : Records {
  Policies policies{wire::Policy{}, {}};
  Fleet fleet{db, clock};
  AccessPoints access_points{db, clock};
  Ingest ingest{db, clock, random, policies, fleet, access_points};
  std::uint64_t sequence{1};

  Live() {
    must(fleet.load());
    agents.listen(fleet);
    ingest.settle_with(reviews);
  }
  // A check-in as the agents' door hands it on; true when its report was acknowledged.
  bool check_in(const Laptop& laptop) {
    wire::DecodedCheckIn message;
    message.message.boot_id = "b";
    wire::Report report;
    report.sequence = sequence++;
    report.boot_id = "b";
    report.wall_ms = clock.wall_ms();
    message.message.reports.push_back(report);
    bool accepted = false;
    ingest.submit(agents.find(laptop.key.id()), std::move(message), "127.0.0.1", [&](IngestOutcome outcome) {
      accepted = outcome.reply && !outcome.reply->accepted.empty();
    });
    ingest.commit_pending();
    return accepted;
  }
  std::string device_of(const Laptop& laptop) { return agents.find(laptop.key.id())->device_id; }
};

}  // namespace

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
  CHECK(must(live.reviews.open()).size() == 1);
  CHECK(live.fleet.overview().total == 2);
  CHECK(live.fleet.agents_of(live.device_of(second)).size() == 1);

  // A person knows that it is one laptop with two systems: from then on both report there in peace.
  must(live.reviews.resolve(live.admin, must(live.reviews.open()).front().review_id,
                            domain::ReviewAction::attach, ""));
  for (int turn = 0; turn < 3; ++turn) {
    CHECK(live.check_in(first));
    CHECK(live.check_in(second));
    live.clock.advance(kHourMs);
  }
  CHECK(live.device_of(second) == device);
  CHECK(must(live.reviews.open()).empty());
  CHECK(live.fleet.overview().total == 1);
  CHECK(live.fleet.agents_of(device).size() == 2);
}

}  // namespace rollcall::service
