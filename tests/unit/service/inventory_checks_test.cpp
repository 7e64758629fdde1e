#include "server/service/inventory_checks.h"

#include "tests/unit/service/inventory_check_fixture.h"

namespace rollcall::service {

using domain::CheckOutcome;
using domain::CheckStatus;
using domain::Flag;
using domain::HolderKind;

TEST_CASE("each scan is told what it is, and scanning again changes nothing") {
  Audits it;
  it.in_cart("T-1");
  it.device("T-2");
  it.device("T-3");
  it.device("T-4", "south");
  must(it.give({"T-2", {.place = it.place(domain::PlaceKind::room, "101")}, {}}));
  it.person(1, "Ana");
  must(it.give({"T-3", {.person = "1001"}, {}}));
  const auto id = it.start();
  CHECK(it.scanned(id, " t-1 ") == "expected");
  const auto records = it.log().size();
  it.clock.advance(kMinuteMs);
  const auto again = must(it.scan(it.everywhere, id, "T-1"));
  CHECK(again.result == ScanResult::already_scanned);
  CHECK(*again.item->item.scanned_ms == it.clock.wall_ms() - kMinuteMs);
  CHECK(again.item->item.scanned_by == domain::Actor::of(it.north).to_text());
  CHECK(it.log().size() == records);
  const auto elsewhere = must(it.scan(it.north, id, "T-2"));
  CHECK(elsewhere.result == ScanResult::unexpected);
  CHECK(elsewhere.item->device->custody->holder.name == "101");  // where it should be
  const auto held = must(it.scan(it.north, id, "T-3"));
  CHECK(held.result == ScanResult::held_by_person);
  CHECK(held.item->device->custody->holder.name == "Ana");
  const auto other = must(it.scan(it.north, id, "T-4"));
  CHECK(other.result == ScanResult::other_school);
  CHECK(other.item->device->device.tag == "T-4");
  CHECK_FALSE(other.item->device->custody);
  CHECK(it.scanned(id, "X-99") == "unknown");
  CHECK(it.scanned(id, "x-99") == "already_scanned");
  CHECK(it.scanned(id, "1001") == "person_number");
  CHECK(it.items(id) == "T-1 scanned, T-2 unexpected, T-3 unexpected, T-4 unexpected, ?x-99 unknown");
  CHECK(it.scan(it.north, id, "  ").error().field == "code");
}

TEST_CASE("a serial number that several devices have writes nothing down") {
  Audits it;
  must(it.list({.school_id = "north", .serial = "S1", .maker = "HP"}));
  must(it.list({.school_id = "north", .serial = "S1", .maker = "Dell"}));
  const auto id = it.start();
  const auto scan = must(it.scan(it.north, id, "s1"));
  CHECK(scan.result == ScanResult::ambiguous);
  CHECK(scan.remedy == "scan the tag instead");
  CHECK(it.items(id).empty());
}

TEST_CASE("what was expected stays so, whoever moves a device meanwhile") {
  Audits it;
  it.in_cart("T-1");
  const auto id = it.start();
  must(it.take_back({"T-1", "", "", {}}));
  it.in_cart("T-2");
  CHECK(it.items(id) == "T-1 missing");
  CHECK(it.scanned(id, "T-1") == "expected");
  CHECK(it.scanned(id, "T-2") == "unexpected");
}

TEST_CASE("seen on the school's network since it began is a sighting, and no scan") {
  Audits it;
  const auto one = it.in_cart("T-1"), two = it.in_cart("T-2"), three = it.in_cart("T-3");
  it.seen[one] = it.clock.wall_ms() - 1;  // before
  const auto id = it.start();
  it.seen[two] = it.clock.wall_ms() + kMinuteMs;
  it.clock.advance(2 * kMinuteMs);
  CHECK(it.items(id) == "T-1 missing, T-2 seen, T-3 missing");
  CHECK(it.items(id, CheckStatus::missing) == "T-1 missing, T-3 missing");
  it.seen[three] = it.clock.wall_ms();
  CHECK(it.scanned(id, "T-3") == "expected");
  CHECK(it.items(id, CheckStatus::scanned) == "T-3 scanned");
  CHECK(it.scanned(id, "T-1") == "expected");
  const auto closed = must(it.close(id));
  CHECK(closed.counts[CheckStatus::seen] == 1);
  const auto seen_ms = it.seen[two];
  it.seen.clear();  // what was known is written down
  const auto items = must(it.checks.items(it.north, id, CheckStatus::seen, "", 10)).items;
  REQUIRE(items.size() == 1);
  CHECK(items[0].item.seen_ms == seen_ms);
}

TEST_CASE("it is closed when everything is accounted for, and kept as it was") {
  Audits it;
  const auto lost = it.in_cart("T-1"), stolen = it.in_cart("T-2");
  it.in_cart("T-3");
  it.in_cart("T-4");
  it.in_cart("T-5");
  it.device("T-6");
  it.device("T-7");
  it.person(1, "Ana");
  const auto room = it.place(domain::PlaceKind::room, "101");
  const auto id = it.start();
  for (const char* tag : {"T-3", "T-6", "T-7", "X-1"}) must(it.scan(it.north, id, tag));
  CHECK(it.close(id).error().message.starts_with("4 devices are missing, 2 are here and were not expected, 1 label"));
  const auto account = [&](const std::string& item, CheckOutcome what, const std::string& note = {},
                           const Receiver& to = {}) {
    const auto done = must(it.account(it.north, id, {item, what, note, to}));
    CHECK(done.blockers.empty());
  };
  const auto id_of = [&](const std::string& tag) { return must(it.id_of(tag)); };
  account(lost, CheckOutcome::lost);
  account(stolen, CheckOutcome::stolen);
  account(id_of("T-4"), CheckOutcome::found_elsewhere, "", {.place = room});
  account(id_of("T-5"), CheckOutcome::with_person, "", {.person = "1001"});
  account(id_of("T-6"), CheckOutcome::moved_here);
  account(id_of("T-7"), CheckOutcome::noted, "Mr. Silva will fetch it");
  CHECK(it.account(it.north, id, {"?x-1", CheckOutcome::moved_here, "", {}}).error().field == "outcome");
  account("?x-1", CheckOutcome::noted, "a monitor");
  CHECK(it.now(lost).standing.flags.has(Flag::lost));
  CHECK(it.now(stolen).standing.flags.has(Flag::stolen));
  CHECK(it.told(id_of("T-4")) == "room 101 now, cart Cart 7 moved");
  CHECK(it.told(id_of("T-5")) == "person Ana now, cart Cart 7 moved");
  CHECK(it.told(id_of("T-6")) == "cart Cart 7 now");
  const auto closed = must(it.close(id));
  CHECK(closed.counts.expected() == 5);
  CHECK(closed.counts[CheckStatus::scanned] == 1);
  CHECK(closed.counts[CheckStatus::explained] == 4);
  CHECK(closed.counts[CheckStatus::settled] == 2);
  CHECK(closed.counts[CheckStatus::dismissed] == 1);
  CHECK(it.log().front().action == "check.close");
  must(it.take_back({"T-6", "", "", {}}));
  CHECK(must(it.checks.get(it.north, id)).counts == closed.counts);
  CHECK(it.scan(it.north, id, "T-3").error().code == Errc::conflict);
  CHECK(it.account(it.north, id, {lost, CheckOutcome::other, "x", {}}).error().code == Errc::conflict);
  CHECK(it.close(id).error().code == Errc::conflict);
  CHECK(it.abandon(id, "why").error().code == Errc::conflict);
}

TEST_CASE("what is in the way of a movement is told, and the device stays unaccounted for") {
  Audits it;
  const auto missing = it.in_cart("T-1");
  it.person(1, "Ana", "north", false);
  const auto id = it.start();
  const auto told = must(it.account(it.north, id, {missing, CheckOutcome::with_person, "", {.person = "1001"}}));
  REQUIRE(told.blockers.size() == 1);
  CHECK(told.blockers[0].code == domain::BlockerCode::withdrawn_person);
  CHECK(it.items(id) == "T-1 missing");
  CHECK(it.account(it.north, id, {missing, CheckOutcome::lost, "", {.person = "1001"}}).error().field == "person");
  CHECK_FALSE(it.now(missing).standing.flags.any());  // neither half was done
  CHECK(it.account(it.north, id, {"01NONE", CheckOutcome::lost, "", {}}).error().code == Errc::not_found);
}

TEST_CASE("a device that turns up after all is scanned, whatever was said of it") {
  Audits it;
  const auto one = it.in_cart("T-1");
  const auto id = it.start();
  must(it.account(it.north, id, {one, CheckOutcome::lost, "", {}}));
  CHECK(it.items(id) == "T-1 explained");
  const auto scan = must(it.scan(it.north, id, "T-1"));
  CHECK(scan.result == ScanResult::expected);
  CHECK(scan.item->device->device.standing.flags.has(Flag::lost));  // for whoever clears it
  CHECK(it.items(id) == "T-1 scanned");
}

TEST_CASE("a place has one open audit; another one after it was abandoned with a reason") {
  Audits it;
  it.in_cart("T-1");
  const auto id = it.start();
  const auto second = it.start(it.everywhere, it.cart);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::already_exists);
  CHECK_THAT(second.error().message, Catch::Contains(id));
  CHECK(it.abandon(id, " ").error().field == "note");
  CHECK(must(it.abandon(id, "fire drill")).check.state == domain::CheckState::abandoned);
  it.clock.advance(1);
  const auto next = it.start();
  const auto page = must(it.checks.list(it.everywhere, {.place_id = it.cart}));
  REQUIRE(page.checks.size() == 2);
  CHECK(page.checks[0].check.check_id == next);
  CHECK(page.checks[1].counts[CheckStatus::missing] == 1);
  const auto first = must(it.checks.list(it.everywhere, {.limit = 1}));
  CHECK(must(it.checks.list(it.everywhere, {.cursor = first.next_cursor})).checks.at(0).check.check_id == id);
  CHECK(it.checks.list(it.everywhere, {.cursor = "!"}).error().field == "cursor");
}

TEST_CASE("an audit is for whoever reaches the school; what is expected there is shown whatever its school") {
  Audits it;
  const auto guest = it.in_cart("T-1", "south");
  const domain::Principal south{
      .user_id = "01SUE", .role = domain::Role::technician, .scope = {domain::ScopeKind::school, {"south"}}};
  CHECK(it.start(south, it.cart).error().code == Errc::not_found);
  const auto pool = it.place(domain::PlaceKind::pool, "Pool", "");
  CHECK(it.start(it.north, pool).error().code == Errc::permission_denied);
  must(it.start(it.everywhere, pool));
  const auto id = it.start();
  CHECK(it.checks.get(south, id).error().code == Errc::not_found);
  CHECK(it.checks.items(south, id, {}, "", 10).error().code == Errc::not_found);
  CHECK(it.scan(south, id, "T-1").error().code == Errc::not_found);
  CHECK(it.items(id) == "T-1 missing");
  const auto flagged = it.account(it.north, id, {guest, CheckOutcome::lost, "", {}});
  CHECK(flagged.error().code == Errc::permission_denied);
  must(it.account(it.north, id, {guest, CheckOutcome::other, "South has it back", {}}));
  CHECK(it.items(id) == "T-1 explained");
  must(it.close(id));
  it.person(2, "Bo", "south");
  const auto held = must(it.checks.items(it.north, id, {}, "", 10)).items.at(0).device->custody->custody.custody_id;
  must(it.move({"T-1", held, {.person = "1002"}, {}}));
  const auto now = must(it.checks.items(it.north, id, {}, "", 10)).items.at(0);
  CHECK(now.device->device.tag == "T-1");
  CHECK_FALSE(now.device->custody);
}

}  // namespace rollcall::service
