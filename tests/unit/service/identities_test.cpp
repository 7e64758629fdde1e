// What laptops tell of themselves after they enrolled, from the check-in to the device's record.
#include "server/service/identities.h"

#include <algorithm>

#include "tests/unit/service/live_fixture.h"

namespace rollcall::service {
namespace {

constexpr const char* kUuid = "4c4c4544-0042-3510-8056-b4c04f4e4d32";
constexpr const char* kOtherUuid = "11112222-3333-4444-5555-666677778888";

wire::Identity told(std::string serial, std::string uuid = kUuid, std::string source = "product") {
  wire::Identity identity;
  identity.serial = std::move(serial);
  identity.serial_source = std::move(source);
  identity.manufacturer = "LENOVO";
  identity.model = "20XW";
  identity.system_uuid = std::move(uuid);
  return identity;
}

struct Learning : Live {
  void tell(const Laptop& laptop, wire::Identity identity) {
    REQUIRE(check_in(laptop, std::move(identity)));
    must(fleet.flush());
  }
  domain::Device record(const Laptop& laptop) { return must(devices.get(device_of(laptop))); }
  std::int64_t audited(std::string_view action) {
    return std::ranges::count(log(), action, &AuditRecord::action);
  }
};

}  // namespace

TEST_CASE("a serial, maker and model that a report brings are taken over, and the review that waited is closed") {
  Learning live;
  const Laptop laptop{.serial = "To be filled by O.E.M.", .uuid = "", .maker = ""};
  live.enrol(laptop);
  CHECK(must(live.reviews.count_open()) == 1);
  const auto before = live.record(laptop);
  live.tell(laptop, told(" pf1abcde "));
  const auto after = live.record(laptop);
  CHECK(after.serial == "PF1ABCDE");
  CHECK(after.maker == "LENOVO");
  CHECK(after.version == before.version + 1);
  CHECK(live.fleet.row(after.device_id)->serial == "PF1ABCDE");
  CHECK(must(live.reviews.count_open()) == 0);
  CHECK(live.audited("device.learn") == 1);
  // Known by it from now on: a re-image comes back to this device.
  const Laptop again{.serial = "PF1ABCDE"};
  live.enrol(again);
  CHECK(live.device_of(again) == after.device_id);
}

TEST_CASE("a failed read, a placeholder and what is known already change nothing") {
  Learning live;
  const Laptop laptop{.serial = "PF1ABCDE"};
  live.enrol(laptop);
  const auto before = live.record(laptop);
  wire::Identity failed;
  failed.kernel = "6.1";
  wire::Identity filler = told("Default string");
  filler.serial_is_placeholder = true;
  for (const auto& identity : {failed, filler, told("To be filled by O.E.M."), told("PF1ABCDE"), failed}) {
    live.tell(laptop, identity);
    CHECK(live.record(laptop).serial == "PF1ABCDE");
    CHECK(live.record(laptop).version == before.version);
  }
  CHECK(live.audited("device.learn") == 0);
  CHECK(must(live.reviews.count_open()) == 0);
}

TEST_CASE("another serial replaces a known one only when the product's own field says so") {
  Learning live;
  const Laptop laptop{.serial = "PF1ABCDE"};
  live.enrol(laptop);
  live.tell(laptop, told("L1HF0000001", kUuid, "board"));
  CHECK(live.record(laptop).serial == "PF1ABCDE");
  live.tell(laptop, told("PF9NEW"));
  CHECK(live.record(laptop).serial == "PF9NEW");
  wire::Identity renamed = told("PF9NEW");
  renamed.model = "ThinkPad L13";
  live.tell(laptop, renamed);
  CHECK(live.record(laptop).model == "ThinkPad L13");
  CHECK(live.audited("device.learn") == 2);
}

TEST_CASE("a serial that is another device's makes a review, once, and merges nothing") {
  Learning live;
  const Laptop owner{.serial = "PF1ABCDE"}, nameless{.serial = "None", .uuid = kOtherUuid};
  live.enrol(owner);
  live.enrol(nameless);
  const auto device = live.device_of(nameless);
  live.tell(nameless, told("PF1ABCDE", kOtherUuid));
  CHECK(live.device_of(nameless) == device);
  CHECK(live.record(nameless).serial.empty());
  CHECK(live.record(owner).serial == "PF1ABCDE");
  const auto open = must(live.reviews.open()).reviews;
  REQUIRE(open.size() == 1);
  CHECK(open[0].kind == domain::ReviewKind::contested_serial);
  CHECK(open[0].other_device_id == live.device_of(owner));
  CHECK(open[0].claimed_serial == "PF1ABCDE");
  must(live.reviews.resolve(live.admin, open[0].review_id, domain::ReviewAction::separate, ""));
  wire::Identity again = told("PF1ABCDE", kOtherUuid);
  again.os_version = "13";
  live.tell(nameless, again);
  CHECK(must(live.reviews.count_open()) == 0);
  CHECK(live.record(nameless).serial.empty());
}

TEST_CASE("another serial on other hardware is a disk that was moved or copied: a person decides") {
  Learning live;
  const Laptop laptop{.serial = "PF1ABCDE"};
  live.enrol(laptop);
  live.tell(laptop, told("PF7OTHER", kOtherUuid));
  CHECK(live.record(laptop).serial == "PF1ABCDE");
  const auto open = must(live.reviews.open()).reviews;
  REQUIRE(open.size() == 1);
  CHECK(open[0].other_device_id.empty());
  CHECK(open[0].claimed_serial == "PF7OTHER");
  live.tell(laptop, told("PF1ABCDE"));
  live.tell(laptop, told("PF7OTHER", kOtherUuid));
  CHECK(must(live.reviews.count_open()) == 1);
}

TEST_CASE("a new board with the old serial is the same laptop, also when it is re-imaged") {
  Learning live;
  const Laptop laptop{.serial = "PF1ABCDE"};
  live.enrol(laptop);
  live.tell(laptop, told("PF1ABCDE", kOtherUuid));
  CHECK(must(live.reviews.count_open()) == 0);
  const Laptop again{.serial = "PF1ABCDE", .uuid = kOtherUuid};
  live.enrol(again);
  CHECK(live.device_of(again) == live.device_of(laptop));
  CHECK(must(live.reviews.count_open()) == 0);
}

TEST_CASE("what a crash kept from being taken over is taken over after the restart") {
  Learning live;
  const Laptop laptop{.serial = "", .uuid = ""};
  live.enrol(laptop);
  REQUIRE(live.check_in(laptop, told("PF1ABCDE")));
  CHECK(live.record(laptop).serial.empty());
  Fleet restarted(live.db, live.clock);
  restarted.device_changed(live.record(laptop));
  restarted.agent_changed(live.agents.find(laptop.key.id()));
  must(restarted.load());
  restarted.teach(live.identities);
  must(restarted.flush());
  CHECK(live.record(laptop).serial == "PF1ABCDE");
}

TEST_CASE("a laptop that is another model with every report is heeded some times a day") {
  Learning live;
  const Laptop laptop{.serial = "PF1ABCDE"}, other{.serial = "PF2ABCDE"};
  live.enrol(laptop);
  live.enrol(other);
  const auto rename = [&](const Laptop& which, int number) {
    wire::Identity identity = told(which.serial);
    identity.model = "Model " + std::to_string(number);
    live.tell(which, identity);
  };
  const auto most = static_cast<std::int64_t>(Identities::kLessonsADay);
  for (int i = 1; i <= 50; ++i) rename(laptop, i);
  CHECK(live.audited("device.learn") == most);
  CHECK(live.record(laptop).model == "Model " + std::to_string(most));
  rename(other, 1);
  CHECK(live.record(other).model == "Model 1");
  live.clock.advance(kDayMs);
  rename(laptop, 51);
  CHECK(live.record(laptop).model == "Model 51");
}

TEST_CASE("an agent that was superseded teaches nothing") {
  Learning live;
  const Laptop old{.serial = "PF1ABCDE"}, fresh{.serial = "PF1ABCDE"};
  live.enrol(old);
  live.enrol(fresh);
  live.tell(old, told("PF9NEW"));
  CHECK(live.record(fresh).serial == "PF1ABCDE");
}

}  // namespace rollcall::service
