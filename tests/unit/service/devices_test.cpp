#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/unit/service/records_fixture.h"

namespace rollcall::service {
namespace {

domain::DeviceChange tag(std::string value) {
  return {.tag = std::move(value)};
}

}  // namespace

TEST_CASE("a revoked agent is refused from the next look-up on") {
  Records records;
  const Laptop laptop{.serial = "A1"};
  const auto agent = records.enrol(laptop);
  must(records.agents.revoke(records.admin, agent->agent_id));
  CHECK(records.agents.find(laptop.key.id())->revoked);
  must(records.agents.revoke(records.admin, agent->agent_id));
  CHECK(records.agents.revoke(records.admin, "nobody").error().code == Errc::not_found);
}

TEST_CASE("the directory after a restart is the directory before it") {
  Records records;
  records.enrol({.serial = "A1"});
  records.enrol({.serial = "A1"});
  const auto gone = records.enrol({.serial = "B1"});
  must(records.agents.revoke(records.admin, records.agents.by_number(1)->agent_id));
  must(records.devices.remove(records.admin, gone->device_id, {}));
  Agents restarted(records.db, records.clock, records.audit);
  must(restarted.load());
  const auto before = records.agents.all(), after = restarted.all();
  REQUIRE(before.size() == 3);
  REQUIRE(after.size() == 3);
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(*before[i] == *after[i]);
  CHECK(after[2]->deleted);
}

TEST_CASE("look-ups go on while agents enrol and are revoked, and no revocation is lost") {
  Records records;
  std::vector<Laptop> laptops;
  std::vector<wire::EnrolRequest> requests;  // made here: Catch's macros are for one thread
  const auto token = records.token({.max_uses = 20});
  for (int i = 0; i < 20; ++i) {
    laptops.push_back({.serial = "S" + std::to_string(i)});
    requests.push_back(records.request(laptops.back(), token.text));
  }
  std::atomic<bool> done{false};
  std::jthread reader([&] {
    while (!done) {
      for (const Laptop& laptop : laptops) {
        const auto agent = records.agents.find(laptop.key.id());
        if (agent && agent->agent_no < 1) std::abort();
      }
    }
  });
  std::vector<std::jthread> writers;
  for (std::size_t t = 0; t < 4; ++t) {
    writers.emplace_back([&, t] {
      for (std::size_t i = t; i < laptops.size(); i += 4) {
        if (!records.enrolment.enroll(requests[i])) std::abort();
        const auto agent = records.agents.find(laptops[i].key.id());
        std::jthread racing([&] { (void)records.agents.refresh(agent->device_id); });
        if (!records.agents.revoke(records.admin, agent->agent_id)) std::abort();
      }
    });
  }
  writers.clear();
  done = true;
  for (const Laptop& laptop : laptops) CHECK(records.agents.find(laptop.key.id())->revoked);
}

TEST_CASE("an edit counts the version up and tells the listener") {
  Records records;
  Listener listener;
  records.agents.listen(listener);
  const auto agent = records.enrol({.serial = "A1"});
  const auto edited = must(
      records.edit(agent->device_id, {.tag = " FCS-1 ", .school_id = "south"}, 1));
  CHECK(edited.version == 2);
  CHECK(edited.tag == "FCS-1");
  CHECK(listener.devices.back().school_id == "south");
  CHECK(records.agents.by_number(1)->school_id == "south");
  CHECK(records.log().front().detail == "tag, school");
  const auto same = must(records.edit(agent->device_id, tag("FCS-1"), 2));
  CHECK(same.version == 2);
  const auto cleared = must(records.edit(agent->device_id, tag(""), 2));
  CHECK(cleared.tag.empty());
}

TEST_CASE("an edit of a version that is past is a conflict") {
  Records records;
  const auto agent = records.enrol({.serial = "A1"});
  must(records.edit(agent->device_id, tag("T1"), 1));
  const auto late = records.edit(agent->device_id, tag("T2"), 1);
  REQUIRE_FALSE(late);
  CHECK(late.error().code == Errc::conflict);
  CHECK(must(records.devices.get(agent->device_id)).tag == "T1");
}

TEST_CASE("a tag that another device has names that device, and is free again when it is deleted") {
  Records records;
  const auto one = records.enrol({.serial = "A1"}), two = records.enrol({.serial = "B1"});
  must(records.edit(one->device_id, tag("FCS-1"), 1));
  const auto taken = records.edit(two->device_id, tag("fcs-1"), 1);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == Errc::already_exists);
  CHECK(taken.error().field == "tag");
  CHECK_THAT(taken.error().message, Catch::Contains(one->device_id) && Catch::Contains("A1"));
  must(records.devices.remove(records.admin, one->device_id, 2));
  CHECK(must(records.edit(two->device_id, tag("fcs-1"), 1)).tag == "fcs-1");
}

TEST_CASE("what cannot be a tag or a school is refused with its field") {
  Records records;
  const auto agent = records.enrol({.serial = "A1"});
  const auto bad_tag = records.edit(agent->device_id, tag("a\nb"), 1);
  REQUIRE_FALSE(bad_tag);
  CHECK(bad_tag.error().field == "tag");
  const auto bad_school = records.edit(agent->device_id, {.school_id = "east"}, 1);
  REQUIRE_FALSE(bad_school);
  CHECK(bad_school.error().field == "school");
}

TEST_CASE("a deleted device refuses its agents, closes its reviews and frees its serial") {
  Records records;
  const Laptop laptop{.serial = "A1"};
  const auto agent = records.enrol(laptop);
  records.enrol({.serial = "A1", .uuid = "5c4c4544-0042-3510-8056-b4c04f4e4d99"});
  CHECK(must(records.reviews.count_open()) == 1);
  CHECK(records.devices.remove(records.admin, agent->device_id, 7).error().code == Errc::conflict);
  must(records.devices.remove(records.admin, agent->device_id, 1));
  CHECK(records.agents.find(laptop.key.id())->deleted);
  CHECK(must(records.reviews.count_open()) == 0);
  CHECK(records.devices.get(agent->device_id).error().code == Errc::not_found);
  CHECK(records.devices.remove(records.admin, agent->device_id, {}).error().code == Errc::not_found);
  const auto again = records.enrol({.serial = "A1"});
  CHECK(again->device_id != agent->device_id);
  CHECK(must(records.devices.get(again->device_id)).serial == "A1");
}

TEST_CASE("a token is shown once, listed without its secret, and bounded") {
  Records records;
  const auto created = records.token(
      {.note = "cart 7", .max_uses = 30, .school_id = "north", .serials = {"pf2", "pf1", "PF1"}});
  CHECK(created.record.serials == std::vector<std::string>{"PF1", "PF2"});
  const auto listed = must(records.tokens.page()).tokens;
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].note == "cart 7");
  CHECK(listed[0].serials == created.record.serials);
  CHECK(listed[0].created_by == records.admin.to_text());
  const auto field = [&](NewToken wanted) {
    return records.tokens.create(records.admin, wanted).error().field;
  };
  CHECK(field({.max_uses = 0}) == "max_uses");
  CHECK(field({.max_uses = 1'000'000}) == "max_uses");
  CHECK(field({.life_ms = 1}) == "life_ms");
  CHECK(field({.life_ms = 400 * kDayMs}) == "life_ms");
  CHECK(field({.school_id = "east"}) == "school");
  CHECK(field({.serials = {"OK1", "Default string"}}) == "serials[1]");
  CHECK(field({.note = std::string(201, 'x')}) == "note");
  CHECK(records.tokens.revoke(records.admin, "nothing").error().code == Errc::not_found);
}

}  // namespace rollcall::service
