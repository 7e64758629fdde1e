#include <catch2/catch.hpp>

#include "server/storage/kept_answer_store.h"
#include "server/storage/model_store.h"
#include "server/storage/place_store.h"
#include "server/storage/school_store.h"
#include "server/storage/user_store.h"
#include "tests/contract/contract.h"
#include "tests/must.h"

using namespace rollcall;
using namespace rollcall::storage;

namespace {

domain::DeviceModel model(const std::string& id, const std::string& maker, const std::string& name) {
  return {.model_id = id,
          .maker = maker,
          .name = name,
          .kind = domain::DeviceKind::tablet,
          .warranty_months = 36,
          .cost_cents = 28'900,
          .kit = domain::Kit{}.add(domain::Accessory::charger),
          .created_ms = 5};
}

PlaceRow place(const std::string& id, const std::string& name, const std::string& school = {}) {
  return {{.place_id = id,
           .kind = domain::PlaceKind::cart,
           .name = name,
           .school_id = school,
           .capacity = 30,
           .created_ms = 5},
          name};
}

}  // namespace

TEST_CASE("a model reads back, changes by its version and frees its name when it is deleted") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  const auto insert = [&](const domain::DeviceModel& it) {
    return db.write([&](sql::Transaction& transaction) { return insert_model(transaction, it); });
  };
  auto one = model("01M1", "HP Inc.", "Chromebook 11");
  must(insert(one));
  const auto read = [&] { return must(db.read([](sql::Snapshot& snapshot) { return find_model(snapshot, "01M1"); })); };
  CHECK(read() == one);
  CHECK(insert(model("01M2", "Hewlett-Packard", "chromebook  11")).error().code == Errc::already_exists);
  const auto by_name =
      must(db.read([](sql::Snapshot& snapshot) { return find_model_by_name(snapshot, "hp", "CHROMEBOOK 11"); }));
  CHECK(by_name == one);

  one.life_months = 48;
  one.warranty_months.reset();
  one.version = 2;
  const auto update = [&](std::int64_t seen) {
    return must(db.write([&](sql::Transaction& transaction) { return update_model(transaction, one, seen); }));
  };
  CHECK(update(1));
  CHECK_FALSE(update(1));
  CHECK(read() == one);
  const auto remove = [&] {
    return must(db.write([](sql::Transaction& transaction) { return delete_model(transaction, "01M1", 9); }));
  };
  CHECK(remove());
  CHECK_FALSE(remove());
  CHECK(read()->deleted_ms == 9);
  must(insert(model("01M2", "HP", "Chromebook 11")));
}

TEST_CASE("models are listed by maker and name within their filter") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  must(db.write([](sql::Transaction& transaction) -> Result<> {
    TRY(insert_model(transaction, model("01M1", "Lenovo", "300e")));
    TRY(insert_model(transaction, model("01M2", "Dell", "100%_e")));
    auto cart = model("01M3", "Lenovo", "100e");
    cart.kind = domain::DeviceKind::cart;
    return insert_model(transaction, cart);
  }));
  const auto list = [&](const ModelFilter& filter) {
    std::string out;
    for (const auto& it : must(db.read([&](sql::Snapshot& snapshot) { return list_models(snapshot, filter); }))) {
      out += it.model.model_id.back();
    }
    return out;
  };
  CHECK(list({}) == "231");
  CHECK(list({.limit = 2}) == "23");
  CHECK(list({.after_maker = "lenovo", .after_name = "100e"}) == "1");
  CHECK(list({.kind = domain::DeviceKind::tablet}) == "21");
  CHECK(list({.search = "vo 300"}) == "1");
  CHECK(list({.search = "%_"}) == "2");
}

TEST_CASE("a place reads back and is alone with its name in its school") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  must(db.write(
      [](sql::Transaction& transaction) { return put_school(transaction, {.school_id = "north", .name = "North"}); }));
  const auto insert = [&](const PlaceRow& it) {
    return db.write([&](sql::Transaction& transaction) { return insert_place(transaction, it); });
  };
  const auto one = place("01P1", "cart 7", "north");
  must(insert(one));
  const auto read = [&] { return must(db.read([](sql::Snapshot& snapshot) { return find_place(snapshot, "01P1"); })); };
  CHECK(read() == one.place);
  CHECK(insert(place("01P2", "cart 7", "north")).error().code == Errc::already_exists);
  must(insert(place("01P3", "cart 7")));
  CHECK(insert(place("01P4", "cart 7")).error().code == Errc::already_exists);
  const auto found = must(db.read(
      [](sql::Snapshot& snapshot) { return find_place_by_name(snapshot, "", domain::PlaceKind::cart, "cart 7"); }));
  CHECK(found->place_id == "01P3");

  auto changed = one;
  changed.place.note = "by the door";
  changed.place.school_id.clear();
  changed.place.name = changed.name_key = "cart 8";
  changed.place.version = 2;
  const auto update = [&](std::int64_t seen) {
    return must(db.write([&](sql::Transaction& transaction) { return update_place(transaction, changed, seen); }));
  };
  CHECK(update(1));
  CHECK_FALSE(update(1));
  CHECK(read() == changed.place);
  CHECK(must(db.write([](sql::Transaction& transaction) { return delete_place(transaction, "01P3", 9); })));
  must(insert(place("01P5", "cart 7")));
}

TEST_CASE("places are listed by name, for a user those of their schools and the district's") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  must(db.write([](sql::Transaction& transaction) -> Result<> {
    for (const char* id : {"north", "south"}) TRY(put_school(transaction, {.school_id = id, .name = id}));
    const domain::User user{.user_id = "01U", .name = "u", .scope = {domain::ScopeKind::school, {"north"}}};
    TRY(insert_user(transaction, {.user = user, .password_hash = "x"}));
    TRY(insert_place(transaction, place("01P1", "b", "north")));
    TRY(insert_place(transaction, place("01P2", "a", "south")));
    TRY(insert_place(transaction, place("01P3", "c%")));
    auto room = place("01P4", "b", "south");
    room.place.kind = domain::PlaceKind::room;
    return insert_place(transaction, room);
  }));
  const auto list = [&](const PlaceFilter& filter) {
    std::string out;
    for (const auto& it : must(db.read([&](sql::Snapshot& snapshot) { return list_places(snapshot, filter); }))) {
      out += it.place.place_id.back();
    }
    return out;
  };
  CHECK(list({}) == "2143");
  CHECK(list({.after_name = "b", .after_id = "01P1", .limit = 1}) == "4");
  CHECK(list({.user_id = "01U"}) == "13");
  CHECK(list({.school_id = "south"}) == "24");
  CHECK(list({.school_id = ""}) == "3");
  CHECK(list({.kind = domain::PlaceKind::room}) == "4");
  CHECK(list({.search = "%"}) == "3");
}

TEST_CASE("an answer is kept once for its owner's key until it expires") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  const auto keep = [&](const std::string& owner, const std::string& key, std::int64_t expires_ms) {
    return db.write([&](sql::Transaction& transaction) {
      return insert_kept_answer(transaction, {owner, key, sha256(key), 201, "\"v1\"", "{}", expires_ms});
    });
  };
  must(keep("user:a", "k", 10));
  must(keep("user:b", "k", 20));
  CHECK(keep("user:a", "k", 30).error().code == Errc::already_exists);
  const auto find = [&](const char* owner) {
    return must(db.read([&](sql::Snapshot& snapshot) { return find_kept_answer(snapshot, owner, "k"); }));
  };
  REQUIRE(find("user:a"));
  CHECK(find("user:a")->request_hash == sha256("k"));
  CHECK(find("user:a")->status == 201);
  CHECK(find("user:a")->etag == "\"v1\"");
  CHECK(find("user:a")->body == "{}");
  CHECK_FALSE(find("user:c"));
  const auto forget = [&](std::int64_t now_ms) {
    return must(
        db.write([&](sql::Transaction& transaction) { return delete_expired_answers(transaction, now_ms, 1); }));
  };
  CHECK(forget(9) == 0);
  CHECK(forget(20) == 1);
  CHECK_FALSE(find("user:a"));
  CHECK(forget(20) == 1);
  CHECK(forget(20) == 0);
}
