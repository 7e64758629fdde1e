#include <catch2/catch.hpp>

#include "server/storage/custody_store.h"
#include "server/storage/device_store.h"
#include "server/storage/inventory_check_store.h"
#include "server/storage/place_store.h"
#include "server/storage/school_store.h"
#include "server/storage/user_store.h"
#include "tests/contract/contract.h"
#include "tests/must.h"

using namespace rollcall;
using namespace rollcall::storage;
using domain::CheckItem;
using domain::CheckOutcome;
using domain::CheckState;
using domain::CheckStatus;
using domain::InventoryCheck;

namespace {

InventoryCheck check(const std::string& id, std::int64_t started_ms, const std::string& place = "01P",
                     const std::string& school = "north") {
  return {.check_id = id,
          .place_id = place,
          .place_kind = domain::PlaceKind::cart,
          .place_name = "Cart 7",
          .school_id = school,
          .note = "June",
          .started_ms = started_ms,
          .started_by = "user:01U"};
}

// A cart at North and a pool of the district; three devices in the cart, one of them deleted, one that was there before.
void furnish(sql::Database& db) {
  must(db.write([](sql::Transaction& transaction) -> Result<> {
    for (const char* id : {"north", "south"}) TRY(put_school(transaction, {.school_id = id, .name = id}));
    const domain::User user{.user_id = "01U", .name = "u", .scope = {domain::ScopeKind::school, {"north"}}};
    TRY(insert_user(transaction, {.user = user, .password_hash = "x"}));
    const domain::Place cart{
        .place_id = "01P", .kind = domain::PlaceKind::cart, .name = "Cart 7", .school_id = "north"};
    TRY(insert_place(transaction, {cart, "cart 7"}));
    TRY(insert_place(transaction, {{.place_id = "01Q", .kind = domain::PlaceKind::pool, .name = "Pool"}, "pool"}));
    for (const char* id : {"1", "2", "3", "4"}) {
      const std::string device = std::string("01D") + id;
      TRY(insert_device(transaction, {.device_id = device, .school_id = "north", .created_ms = 1}));
      const domain::Custody custody{.custody_id = std::string("01C") + id,
                                    .device_id = device,
                                    .holder = {domain::HolderKind::cart, 0, "01P"},
                                    .given = {.at_ms = 5, .actor = "user:01U", .act_id = std::string("01A") + id}};
      TRY(open_custody(transaction, custody));
    }
    TRY(close_custody(transaction, "01C4", {.at_ms = 6, .actor = "user:01U", .act_id = "01B"}));
    TRY(delete_device(transaction, "01D3", 7));
    return {};
  }));
}

template <class Work>
auto write(sql::Database& db, Work work) {
  return db.write([&](sql::Transaction& transaction) { return work(transaction); });
}
std::vector<CheckItem> items(sql::Database& db, const std::string& id) {
  return must(db.read([&](sql::Snapshot& snapshot) { return check_items(snapshot, id); }));
}
CheckRow row(sql::Database& db, const std::string& id) {
  return must(db.read([&](sql::Snapshot& snapshot) { return find_check(snapshot, id); })).value();
}

}  // namespace

TEST_CASE("what the ledger says is at a place now is expected, and stays expected") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  must(write(db, [](auto& t) { return insert_check(t, check("01K1", 10)); }));
  CHECK(must(write(db, [](auto& t) { return expect_what_is_held(t, "01K1", "01P"); })) == 2);
  must(write(db, [](auto& t) { return close_custody(t, "01C1", {.at_ms = 11, .actor = "user:01U", .act_id = "01B"}); }));
  const auto expected = items(db, "01K1");
  REQUIRE(expected.size() == 2);
  CHECK(expected[0] == CheckItem{.item = "01D1", .device_id = "01D1", .expected = true, .custody_id = "01C1"});
  CHECK(expected[1].custody_id == "01C2");
  CHECK(row(db, "01K1").check == check("01K1", 10));
  CHECK_FALSE(row(db, "01K1").result);
}

TEST_CASE("a place has one open audit at most, and another one when that has ended") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  const auto start = [&](const std::string& id) {
    return write(db, [&](auto& t) { return insert_check(t, check(id, 10)); });
  };
  must(start("01K1"));
  CHECK(start("01K2").error().code == Errc::already_exists);
  const auto open = [&] { return must(db.read([](sql::Snapshot& s) { return find_open_check(s, "01P"); })); };
  CHECK(open()->check.check_id == "01K1");
  auto ended = check("01K1", 10);
  ended.state = CheckState::abandoned;
  ended.ended_ms = 20;
  ended.ended_by = "user:01U";
  ended.end_note = "fire drill";
  CHECK(must(write(db, [&](auto& t) { return end_check(t, ended, std::nullopt); })));
  CHECK_FALSE(must(write(db, [&](auto& t) { return end_check(t, ended, std::nullopt); })));
  CHECK_FALSE(open());
  CHECK(row(db, "01K1").check == ended);
  must(start("01K2"));
}

TEST_CASE("scans, sightings and outcomes read back; a scan stays the first one") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  must(write(db, [](auto& t) { return insert_check(t, check("01K1", 10)); }));
  must(write(db, [](auto& t) { return expect_what_is_held(t, "01K1", "01P"); }));
  auto one = items(db, "01K1")[0];
  one.scanned_ms = 12;
  one.scanned_by = "user:01V";
  one.seen_ms = 13;
  one.outcome = CheckItem::Outcome{CheckOutcome::other, "on the roof", 14, "user:01U"};
  const auto update = [&] { return write(db, [&](auto& t) { return update_check_item(t, "01K1", one); }); };
  must(update());
  CheckItem label{.item = "?x-9", .scanned_ms = 15, .scanned_by = "user:01V"};
  const auto insert = [&] { return write(db, [&](auto& t) { return insert_check_item(t, "01K1", label); }); };
  must(insert());
  CHECK(insert().error().code == Errc::already_exists);
  CHECK(must(db.read([](sql::Snapshot& s) { return find_check_item(s, "01K1", "01D1"); })) == one);
  CHECK(items(db, "01K1").back() == label);
  one.scanned_ms = 16;
  CHECK_FALSE(update());
  one.scanned_ms = 12;
  one.outcome.reset();
  must(update());
  CHECK(items(db, "01K1")[0] == one);
}

TEST_CASE("an audit that has ended is kept as it is") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  must(write(db, [](auto& t) { return insert_check(t, check("01K1", 10)); }));
  must(write(db, [](auto& t) { return expect_what_is_held(t, "01K1", "01P"); }));
  auto closed = check("01K1", 10);
  closed.state = CheckState::closed;
  closed.ended_ms = 20;
  closed.ended_by = "user:01U";
  domain::CheckCounts counts;
  for (const auto status : {CheckStatus::scanned, CheckStatus::scanned, CheckStatus::seen, CheckStatus::explained,
                            CheckStatus::settled, CheckStatus::dismissed}) {
    counts.add(status);
  }
  CHECK(must(write(db, [&](auto& t) { return end_check(t, closed, counts); })));
  CHECK(row(db, "01K1").result == counts);
  auto item = items(db, "01K1")[0];
  item.scanned_ms = 30;
  item.scanned_by = "user:01U";
  CHECK_FALSE(write(db, [&](auto& t) { return update_check_item(t, "01K1", item); }));
  CHECK_FALSE(write(db, [](auto& t) {
    return insert_check_item(t, "01K1", {.item = "?late", .scanned_ms = 30, .scanned_by = "user:01U"});
  }));
  const auto tamper = [&](auto sql) {
    return write(db, [&](sql::Transaction& t) -> Result<> {
      TRY(t.execute(sql));
      return {};
    });
  };
  CHECK_FALSE(tamper(sql::Sql("UPDATE inventory_checks SET scanned = 9 WHERE check_id = '01K1'")));
  CHECK_FALSE(tamper(sql::Sql("DELETE FROM inventory_checks WHERE check_id = '01K1'")));
  CHECK_FALSE(tamper(sql::Sql("DELETE FROM inventory_check_items WHERE check_id = '01K1'")));
}

TEST_CASE("audits are listed newest first, by place, school, state and reach, page by page") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  must(write(db, [](sql::Transaction& t) -> Result<> {
    auto first = check("01K1", 10);
    TRY(insert_check(t, first));
    first.state = CheckState::abandoned;
    first.ended_ms = 11;
    first.ended_by = "user:01U";
    TRY(end_check(t, first, std::nullopt));
    TRY(insert_check(t, check("01K2", 10)));
    return insert_check(t, check("01K3", 12, "01Q", ""));
  }));
  const auto ids = [&](const CheckFilter& filter) {
    std::string out;
    for (const auto& it : must(db.read([&](sql::Snapshot& s) { return list_checks(s, filter); }))) {
      out.append(out.empty() ? "" : " ").append(it.check.check_id);
    }
    return out;
  };
  CHECK(ids({}) == "01K3 01K2 01K1");
  CHECK(ids({.limit = 2}) == "01K3 01K2");
  CHECK(ids({.before_ms = 10, .before_id = "01K2"}) == "01K1");
  CHECK(ids({.place_id = "01P"}) == "01K2 01K1");
  CHECK(ids({.school_id = ""}) == "01K3");
  CHECK(ids({.state = CheckState::open}) == "01K3 01K2");
  CHECK(ids({.user_id = "01U"}) == "01K2 01K1");  // the district's are not theirs
}
