#include <catch2/catch.hpp>

#include "tests/unit/service/records_fixture.h"

namespace rollcall::service {
namespace {

constexpr const char* kOtherUuid = "5c4c4544-0042-3510-8056-b4c04f4e4d99";

void report(Records& records, const domain::AgentHandle& agent) {
  must(records.reviews.report_from_superseded(agent, records.clock.wall_ms()));
}

}  // namespace

TEST_CASE("a re-image of a known serial attaches a new agent to the same device") {
  Records records;
  const auto before = records.enrol({.serial = "A1", .maker = "Hewlett-Packard"});
  must(records.edit(before->device_id, {.tag = "T-1"}, 1));
  const auto after = records.enrol({.serial = "a1", .maker = "HP"});
  CHECK(after->device_id == before->device_id);
  CHECK(after->agent_no == 2);
  CHECK_FALSE(after->superseded_ms);
  CHECK(records.agents.by_number(1)->superseded_ms);
  CHECK_FALSE(records.agents.by_number(1)->refused());
  CHECK(records.agents.of_device(before->device_id).size() == 2);
  CHECK(must(records.devices.get(before->device_id)).tag == "T-1");
  CHECK(must(records.reviews.open()).reviews.empty());
}

TEST_CASE("the same serial of another maker is another device") {
  Records records;
  const auto one = records.enrol({.serial = "A1", .maker = "LENOVO"});
  const auto two = records.enrol({.serial = "A1", .uuid = kOtherUuid, .maker = "Dell Inc."});
  CHECK(one->device_id != two->device_id);
  CHECK(must(records.reviews.open()).reviews.empty());
}

TEST_CASE("laptops with a placeholder serial stay apart, each with a review") {
  Records records;
  const auto one = records.enrol({.serial = "To be filled by O.E.M.", .uuid = kOtherUuid});
  records.clock.advance(1);
  const auto two = records.enrol({.serial = "To be filled by O.E.M.", .uuid = kOtherUuid});
  CHECK(one->device_id != two->device_id);
  const auto open = must(records.reviews.open()).reviews;
  REQUIRE(open.size() == 2);
  CHECK(open[0].kind == domain::ReviewKind::placeholder_serial);
  CHECK(open[0].claimed_serial == "To be filled by O.E.M.");
  CHECK(open[0].other_device_id.empty());
  CHECK(open[1].other_device_id == one->device_id);  // the same UUID is a hint
  CHECK(must(records.devices.get(one->device_id)).serial.empty());
}

TEST_CASE("other hardware that claims a known serial is contested at once and steals nothing") {
  Records records;
  const auto holder = records.enrol({.serial = "A1"});
  const Laptop rival{.serial = "A1", .uuid = kOtherUuid};
  const auto contestant = records.enrol(rival);
  CHECK(contestant->device_id != holder->device_id);
  CHECK_FALSE(records.agents.by_number(holder->agent_no)->superseded_ms);
  const auto open = must(records.reviews.open()).reviews;
  REQUIRE(open.size() == 1);
  CHECK(open[0].kind == domain::ReviewKind::contested_serial);
  CHECK(open[0].device_id == contestant->device_id);
  CHECK(open[0].other_device_id == holder->device_id);
  CHECK(open[0].claimed_serial == "A1");

  // Its own re-image finds its own device, without another review.
  const auto again = records.enrol({.serial = "A1", .uuid = kOtherUuid});
  CHECK(again->device_id == contestant->device_id);
  CHECK(must(records.reviews.count_open()) == 1);
}

TEST_CASE("when the agent before a re-image reports again the newcomer moves to a device of its own") {
  Records records;
  const auto old = records.enrol({.serial = "A1"});
  must(records.edit(old->device_id, {.tag = "T-1"}, 1));
  const Laptop newcomer{.serial = "A1"};
  records.enrol(newcomer);

  report(records, records.agents.by_number(1));  // was on its way already
  CHECK(must(records.reviews.open()).reviews.empty());
  report(records, records.agents.by_number(2));  // the current one proves nothing
  CHECK(must(records.reviews.open()).reviews.empty());

  records.clock.advance(domain::kSupersededGraceMs);
  report(records, records.agents.by_number(1));
  const auto moved = records.agents.find(newcomer.key.id());
  CHECK(moved->device_id != old->device_id);
  CHECK_FALSE(moved->refused());
  CHECK_FALSE(records.agents.by_number(1)->superseded_ms);
  CHECK(must(records.devices.get(old->device_id)).tag == "T-1");
  CHECK(must(records.devices.get(moved->device_id)).serial.empty());
  REQUIRE(must(records.reviews.open()).reviews.size() == 1);

  // They go on reporting in turns: nothing more happens.
  for (int i = 0; i < 5; ++i) {
    report(records, records.agents.by_number(1));
    report(records, records.agents.by_number(2));
  }
  CHECK(must(records.reviews.open()).reviews.size() == 1);
  CHECK(must(records.devices.all()).size() == 2);
}

TEST_CASE("a stale handle of a superseded agent opens no second review") {
  Records records;
  records.enrol({.serial = "A1"});
  records.enrol({.serial = "A1"});
  const auto stale = records.agents.by_number(1);
  records.clock.advance(domain::kSupersededGraceMs);
  report(records, stale);
  report(records, stale);
  CHECK(must(records.reviews.count_open()) == 1);
}

TEST_CASE("attaching moves the agent with its history and settles the matter") {
  Records records;
  const auto old = records.enrol({.serial = "A1"});
  const auto rival = records.enrol({.serial = "A1", .uuid = kOtherUuid});
  const auto review = must(records.reviews.open()).reviews.front();
  const auto resolved =
      must(records.reviews.resolve(records.admin, review.review_id, domain::ReviewAction::attach, ""));
  CHECK(resolved.resolution == domain::ReviewAction::attach);
  const auto moved = records.agents.by_number(rival->agent_no);
  CHECK(moved->device_id == old->device_id);
  CHECK_FALSE(moved->refused());
  CHECK_FALSE(moved->superseded_ms);
  CHECK_FALSE(records.devices.get(rival->device_id));
  CHECK(must(records.reviews.count_open()) == 0);
  CHECK(records.log().front().action == "review.resolve");
  CHECK(records.log().front().actor == records.admin.to_text());

  const auto again =
      records.reviews.resolve(records.admin, review.review_id, domain::ReviewAction::separate, "");
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Errc::conflict);
}

TEST_CASE("separate and dismiss close a review and move nobody") {
  Records records;
  const auto agent = records.enrol({.serial = "Default string"});
  const auto review = must(records.reviews.open()).reviews.front();
  const auto action = GENERATE(domain::ReviewAction::separate, domain::ReviewAction::dismiss);
  must(records.reviews.resolve(records.admin, review.review_id, action, ""));
  CHECK(must(records.reviews.count_open()) == 0);
  CHECK(must(records.reviews.get(review.review_id)).resolution == action);
  CHECK(records.agents.by_number(1)->device_id == agent->device_id);
}

TEST_CASE("a review cannot attach to nothing, to itself or to a deleted device") {
  Records records;
  const auto agent = records.enrol({.serial = "Default string"});
  const auto gone = records.enrol({.serial = "GONE1", .uuid = kOtherUuid});
  must(records.devices.remove(records.admin, gone->device_id, {}));
  const auto review = must(records.reviews.open()).reviews.front();
  for (const std::string& target :
       {std::string(), agent->device_id, gone->device_id, std::string("nonsense")}) {
    const auto resolved =
        records.reviews.resolve(records.admin, review.review_id, domain::ReviewAction::attach, target);
    REQUIRE_FALSE(resolved);
    CHECK(resolved.error().code == Errc::invalid_argument);
    CHECK(resolved.error().field == "device_id");
  }
  CHECK(must(records.reviews.count_open()) == 1);
  const auto missing = records.reviews.resolve(records.admin, "01NOBODY", domain::ReviewAction::dismiss, "");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Errc::not_found);
}

}  // namespace rollcall::service
