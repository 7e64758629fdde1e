#include <catch2/catch.hpp>

#include "server/storage/custody_store.h"
#include "server/storage/device_store.h"
#include "server/storage/leaver_store.h"
#include "server/storage/person_store.h"
#include "server/storage/place_store.h"
#include "server/storage/school_store.h"
#include "server/storage/user_store.h"
#include "tests/contract/contract.h"
#include "tests/must.h"

using namespace rollcall;
using namespace rollcall::storage;
using domain::Custody;

namespace {

const domain::Holder kAna{domain::HolderKind::person, 1, {}}, kCart{domain::HolderKind::cart, 0, "01P"};

Custody custody(const std::string& id, const std::string& device, const domain::Holder& holder, std::int64_t given_ms) {
  return {.custody_id = id,
          .device_id = device,
          .holder = holder,
          .agreement = "A-1",
          .given = {.at_ms = given_ms,
                    .actor = "user:01U",
                    .act_id = "01ACT" + id,
                    .reason = domain::CustodyReason::given,
                    .condition = domain::Condition::good,
                    .kit = domain::Kit{}.add(domain::Accessory::charger),
                    .note = "new"}};
}

Custody::End taken(std::int64_t at_ms) {
  return {.at_ms = at_ms,
          .actor = "user:01V",
          .act_id = "01BACK",
          .reason = domain::CustodyReason::returned,
          .condition = domain::Condition::damaged,
          .note = "no charger"};
}

void furnish(sql::Database& db) {
  must(db.write([](sql::Transaction& transaction) -> Result<> {
    for (const char* id : {"north", "south"}) TRY(put_school(transaction, {.school_id = id, .name = id}));
    const domain::User user{.user_id = "01U", .name = "u", .scope = {domain::ScopeKind::school, {"north"}}};
    TRY(insert_user(transaction, {.user = user, .password_hash = "x"}));
    for (const char* id : {"1", "2", "3"}) {
      const std::int64_t number = id[0] - '0';
      PersonRow row{.person = {.person_no = number,
                               .person_id = std::string("01PERSON") + id,
                               .source_id = id,
                               .student_number = std::string("100") + id,
                               .school_ids = {"north"},
                               .school_id = "north"},
                    .sort_name = std::string("name ") + id};
      TRY(put_person(transaction, row));
      TRY(insert_device(transaction, {.device_id = std::string("01D") + id, .school_id = "north", .created_ms = 1}));
    }
    return insert_place(transaction, {{.place_id = "01P", .kind = domain::PlaceKind::cart, .name = "c"}, "c"});
  }));
}

}  // namespace

TEST_CASE("custody opens, closes once and reads back") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  auto one = custody("01C1", "01D1", kAna, 10);
  must(db.write([&](sql::Transaction& transaction) { return open_custody(transaction, one); }));
  const auto open = [&] { return must(db.read([](sql::Snapshot& s) { return find_open_custody(s, "01D1"); })); };
  CHECK(open() == one);
  const auto device = must(db.read([](sql::Snapshot& s) { return find_device(s, "01D1"); }));
  CHECK(device->held_by == domain::HolderKind::person);
  const auto close = [&](std::int64_t at_ms) {
    return db.write([&](sql::Transaction& transaction) { return close_custody(transaction, "01C1", taken(at_ms)); });
  };
  CHECK(close(9).error().code == Errc::conflict);  // before it began
  CHECK(must(close(20)));
  CHECK_FALSE(must(close(21)));
  CHECK_FALSE(open());
  one.taken = taken(20);
  CHECK(must(db.read([](sql::Snapshot& s) { return find_custody(s, "01C1"); })) == one);
}

TEST_CASE("a device has one open custody at most, and the ledger keeps what it has") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  const auto open = [&](const Custody& it) {
    return db.write([&](sql::Transaction& transaction) { return open_custody(transaction, it); });
  };
  must(open(custody("01C1", "01D1", kAna, 10)));
  CHECK(open(custody("01C2", "01D1", kCart, 11)).error().code == Errc::already_exists);
  must(open(custody("01C2", "01D2", kCart, 11)));
  const auto tamper = [&](auto sql) {
    return db.write([&](sql::Transaction& transaction) -> Result<> {
      TRY(transaction.execute(sql));
      return {};
    });
  };
  CHECK_FALSE(tamper(sql::Sql("DELETE FROM custody")));
  CHECK_FALSE(tamper(sql::Sql("UPDATE custody SET person_no = 2 WHERE custody_id = '01C1'")));
  CHECK_FALSE(tamper(sql::Sql("UPDATE custody SET given_note = 'x' WHERE custody_id = '01C1'")));
  CHECK_FALSE(tamper(sql::Sql("UPDATE custody SET taken_ms = 20 WHERE custody_id = '01C1'")));  // half an end
  must(db.write([](sql::Transaction& transaction) { return close_custody(transaction, "01C1", taken(20)); }));
  CHECK_FALSE(tamper(sql::Sql("UPDATE custody SET taken_note = 'x' WHERE custody_id = '01C1'")));
  CHECK_FALSE(
      tamper(sql::Sql("UPDATE custody SET taken_ms = NULL, taken_by = NULL, taken_act = NULL, taken_reason = NULL,"
                      " taken_condition = NULL, taken_kit = NULL, taken_note = NULL WHERE custody_id = '01C1'")));
  auto closed = custody("01C3", "01D3", kAna, 10);
  CHECK_FALSE(
      tamper(sql::Sql("INSERT INTO custody SELECT '01C4', '01D3', holder_kind, person_no, place_id, agreement,"
                      " given_ms, given_by, given_act, given_reason, given_condition, given_kit, given_note,"
                      " taken_ms, taken_by, taken_act, taken_reason, taken_condition, taken_kit, taken_note"
                      " FROM custody WHERE custody_id = '01C1'")));  // begins closed
}

TEST_CASE("custody is listed of a device, a person, a place and an act") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  must(db.write([](sql::Transaction& transaction) -> Result<> {
    for (int i = 1; i <= 4; ++i) {
      TRY(open_custody(transaction, custody("01C" + std::to_string(i), "01D1", i % 2 ? kAna : kCart, 10)));
      TRY(close_custody(transaction, "01C" + std::to_string(i), taken(10)));
    }
    TRY(open_custody(transaction, custody("01C5", "01D1", kAna, 11)));
    TRY(open_custody(transaction, custody("01C6", "01D2", kCart, 11)));
    return open_custody(transaction, custody("01C7", "01D3", kCart, 12));
  }));
  const auto ids = [&](auto list) {
    std::string out;
    for (const auto& it : must(db.read(list))) out += it.custody_id.back();
    return out;
  };
  CHECK(ids([](sql::Snapshot& s) { return custody_of_device(s, "01D1", {}, 9); }) == "54321");
  CHECK(ids([](sql::Snapshot& s) { return custody_of_device(s, "01D1", {}, 2); }) == "54");
  CHECK(ids([](sql::Snapshot& s) { return custody_of_device(s, "01D1", {10, "01C4"}, 2); }) == "32");
  CHECK(ids([](sql::Snapshot& s) { return custody_of_person(s, 1, {}, 9); }) == "531");
  CHECK(ids([](sql::Snapshot& s) { return custody_of_person(s, 1, {10, "01C3"}, 9); }) == "1");
  CHECK(ids([](sql::Snapshot& s) { return open_custody_of_person(s, 1); }) == "5");
  CHECK(ids([](sql::Snapshot& s) { return open_custody_of_place(s, "01P", "", 9); }) == "67");
  CHECK(ids([](sql::Snapshot& s) { return open_custody_of_place(s, "01P", "01D2", 9); }) == "7");
  CHECK(ids([](sql::Snapshot& s) { return custody_of_act(s, "01BACK", "01D1"); }) == "1234");
  CHECK(ids([](sql::Snapshot& s) { return custody_of_act(s, "01ACT01C5", "01D1"); }) == "5");
}

TEST_CASE("an act is undone once") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  const auto insert = [&](const CustodyAct& act) {
    return db.write([&](sql::Transaction& transaction) { return insert_act(transaction, act); });
  };
  const CustodyAct one{"01ACT1", "01D1", "user:01U", 10, domain::Lifecycle::tagged, domain::Condition::fair, ""};
  must(insert(one));
  const auto found = must(db.read([](sql::Snapshot& s) { return find_act(s, "01ACT1"); }));
  REQUIRE(found.size() == 1);
  CHECK(found[0].actor == "user:01U");
  CHECK(found[0].lifecycle_before == domain::Lifecycle::tagged);
  CHECK(found[0].condition_before == domain::Condition::fair);
  CHECK(found[0].undoes.empty());
  const auto undone = [&] { return must(db.read([](sql::Snapshot& s) { return is_undone(s, "01ACT1"); })); };
  CHECK_FALSE(undone());
  must(insert({"01ACT2", "01D1", "user:01U", 11, {}, {}, "01ACT1"}));
  CHECK(undone());
  CHECK(insert({"01ACT3", "01D1", "user:01U", 12, {}, {}, "01ACT1"}).error().code == Errc::already_exists);
}

TEST_CASE("whoever left, or is at another school, and still has a device is found by name") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  must(db.write([](sql::Transaction& transaction) -> Result<> {
    for (int i = 1; i <= 3; ++i) {
      const domain::Holder holder{domain::HolderKind::person, i, {}};
      TRY(open_custody(transaction, custody("01C" + std::to_string(i), "01D" + std::to_string(i), holder, 10)));
    }
    return mark_person_missing(transaction, 3, 50);
  }));
  const auto leavers = [&](const LeaverFilter& filter) {
    std::string out;
    for (const auto& it : must(db.read([&](sql::Snapshot& s) { return list_leavers(s, filter); }))) {
      out += it.custody_id.back();
    }
    return out;
  };
  CHECK(leavers({}) == "3");
  must(db.write([](sql::Transaction& transaction) -> Result<> {  // person 2 goes to the other school
    PersonRow row{.person = {.person_no = 2,
                             .person_id = "01PERSON2",
                             .source_id = "2",
                             .school_ids = {"south"},
                             .school_id = "south"},
                  .sort_name = "name 2"};
    return put_person(transaction, row);
  }));
  CHECK(leavers({}) == "23");
  CHECK(leavers({.school_id = "north"}) == "23");
  CHECK(leavers({.school_id = "south"}).empty());
  CHECK(leavers({.user_id = "01U"}) == "23");
  CHECK(leavers({.limit = 1}) == "2");
  CHECK(leavers({.after_name = "name 2", .after_id = "01C2"}) == "3");
  CHECK(leavers({.user_id = "01U", .after_name = "name 2", .after_id = "01C2"}) == "3");
  must(db.write([](sql::Transaction& transaction) { return close_custody(transaction, "01C3", taken(60)); }));
  CHECK(leavers({}) == "2");
}
