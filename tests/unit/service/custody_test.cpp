#include "server/service/custody.h"

#include <catch2/catch.hpp>

#include "tests/unit/service/inventory_fixture.h"

namespace rollcall::service {

using domain::Accessory;
using domain::Condition;
using domain::HolderKind;
using domain::Kit;
using domain::Lifecycle;

TEST_CASE("a device is given, is deployed, and comes back with its condition and its kit") {
  Inventory it;
  const auto id = it.device("T-1");
  must(it.edit(id, {.condition = Condition::good, .kit = Kit{}.add(Accessory::charger).add(Accessory::case_)}, 1));
  it.person(1, "Ana");
  const auto given = must(it.give({"t-1", {.person = "1001"}, {.note = " new ", .agreement = "A-9"}}));
  REQUIRE(given.done());
  REQUIRE(given.devices.size() == 1);
  const auto& row = given.devices[0].custody->custody;
  CHECK(given.devices[0].custody->holder.name == "Ana");
  CHECK(row.agreement == "A-9");
  CHECK(row.given.note == "new");
  CHECK(row.given.kit.to_text() == "charger,case");
  CHECK(row.given.condition == Condition::good);
  CHECK(row.given.actor == it.admin.to_text());
  CHECK(it.now(id).standing.lifecycle == Lifecycle::deployed);
  CHECK(it.now(id).held_by == HolderKind::person);
  CHECK(it.log().front().action == "custody.give");
  CHECK(it.log().front().detail == "person:" + it.person(1, "Ana"));

  const Handing damaged{.condition = Condition::damaged, .kit = Kit{}.add(Accessory::case_), .note = "screen"};
  const auto back = must(it.take_back({"T-1", row.custody_id, "", damaged}));
  REQUIRE(back.done());
  CHECK(it.now(id).standing.lifecycle == Lifecycle::ready);
  CHECK(it.now(id).standing.condition == Condition::damaged);
  CHECK(it.now(id).held_by == HolderKind::nobody);
  const auto history = it.history(id);
  REQUIRE(history.size() == 1);
  const auto& taken = *history[0].custody.taken;
  CHECK(taken.condition == Condition::damaged);
  CHECK(history[0].custody.given.kit.without(taken.kit).to_text() == "charger");  // what did not come back
  CHECK(taken.note == "screen");
}

TEST_CASE("everything in the way is told at once, with a remedy each, and nothing is changed") {
  Inventory it;
  const auto id = it.device("T-1");
  it.person(1, "Ana");
  it.person(2, "Bo", "north", false);
  must(it.give({"T-1", {.person = "1001"}, {}}));
  must(it.edit(id, {.stolen = true, .on_hold = true}, it.now(id).version));
  const auto records = it.log().size();
  const auto refused = must(it.give({"T-1", {.person = "1002"}, {}}));
  CHECK(codes(refused) == "already_held stolen on_hold withdrawn_person");
  CHECK(refused.act_id.empty());
  CHECK(refused.blockers[0].holder == "Ana");
  CHECK(refused.blockers[0].device == "T-1");
  for (const auto& blocker : refused.blockers) CHECK_FALSE(blocker.remedy.empty());
  CHECK(it.log().size() == records);
  CHECK(it.told(id) == "person Ana now");
}

TEST_CASE("what is scanned may be anything, and what is not there is said") {
  Inventory it;
  it.person(1, "Ana");
  it.person(2, "Bo", "north", false);
  it.person(3, "Cy");
  it.device("T-1");
  const auto give = [&](const std::string& device, const Receiver& to) {
    return codes(must(it.give({device, to, {}})));
  };
  CHECK(give("X-9", {.person = "1001"}) == "unknown_device");
  CHECK(give("T-1", {.person = "4711"}) == "unknown_person");
  CHECK(give("T-1", {.place = "nowhere"}) == "unknown_place");
  CHECK(give("X-9", {.person = "4711"}) == "unknown_device unknown_person");
  CHECK(give("T-1", {.person = "1002"}) == "withdrawn_person");
  CHECK(it.give({"T-1", {}, {}}).error().field == "person");
  CHECK(it.give({"T-1", {.person = "1001", .place = "x"}, {}}).error().field == "person");
  CHECK(it.give({" ", {.person = "1001"}, {}}).error().field == "device");
  CHECK(it.give({"T-1", {.person = "1001"}, {.note = std::string(501, 'x')}}).error().field == "note");
  const auto two = must(it.list({.serial = "S1", .maker = "HP"})).asset.device.device_id;
  must(it.list({.serial = "S1", .maker = "Dell"}));
  CHECK(give("s1", {.person = "1001"}) == "ambiguous_device");
  CHECK(give(two, {.person = it.person(1, "Ana")}).empty());
}

TEST_CASE("a student number that several people have is asked about, unless one of them alone is active") {
  Inventory it;
  it.device("T-1");
  it.person(1, "Ana");
  storage::PersonRow twin;
  twin.person = {.person_no = 7,
                 .person_id = "01TWIN",
                 .source_id = "s7",
                 .student_number = "1001",
                 .given_name = "Al",
                 .school_ids = {"north"},
                 .school_id = "north"};
  const auto put = [&] { must(it.db.write([&](sql::Transaction& t) { return storage::put_person(t, twin); })); };
  put();
  CHECK(codes(must(it.give({"T-1", {.person = "1001"}, {}}))) == "ambiguous_person");
  twin.person.enabled = false;
  put();
  CHECK(must(it.give({"T-1", {.person = "1001"}, {}})).devices[0].custody->holder.name == "Ana");
}

TEST_CASE("giving to whoever has it is no news") {
  Inventory it;
  it.device("T-1");
  it.person(1, "Ana");
  must(it.give({"T-1", {.person = "1001"}, {}}));
  CHECK(codes(must(it.give({"T-1", {.person = "1001"}, {}}))) == "same_holder");
}

TEST_CASE("a move goes from the holder that was seen, in one step") {
  Inventory it;
  const auto id = it.device("T-1");
  it.person(1, "Ana");
  it.person(2, "Bo");
  const auto cart = it.place(domain::PlaceKind::cart, "Cart 7");
  const auto given = must(it.give({"T-1", {.person = "1001"}, {.kit = Kit{}.add(Accessory::charger)}}));
  const auto from = given.devices[0].custody->custody.custody_id;
  const auto moved = must(it.move({"T-1", from, {.place = cart}, {}}));
  REQUIRE(moved.done());
  CHECK(it.told(id) == "cart Cart 7 now, person Ana moved");
  CHECK(moved.devices[0].custody->custody.given.kit.to_text() == "charger");
  const auto late = must(it.move({"T-1", from, {.person = "1002"}, {}}));
  CHECK(codes(late) == "held_by_other");
  CHECK(late.blockers[0].holder == "the cart Cart 7");
  CHECK_THAT(late.blockers[0].message, Catch::Contains("the cart Cart 7"));
  const auto now = moved.devices[0].custody->custody.custody_id;
  CHECK(codes(must(it.move({"T-1", now, {.place = cart}, {}}))) == "same_holder");
  CHECK(it.move({"T-1", "", {.person = "1002"}, {}}).error().field == "from");
  must(it.take_back({"T-1", "", "", {}}));
  CHECK(codes(must(it.move({"T-1", now, {.person = "1002"}, {}}))) == "not_held");
}

TEST_CASE("a device comes back to a place, and what nobody has is not taken back") {
  Inventory it;
  const auto id = it.device("T-1");
  it.person(1, "Ana");
  const auto pool = it.place(domain::PlaceKind::pool, "Library");
  CHECK(codes(must(it.take_back({"T-1", "", "", {}}))) == "not_held");
  const auto given = must(it.give({"T-1", {.person = "1001"}, {}}));
  CHECK(codes(must(it.take_back({"T-1", "01OTHER", "", {}}))) == "held_by_other");
  must(it.edit(id, {.lost = true}, it.now(id).version));
  CHECK(must(it.take_back({"T-1", "", pool, {}})).done());  // found again
  CHECK(it.told(id) == "pool Library now, person Ana returned");
  CHECK(it.now(id).standing.lifecycle == Lifecycle::ready);
}

TEST_CASE("a swap is one act: in from somebody, another one out to the same") {
  Inventory it;
  const auto one = it.device("T-1"), two = it.device("T-2");
  it.person(1, "Ana");
  const auto bench = it.place(domain::PlaceKind::bench, "Bench");
  must(it.give({"T-1", {.person = "1001"}, {}}));
  CHECK(it.swap({{"T-1", "", "", {}}, "t-1", {}}).error().field == "device");
  CHECK(codes(must(it.swap({{"T-2", "", "", {}}, "T-1", {}}))) == "not_held already_held");
  const auto swapped = must(it.swap({{"T-1", "", bench, {.condition = Condition::broken}}, "T-2", {}}));
  REQUIRE(swapped.done());
  CHECK(it.told(one) == "bench Bench now, person Ana swapped");
  CHECK(it.told(two) == "person Ana now");
  CHECK(it.now(one).standing.condition == Condition::broken);
  const auto undone = must(it.undo(it.everywhere, swapped.act_id));
  CHECK(undone.devices.size() == 2);
  CHECK(it.told(one) == "person Ana now, bench Bench undone, person Ana swapped");
  CHECK(it.told(two) == "person Ana undone");
  CHECK(it.now(one).standing.condition == Condition::unknown);
  CHECK(it.now(one).standing.lifecycle == Lifecycle::deployed);
}

TEST_CASE("one's own act is undone within minutes, once, and only while nothing happened since") {
  Inventory it;
  const auto id = it.device("T-1");
  must(it.edit(id, {.lifecycle = Lifecycle::tagged}, 1));
  it.person(1, "Ana");
  it.person(2, "Bo");
  const auto given = must(it.give({"T-1", {.person = "1001"}, {}}));
  CHECK(it.undo(it.north, given.act_id).error().code == Errc::not_found);
  CHECK(it.undo(it.everywhere, "01NOTHING").error().code == Errc::not_found);
  const auto undone = must(it.undo(it.everywhere, given.act_id));
  CHECK(it.told(id) == "person Ana undone");
  CHECK(it.now(id).standing.lifecycle == Lifecycle::tagged);
  CHECK(it.undo(it.everywhere, given.act_id).error().code == Errc::conflict);
  CHECK(it.undo(it.everywhere, undone.act_id).error().code == Errc::conflict);

  const auto again = must(it.give({"T-1", {.person = "1001"}, {}}));
  const auto moved = must(it.move({"T-1", again.devices[0].custody->custody.custody_id, {.person = "1002"}, {}}));
  const auto since = it.undo(it.everywhere, again.act_id);
  REQUIRE_FALSE(since);
  CHECK(since.error().code == Errc::conflict);
  CHECK_THAT(since.error().message, Catch::Contains("T-1"));
  must(it.undo(it.everywhere, moved.act_id));
  CHECK(it.told(id) == "person Ana now, person Bo undone, person Ana moved, person Ana undone");

  const auto back = must(it.take_back({"T-1", "", "", {}}));
  it.clock.advance(domain::kUndoMs + 1);
  CHECK(it.undo(it.everywhere, back.act_id).error().code == Errc::conflict);
}

TEST_CASE("whoever reaches one school moves its devices to its people and places, and no others") {
  Inventory it;
  it.device("T-1");
  it.device("S-1", "south");
  it.person(1, "Ana");
  it.person(2, "Bo", "south");
  const auto far = it.place(domain::PlaceKind::room, "Lab", "south"),
             vendor = it.place(domain::PlaceKind::vendor, "Fixit", "");
  const auto give = [&](const std::string& device, const Receiver& to) {
    return codes(must(it.give(it.north, {device, to, {}})));
  };
  CHECK(give("S-1", {.person = "1001"}) == "unknown_device");
  CHECK(give("T-1", {.person = "1002"}) == "unknown_person");
  CHECK(give("T-1", {.place = far}) == "unknown_place");
  CHECK(give("T-1", {.place = vendor}).empty());
}

TEST_CASE("a check says what would be in the way and changes nothing") {
  Inventory it;
  const auto id = it.device("T-1");
  it.person(1, "Ana");
  it.person(2, "Bo");
  const auto check = [&](const Receiver& to) { return codes(must(it.custody.check(it.everywhere, "T-1", to))); };
  CHECK(check({}).empty());
  CHECK(check({.person = "1001"}).empty());
  must(it.give({"T-1", {.person = "1001"}, {}}));
  CHECK(check({}) == "already_held");
  CHECK(check({.person = "1001"}) == "same_holder");
  CHECK(check({.person = "1002"}) == "already_held");
  CHECK(must(it.custody.check(it.everywhere, "T-1", {})).devices[0].custody->holder.name == "Ana");
  CHECK(it.told(id) == "person Ana now");
}

TEST_CASE("a clock that was put back does not turn the ledger around") {
  Inventory it;
  const auto id = it.device("T-1");
  it.person(1, "Ana");
  it.person(2, "Bo");
  must(it.give({"T-1", {.person = "1001"}, {}}));
  it.clock.set_wall(it.clock.wall_ms() - kHourMs);
  must(it.take_back({"T-1", "", "", {}}));
  must(it.give({"T-1", {.person = "1002"}, {}}));
  CHECK(it.told(id) == "person Bo now, person Ana returned");
}

}  // namespace rollcall::service
