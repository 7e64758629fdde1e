// Devices as the inventory's: listed, met by their agents, changed, deleted and restored.
#include <catch2/catch.hpp>

#include "server/service/fleet.h"
#include "tests/unit/service/inventory_fixture.h"

namespace rollcall::service {

using domain::DeviceChange;

TEST_CASE("a device is listed with its papers, which its model and its purchase complete") {
  Inventory it;
  const auto model = must(it.writes.run(it.admin, [&](Write& write) {
    return it.models.create(write, {.maker = "Lenovo",
                                    .name = "300e",
                                    .kind = domain::DeviceKind::laptop,
                                    .warranty_months = 36,
                                    .cost_cents = 28'900,
                                    .kit = domain::Kit{}.add(domain::Accessory::charger)});
  }));
  const auto added = must(it.list({.tag = "T-1",
                                   .school_id = "north",
                                   .serial = "pf1",
                                   .model_id = model.model_id,
                                   .lifecycle = domain::Lifecycle::received,
                                   .condition = domain::Condition::new_,
                                   .purchase_order = " PO-7 ",
                                   .purchased = parse_date("2026-08-31")}));
  CHECK_FALSE(added.met);
  const auto asset = must(it.devices.asset(added.asset.device.device_id));
  CHECK(asset.device.maker == "Lenovo");
  CHECK(asset.device.model == "300e");
  CHECK(asset.device.serial == "PF1");
  CHECK(asset.device.standing.lifecycle == domain::Lifecycle::received);
  CHECK(asset.papers.purchase_order == "PO-7");
  CHECK(asset.papers.cost_cents == 28'900);
  CHECK(asset.papers.kit.has(domain::Accessory::charger));
  CHECK(asset.papers.warranty_end == parse_date("2029-08-31"));
  CHECK(asset.papers.listed_ms == it.clock.wall_ms());
  CHECK(it.log().front().action == "device.list");
}

TEST_CASE("what the inventory lists and what an agent tells are one device, whoever comes first") {
  Inventory it;
  SECTION("the inventory first") {
    const auto listed = must(it.list({.tag = "T-1", .school_id = "north", .serial = "pf1", .maker = "Lenovo"}));
    const auto agent = it.enrol({.serial = "PF1", .maker = "LENOVO"});
    CHECK(agent->device_id == listed.asset.device.device_id);
    CHECK(it.now(agent->device_id).tag == "T-1");
  }
  SECTION("the inventory first, which knows the serial alone") {
    const auto listed = must(it.list({.serial = "pf1"}));
    const auto agent = it.enrol({.serial = "PF1", .maker = "LENOVO"});
    CHECK(agent->device_id == listed.asset.device.device_id);
    CHECK(it.now(agent->device_id).maker == "LENOVO");
  }
  SECTION("the agent first") {
    const auto agent = it.enrol({.serial = "PF1", .maker = "LENOVO"});
    CHECK_FALSE(must(it.devices.asset(agent->device_id)).papers.listed_ms);
    const auto listed = must(it.list({.tag = "T-1", .school_id = "north", .serial = "pf1", .maker = "Lenovo"}));
    CHECK(listed.met);
    CHECK(listed.asset.device.device_id == agent->device_id);
    CHECK(it.now(agent->device_id).tag == "T-1");
    CHECK(must(it.devices.asset(agent->device_id)).papers.listed_ms);
  }
  SECTION("the agent first, and the inventory knows the serial alone") {
    const auto agent = it.enrol({.serial = "PF1", .maker = "LENOVO"});
    CHECK(must(it.list({.serial = "pf1"})).asset.device.device_id == agent->device_id);
  }
}

TEST_CASE("a tag or a serial that is taken names the device that has it, also a deleted one") {
  Inventory it;
  const auto one = must(it.list({.tag = "T-1", .serial = "S1", .maker = "HP"})).asset.device.device_id;
  const auto field = [](const auto& result) { return result ? "none" : result.error().field; };
  const auto same_tag = it.list({.tag = "t-1", .serial = "S2", .maker = "HP"});
  CHECK(field(same_tag) == "tag");
  CHECK_THAT(same_tag.error().message, Catch::Contains(one));
  const auto same_serial = it.list({.serial = "s1", .maker = "Hewlett-Packard"});
  CHECK(field(same_serial) == "serial");
  CHECK_THAT(same_serial.error().message, Catch::Contains(one));
  CHECK(must(it.list({.serial = "s1", .maker = "Dell"})).asset.device.serial == "S1");

  must(it.devices.remove(it.admin, one, {}));
  const auto gone = it.list({.serial = "S1", .maker = "HP"});
  CHECK(field(gone) == "serial");
  CHECK_THAT(gone.error().message, Catch::Contains("deleted") && Catch::Contains(one));
  const auto reused = must(it.list({.tag = "T-1", .serial = "S1", .maker = "HP"}, true));
  REQUIRE(reused.tag_was_on);
  CHECK(reused.tag_was_on->device_id == one);
}

TEST_CASE("what cannot be listed is refused with its field") {
  Inventory it;
  const auto field = [&](const DeviceChange& wanted) {
    const auto result = it.list(wanted);
    return result ? "none" : result.error().field;
  };
  CHECK(field({}) == "tag");
  CHECK(field({.serial = "To be filled by O.E.M."}) == "serial");
  CHECK(field({.tag = "a\nb"}) == "tag");
  CHECK(field({.tag = "T", .school_id = "east"}) == "school");
  CHECK(field({.tag = "T", .model_id = "01NOTHING"}) == "model_id");
  CHECK(field({.tag = "T", .note = std::string(1001, 'x')}) == "note");
  CHECK(field({.tag = "T", .cost_cents = std::optional<std::int64_t>(-5)}) == "cost_cents");
}

TEST_CASE("flags are set with their time and stay until they are cleared; a reason goes with the hold") {
  Inventory it;
  const auto id = it.device("T-1");
  must(it.edit(id, {.lost = true, .on_hold = true, .hold_reason = "court"}, 1));
  const auto since = it.clock.wall_ms();
  it.clock.advance(kDayMs);
  must(it.edit(id, {.lost = true, .note = "x"}, 2));
  auto asset = must(it.devices.asset(id));
  CHECK(asset.papers.lost_ms == since);
  CHECK(asset.device.standing.flags.words() == std::vector<std::string_view>{"lost", "on_hold"});
  CHECK(asset.papers.hold_reason == "court");
  must(it.edit(id, {.lost = false, .on_hold = false}, 3));
  asset = must(it.devices.asset(id));
  CHECK_FALSE(asset.device.standing.flags.any());
  CHECK(asset.papers.hold_reason.empty());
  CHECK(it.log().front().detail == "lost, on_hold");
}

TEST_CASE("the words of the catalog stay when the agent tells others") {
  Inventory it;
  const auto model = must(it.writes.run(
      it.admin, [&](Write& write) { return it.models.create(write, {.maker = "Lenovo", .name = "300e Gen 3"}); }));
  const auto agent = it.enrol({.serial = "PF1", .maker = "LENOVO"});
  must(it.edit(agent->device_id, {.model_id = model.model_id}, 1));
  CHECK(it.now(agent->device_id).model == "300e Gen 3");
  it.enrol({.serial = "PF1", .maker = "LENOVO"});  // its re-image
  CHECK(it.now(agent->device_id).model == "300e Gen 3");
  CHECK(it.now(agent->device_id).maker == "Lenovo");
}

TEST_CASE("a deleted device is restored, unless something took its place") {
  Inventory it;
  const auto restore = [&](const std::string& id) {
    return it.writes.run(it.admin, [&](Write& write) { return it.devices.restore(write, id); });
  };
  const Laptop laptop{.serial = "S1"};
  const auto id = it.enrol(laptop)->device_id;
  CHECK(restore(id).error().code == Errc::not_found);
  must(it.devices.remove(it.admin, id, {}));
  CHECK(it.agents.find(laptop.key.id())->deleted);
  const auto other = must(it.list({.serial = "S1", .maker = "LENOVO"}, true)).asset.device.device_id;
  const auto refused = restore(id);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::already_exists);
  CHECK_THAT(refused.error().message, Catch::Contains(other));
  must(it.devices.remove(it.admin, other, {}));
  CHECK_FALSE(must(restore(id)).device.deleted());
  CHECK_FALSE(it.agents.find(laptop.key.id())->deleted);
}

TEST_CASE("a device is neither retired nor deleted while somebody has it") {
  Inventory it;
  const auto id = it.device("T-1");
  it.person(1, "Ana");
  must(it.give({"T-1", {.person = "1001"}, {}}));
  const auto version = it.now(id).version;
  const auto retired = it.edit(id, {.lifecycle = domain::Lifecycle::retired}, version);
  REQUIRE_FALSE(retired);
  CHECK(retired.error().code == Errc::conflict);
  CHECK(retired.error().field == "lifecycle");
  CHECK(it.devices.remove(it.admin, id, {}).error().code == Errc::conflict);
  must(it.take_back({"T-1", "", "", {}}));
  must(it.edit(id, {.lifecycle = domain::Lifecycle::retired}, it.now(id).version));
  must(it.devices.remove(it.admin, id, {}));
}

TEST_CASE("a device without an agent is in the live picture, with who has it") {
  Inventory it;
  Fleet fleet(it.db, it.clock);
  it.agents.listen(fleet);
  const auto id = it.device("T-1");
  CHECK(fleet.row(id)->presence == domain::Presence::no_agent);
  CHECK(fleet.overview().presences[static_cast<std::size_t>(domain::Presence::no_agent)] == 1);
  it.person(1, "Ana");
  must(it.give({"T-1", {.person = "1001"}, {}}));
  CHECK(fleet.row(id)->held_by == domain::HolderKind::person);
  CHECK(fleet.row(id)->standing.lifecycle == domain::Lifecycle::deployed);
  CHECK(must(fleet.list({.lifecycle = domain::Lifecycle::deployed, .held_by = domain::HolderKind::person})).total == 1);
  CHECK(must(fleet.list({.held_by = domain::HolderKind::nobody})).total == 0);
  must(it.edit(id, {.stolen = true}, it.now(id).version));
  CHECK(must(fleet.list({.flag = domain::Flag::stolen})).total == 1);
  CHECK(must(fleet.list({.flag = domain::Flag::lost})).total == 0);
  CHECK(must(fleet.list({.age = AgeBucket::never})).total == 0);  // it has no agent that could report
}

}  // namespace rollcall::service
