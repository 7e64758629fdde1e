#include <catch2/catch.hpp>

#include "server/service/models.h"
#include "server/service/places.h"
#include "tests/unit/service/inventory_fixture.h"

namespace rollcall::service {
namespace {

struct Catalog : Records {
  ModelNames model_names{db, writes};
  Models models{db, clock, random, audit, model_names};
  Places places{db, clock, random, audit, schools};
  domain::Principal everywhere{.user_id = "01D", .scope = {domain::ScopeKind::district, {}}};
  domain::Principal north{.user_id = "01N", .scope = {domain::ScopeKind::school, {"north"}}};

  Result<domain::DeviceModel> add(const domain::DeviceModel& model) {
    return writes.run(admin, [&](Write& write) { return models.create(write, model); });
  }
  Result<domain::DeviceModel> edit(const std::string& id, const ModelChange& change, std::int64_t seen) {
    return writes.run(admin, [&](Write& write) { return models.edit(write, id, change, seen); });
  }
  Result<domain::Place> add(const domain::Principal& who, const domain::Place& place) {
    return writes.run(admin, [&](Write& write) { return places.create(write, who, place); });
  }
  Result<domain::Place> edit(const domain::Principal& who, const std::string& id, const PlaceChange& change,
                             std::int64_t seen) {
    return writes.run(admin, [&](Write& write) { return places.edit(write, who, id, change, seen); });
  }
  Result<> remove(const domain::Principal& who, const std::string& id) {
    return writes.run(admin, [&](Write& write) { return places.remove(write, who, id, {}); });
  }
};

}  // namespace

TEST_CASE("a model is added, found, changed and taken out, each with its record") {
  Catalog it;
  const auto model = must(it.add({.maker = "Lenovo", .name = "300e", .warranty_months = 12}));
  CHECK(must(it.models.get(model.model_id)) == model);
  CHECK(must(it.models.list(it.everywhere, {.search = "LENOVO 3"})).models.size() == 1);
  const auto edited =
      must(it.edit(model.model_id, {.name = "300e Gen 3", .warranty_months = std::optional<std::int64_t>()}, 1));
  CHECK(edited.name == "300e Gen 3");
  CHECK_FALSE(edited.warranty_months);
  CHECK(edited.version == 2);
  CHECK(it.log().front().detail == "name, warranty_months");
  CHECK(must(it.edit(model.model_id, {.name = "300e Gen 3"}, 2)).version == 2);
  must(it.writes.run(it.admin, [&](Write& write) { return it.models.remove(write, model.model_id, 2); }));
  CHECK(it.models.get(model.model_id).error().code == Errc::not_found);
  CHECK(it.edit(model.model_id, {.name = "x"}, 3).error().code == Errc::not_found);
  std::string actions;
  for (const auto& record : it.log()) actions += record.action + ' ';
  CHECK(actions == "model.delete model.edit model.create ");
}

TEST_CASE("a model that is there already is named, and so is an edit of what is past") {
  Catalog it;
  const auto one = must(it.add({.maker = "HP", .name = "Chromebook 11"}));
  const auto same = it.add({.maker = "Hewlett-Packard", .name = "chromebook  11"});
  REQUIRE_FALSE(same);
  CHECK(same.error().code == Errc::already_exists);
  CHECK(same.error().field == "name");
  CHECK_THAT(same.error().message, Catch::Contains("HP Chromebook 11"));
  const auto two = must(it.add({.maker = "HP", .name = "Chromebook 14"}));
  CHECK(it.edit(two.model_id, {.name = "chromebook 11"}, 1).error().code == Errc::already_exists);
  CHECK(it.edit(one.model_id, {.name = "x"}, 7).error().code == Errc::conflict);
  CHECK(it.edit(one.model_id, {.name = " "}, 1).error().field == "name");
}

TEST_CASE("models and places are read page by page, each once") {
  Catalog it;
  for (int i = 0; i < 7; ++i) {
    must(it.add({.maker = i % 2 ? "HP" : "Dell", .name = "model " + std::to_string(i)}));
    must(it.add(it.everywhere, {.name = "Room é " + std::to_string(i % 3),
                                .school_id = i < 3   ? "north"
                                             : i < 6 ? "south"
                                                     : ""}));
  }
  std::string names;
  ModelQuery query{.limit = 3};
  do {
    const auto page = must(it.models.list(it.everywhere, query));
    for (const auto& model : page.models) names += model.name.back();
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  CHECK(names == "0246135");
  CHECK(it.models.list(it.everywhere, {.cursor = "x!"}).error().field == "cursor");

  std::size_t places = 0;
  PlaceQuery wanted{.search = "ROOM E", .limit = 2};
  do {
    const auto page = must(it.places.list(it.everywhere, wanted));
    places += page.places.size();
    wanted.cursor = page.next_cursor;
  } while (!wanted.cursor.empty());
  CHECK(places == 7);
  CHECK(it.places.list(it.everywhere, {.cursor = "eA"}).error().field == "cursor");
}

TEST_CASE("a model that is renamed takes its devices along, and one that devices are of is not taken out") {
  Inventory it;
  const auto model = must(it.writes.run(it.admin, [&](Write& write) {
    return it.models.create(write, {.maker = "Lenovo", .name = "300e"});
  }));
  std::vector<std::string> ids;
  for (int i = 0; i < 205; ++i) {
    ids.push_back(must(it.list({.tag = "T-" + std::to_string(i), .model_id = model.model_id})).asset.device.device_id);
  }
  const auto other = must(it.list({.tag = "O-1", .maker = "Lenovo", .model = "300e"})).asset.device.device_id;
  must(it.writes.run(it.admin, [&](Write& write) {
    return it.models.edit(write, model.model_id, {.maker = "HP", .name = "11A G8"}, model.version);
  }));
  int runs = 0;
  for (; it.model_names.next_due() == INT64_MIN; ++runs) it.model_names.run_due(it.clock.wall_ms());
  CHECK(runs == 3);
  for (const auto& id : ids) {
    CHECK(it.now(id).maker == "HP");
    CHECK(it.now(id).model == "11A G8");
    CHECK(it.now(id).version == 2);
  }
  CHECK(it.now(other).model == "300e");
  const auto remove = [&] {
    return it.writes.run(it.admin, [&](Write& write) { return it.models.remove(write, model.model_id, {}); });
  };
  CHECK(remove().error().code == Errc::conflict);
}

TEST_CASE("a rename that was not finished goes on after a start, and a serial that would be taken twice stays") {
  Inventory it;
  const auto model = must(it.writes.run(it.admin, [&](Write& write) {
    return it.models.create(write, {.maker = "Lenovo", .name = "300e"});
  }));
  const auto one = must(it.list({.serial = "S1", .model_id = model.model_id})).asset.device.device_id;
  const auto two = must(it.list({.serial = "S2", .model_id = model.model_id})).asset.device.device_id;
  must(it.list({.serial = "S1", .maker = "HP"}));
  must(it.writes.run(it.admin, [&](Write& write) {
    return it.models.edit(write, model.model_id, {.maker = "HP"}, model.version);
  }));
  ModelNames after_start(it.db, it.writes);
  CHECK(after_start.next_due() == INT64_MAX);
  must(after_start.load());
  REQUIRE(after_start.next_due() == INT64_MIN);
  after_start.run_due(it.clock.wall_ms());
  CHECK(after_start.next_due() == INT64_MAX);
  CHECK(it.now(one).maker == "Lenovo");
  CHECK(it.now(two).maker == "HP");
}

TEST_CASE("a place where devices are is not taken out") {
  Inventory it;
  const auto cart = it.place(domain::PlaceKind::cart, "Cart 7");
  it.device("T-1");
  must(it.give({"T-1", {.place = cart}, {}}));
  const auto remove = [&] {
    return it.writes.run(it.admin, [&](Write& write) { return it.places.remove(write, it.everywhere, cart, {}); });
  };
  CHECK(remove().error().code == Errc::conflict);
  must(it.take_back({"T-1", "", "", {}}));
  must(remove());
}

TEST_CASE("a place belongs to its school: others neither see nor change it; the district's are seen by all") {
  Catalog it;
  const auto cart =
      must(it.add(it.north, {.kind = domain::PlaceKind::cart, .name = "Cart 7", .school_id = "north", .capacity = 30}));
  const auto far = must(it.add(it.everywhere, {.name = "Lab", .school_id = "south"}));
  const auto vendor = must(it.add(it.everywhere, {.kind = domain::PlaceKind::vendor, .name = "Fixit"}));
  CHECK(it.places.get(it.north, far.place_id).error().code == Errc::not_found);
  CHECK(must(it.places.get(it.north, vendor.place_id)).name == "Fixit");
  CHECK(it.add(it.north, {.name = "x", .school_id = "south"}).error().code == Errc::permission_denied);
  CHECK(it.add(it.north, {.name = "x"}).error().field == "school");
  CHECK(it.add(it.everywhere, {.name = "x", .school_id = "east"}).error().field == "school");
  CHECK(it.edit(it.north, vendor.place_id, {.name = "y"}, 1).error().code == Errc::permission_denied);
  CHECK(it.edit(it.north, cart.place_id, {.school_id = "south"}, 1).error().code == Errc::permission_denied);
  CHECK(it.remove(it.north, vendor.place_id).error().code == Errc::permission_denied);
  CHECK(it.remove(it.north, far.place_id).error().code == Errc::not_found);
  must(it.remove(it.north, cart.place_id));
  CHECK(it.places.get(it.everywhere, cart.place_id).error().code == Errc::not_found);
}

TEST_CASE("a place changes field by field, and never takes another's name") {
  Catalog it;
  const auto cart = must(
      it.add(it.everywhere, {.kind = domain::PlaceKind::cart, .name = "Cart 7", .school_id = "north", .capacity = 30}));
  const auto same = it.add(it.everywhere, {.kind = domain::PlaceKind::cart, .name = "CART 7", .school_id = "north"});
  REQUIRE_FALSE(same);
  CHECK(same.error().code == Errc::already_exists);
  CHECK_THAT(same.error().message, Catch::Contains("cart called Cart 7"));
  must(it.add(it.everywhere, {.name = "Cart 7", .school_id = "north"}));  // a room
  const auto edited =
      must(it.edit(it.everywhere, cart.place_id, {.note = "left wheel", .capacity = std::optional<std::int64_t>()}, 1));
  CHECK(edited.note == "left wheel");
  CHECK_FALSE(edited.capacity);
  CHECK(it.log().front().detail == "note, capacity");
  CHECK(it.edit(it.everywhere, cart.place_id, {.note = "x"}, 1).error().code == Errc::conflict);
  CHECK(must(it.edit(it.everywhere, cart.place_id, {.note = "left wheel"}, 2)).version == 2);
}

}  // namespace rollcall::service
