#include "server/service/holdings.h"

#include <catch2/catch.hpp>

#include "server/storage/user_store.h"
#include "tests/unit/service/inventory_fixture.h"

namespace rollcall::service {

TEST_CASE("a device's history is read page by page, and names are for those who may see people") {
  Inventory it;
  const auto id = it.device("T-1");
  it.person(1, "Ana");
  const auto cart = it.place(domain::PlaceKind::cart, "Cart 7");
  for (int i = 0; i < 3; ++i) {
    must(it.give({"T-1", {.person = "1001"}, {}}));
    it.clock.advance(1'000);
    must(it.take_back({"T-1", "", "", {}}));
    must(it.give({"T-1", {.place = cart}, {}}));
    must(it.take_back({"T-1", "", "", {}}));
  }
  std::string told, cursor;
  do {
    const auto page = must(it.holdings.of_device(it.everywhere, id, cursor, 4));
    for (const auto& row : page.rows) told += row.holder.name.substr(0, 1);
    cursor = page.next_cursor;
  } while (!cursor.empty());
  CHECK(told == "CACACA");
  const domain::Principal viewer{
      .user_id = "01V", .role = domain::Role::viewer, .scope = {domain::ScopeKind::district, {}}};
  for (const auto& row : must(it.holdings.of_device(viewer, id, "", 9)).rows) {
    const bool person = row.holder.kind == domain::HolderKind::person;
    CHECK(row.holder.name.empty() == person);
    CHECK(row.holder.id.empty() == person);
  }
  CHECK(it.holdings.of_device(viewer, id, "x!", 9).error().field == "cursor");
}

TEST_CASE("what a person has is shown to who reaches them, and looking is recorded") {
  Inventory it;
  it.device("T-1");
  it.device("T-2");
  const auto ana = it.person(1, "Ana"), bo = it.person(2, "Bo", "south");
  must(it.give({"T-1", {.person = "1001"}, {}}));
  must(it.take_back({"T-1", "", "", {}}));
  it.clock.advance(1'000);
  must(it.give({"T-2", {.person = "1001"}, {}}));
  const auto held = must(it.holdings.of_person(it.north, ana, false, "", 9));
  REQUIRE(held.devices.size() == 1);
  CHECK(held.devices[0].device.tag == "T-2");
  CHECK(it.log().front().action == "person.view");
  CHECK(it.log().front().target == "person:" + ana);
  const auto all = must(it.holdings.of_person(it.north, ana, true, "", 1));
  REQUIRE(all.devices.size() == 1);
  const auto rest = must(it.holdings.of_person(it.north, ana, true, all.next_cursor, 9));
  REQUIRE(rest.devices.size() == 1);
  CHECK(rest.devices[0].device.tag == "T-1");
  CHECK_FALSE(rest.devices[0].custody->custody.open());
  CHECK(it.holdings.of_person(it.north, bo, false, "", 9).error().code == Errc::not_found);
}

TEST_CASE("what a place has is shown as far as the caller's schools go") {
  Inventory it;
  const auto vendor = it.place(domain::PlaceKind::vendor, "Fixit", ""),
             far = it.place(domain::PlaceKind::room, "Lab", "south");
  for (const char* tag : {"T-1", "T-2", "S-1"}) {
    it.device(tag, tag[0] == 'S' ? "south" : "north");
    must(it.give({tag, {.place = vendor}, {}}));
  }
  std::size_t count = 0;
  std::string cursor;
  do {
    const auto page = must(it.holdings.of_place(it.everywhere, vendor, cursor, 2));
    count += page.devices.size();
    cursor = page.next_cursor;
  } while (!cursor.empty());
  CHECK(count == 3);
  CHECK(must(it.holdings.of_place(it.north, vendor, "", 9)).devices.size() == 2);
  CHECK(it.holdings.of_place(it.north, far, "", 9).error().code == Errc::not_found);
}

TEST_CASE("lists of places and models tell how many devices there are, of the schools within reach") {
  Inventory it;
  must(it.db.write([](sql::Transaction& transaction) {
    return storage::insert_user(transaction,
                                {.user = {.user_id = "01NORA", .name = "nora", .scope = {domain::ScopeKind::school, {"north"}}},
                                 .password_hash = "x"});
  }));
  const auto model = must(it.writes.run(
      it.admin, [&](Write& write) { return it.models.create(write, {.maker = "Lenovo", .name = "300e"}); }));
  const auto vendor = it.place(domain::PlaceKind::vendor, "Fixit", "");
  for (const auto& [tag, school] : std::vector<std::pair<std::string, std::string>>{
           {"N-1", "north"}, {"N-2", "north"}, {"S-1", "south"}}) {
    must(it.list({.tag = tag, .school_id = school, .model_id = model.model_id}));
    must(it.give({tag, {.place = vendor}, {}}));
  }
  using Counts = std::vector<std::int64_t>;
  CHECK(must(it.places.list(it.everywhere, {})).devices == Counts{3});
  CHECK(must(it.places.list(it.north, {})).devices == Counts{2});
  CHECK(must(it.models.list(it.everywhere, {})).devices == Counts{3});
  CHECK(must(it.models.list(it.north, {})).devices == Counts{2});
  must(it.take_back({"N-1", "", "", {}}));
  CHECK(must(it.places.list(it.everywhere, {})).devices == Counts{2});
  CHECK(must(it.models.list(it.everywhere, {})).devices == Counts{3});
}

TEST_CASE("a place that holds a device is not deleted, and is when it is empty") {
  Inventory it;
  it.device("T-1");
  const auto cart = it.place(domain::PlaceKind::cart, "Cart 7");
  must(it.give({"T-1", {.place = cart}, {}}));
  const auto remove = [&] {
    return it.writes.run(it.admin, [&](Write& write) { return it.places.remove(write, it.everywhere, cart, {}); });
  };
  const auto refused = remove();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::conflict);
  CHECK(refused.error().message.find("Cart 7") != std::string::npos);
  must(it.take_back({"T-1", "", "", {}}));
  must(remove());
  CHECK(it.places.get(it.everywhere, cart).error().code == Errc::not_found);
}

TEST_CASE("who left and still has a device is listed with the reason, until it is back") {
  Inventory it;
  for (int i = 1; i <= 4; ++i) {
    it.person(i, "P" + std::to_string(i));
    it.device("T-" + std::to_string(i));
    must(it.give({"T-" + std::to_string(i), {.person = std::to_string(1000 + i)}, {}}));
  }
  const auto told = [&](const domain::Principal& who, const std::optional<std::string>& school = {}) {
    std::string out;
    for (const auto& leaver : must(it.holdings.leavers(who, school, "", 9)).leavers) {
      out += leaver.person.given_name + " " + std::string(name_of(leaver.reason)) + " " + leaver.held.device.tag + "; ";
    }
    return out;
  };
  CHECK(told(it.everywhere).empty());
  it.person(1, "P1", "north", false);
  it.person(2, "P2", "south");
  must(it.db.write([](sql::Transaction& t) { return storage::mark_person_missing(t, 3, 5); }));
  const std::string all = "P1 withdrawn T-1; P2 transferred T-2; P3 missing T-3; ";
  CHECK(told(it.everywhere) == all);
  CHECK(told(it.everywhere, "north") == all);
  CHECK(told(it.everywhere, "south").empty());
  must(it.take_back({"T-1", "", "", {}}));
  const auto page = must(it.holdings.leavers(it.everywhere, {}, "", 1));
  REQUIRE(page.leavers.size() == 1);
  const auto next = must(it.holdings.leavers(it.everywhere, {}, page.next_cursor, 9));
  REQUIRE(next.leavers.size() == 1);
  CHECK(next.leavers[0].person.given_name == "P3");
}

}  // namespace rollcall::service
