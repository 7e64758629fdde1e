#include <catch2/catch.hpp>

#include "common/base/pki.h"
#include "server/storage/agent_store.h"
#include "server/storage/device_store.h"
#include "server/storage/model_store.h"
#include "server/storage/purchase_order_store.h"
#include "server/storage/receiving_store.h"
#include "server/storage/school_store.h"
#include "server/storage/user_store.h"
#include "tests/contract/contract.h"
#include "tests/must.h"

using namespace rollcall;
using namespace rollcall::storage;
using domain::Delivery;
using domain::PurchaseOrder;
using domain::ReceivedDevice;
using domain::ReceivingCounts;
using domain::ReceivingStep;

namespace {

LocalDate day(int number) {
  return LocalDate(std::chrono::days(20'000 + number));
}

PurchaseOrder order(const std::string& id, const std::string& school = "north", std::int64_t created_ms = 10) {
  return {.order_id = id,
          .number = "PO " + id,
          .vendor = "Acme",
          .funding_source = "Title I",
          .school_id = school,
          .expected = day(5),
          .next_tag = "FCS-0001",
          .note = "pallet",
          .lines = {{1, "01M1", 10, 28'900}, {2, "01M2", 2, {}}},
          .created_ms = created_ms,
          .created_by = "user:01U"};
}

void furnish(sql::Database& db) {
  must(db.write([](sql::Transaction& transaction) -> Result<> {
    for (const char* id : {"north", "south"}) TRY(put_school(transaction, {.school_id = id, .name = id}));
    const domain::User user{.user_id = "01U", .name = "u", .scope = {domain::ScopeKind::school, {"north"}}};
    TRY(insert_user(transaction, {.user = user, .password_hash = "x"}));
    for (const char* id : {"01M1", "01M2", "01M3"}) {
      TRY(insert_model(transaction, {.model_id = id, .maker = "Acme", .name = id, .created_ms = 1}));
    }
    for (const char* id : {"01D1", "01D2", "01D3"}) {
      TRY(insert_device(transaction, {.device_id = id, .school_id = "north", .created_ms = 1}));
    }
    return {};
  }));
}

template <class Work>
auto write(sql::Database& db, Work work) {
  return db.write([&](sql::Transaction& transaction) { return work(transaction); });
}
template <class Work>
auto read(sql::Database& db, Work work) {
  return must(db.read([&](sql::Snapshot& snapshot) { return work(snapshot); }));
}

ReceivedDevice received(const std::string& device, std::int64_t line, std::int64_t at_ms) {
  return {.device_id = device, .order_id = "01O", .delivery_id = "01Y", .line = line, .received = {at_ms, "user:01U"}};
}

// An order with one delivery, and `devices` received of it.
void receive(sql::Database& db, const std::vector<ReceivedDevice>& devices) {
  must(write(db, [](auto& t) { return insert_order(t, order("01O"), "po 01o"); }));
  const Delivery delivery{.delivery_id = "01Y",
                          .order_id = "01O",
                          .delivered = day(3),
                          .announced = 4,
                          .reference = "S-1",
                          .note = "wet",
                          .created_ms = 11,
                          .created_by = "user:01U"};
  must(write(db, [&](auto& t) { return insert_delivery(t, delivery); }));
  CHECK(read(db, [](auto& s) { return find_delivery(s, "01Y"); }) == delivery);
  for (const auto& it : devices) must(write(db, [&](auto& t) { return insert_received(t, it); }));
}

}  // namespace

TEST_CASE("orders read back, by id and by number, and a number is one order's") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  must(write(db, [](auto& t) { return insert_order(t, order("01O"), "po 01o"); }));
  CHECK(read(db, [](auto& s) { return find_order(s, "01O"); }) == order("01O"));
  CHECK(read(db, [](auto& s) { return find_order_by_number(s, "po 01o"); }) == order("01O"));
  CHECK_FALSE(read(db, [](auto& s) { return find_order(s, "01X"); }));
  CHECK(write(db, [](auto& t) { return insert_order(t, order("01X"), "po 01o"); }).error().code ==
        Errc::already_exists);
}

TEST_CASE("an order is changed over the version that was seen; its tag counts on beside that") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  must(write(db, [](auto& t) { return insert_order(t, order("01O"), "po 01o"); }));
  auto changed = order("01O");
  changed.vendor = "Bolt";
  changed.expected.reset();
  changed.closed_ms = 20;
  changed.closed_by = "user:01V";
  changed.close_reason = "sold out";
  changed.version = 2;
  CHECK(must(write(db, [&](auto& t) { return update_order(t, changed, 1); })));
  CHECK_FALSE(must(write(db, [&](auto& t) { return update_order(t, changed, 1); })));
  must(write(db, [](auto& t) { return advance_tag(t, "01O", "FCS-0002"); }));
  changed.next_tag = "FCS-0002";
  CHECK(read(db, [](auto& s) { return find_order(s, "01O"); }) == changed);
}

TEST_CASE("lines are replaced, but for those of which something was received") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  receive(db, {received("01D1", 1, 12)});
  auto changed = order("01O");
  changed.lines = {{1, "01M1", 12, {}}, {3, "01M2", 5, 100}};  // the second one is another line now
  must(write(db, [&](auto& t) { return replace_lines(t, changed); }));
  CHECK(read(db, [](auto& s) { return find_order(s, "01O"); })->lines == changed.lines);
  changed.lines = {{3, "01M2", 5, 100}};
  CHECK(write(db, [&](auto& t) { return replace_lines(t, changed); }).error().code == Errc::conflict);
}

TEST_CASE("orders are listed newest first, by number, school, state and reach") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  must(write(db, [](sql::Transaction& t) -> Result<> {
    TRY(insert_order(t, order("01A", "north", 10), "po 01a"));
    TRY(insert_order(t, order("01B", "", 10), "po 01b"));
    TRY(insert_order(t, order("01C", "south", 12), "po 01c"));
    auto closed = order("01A", "north", 10);
    closed.closed_ms = 13;
    closed.closed_by = "user:01U";
    TRY(update_order(t, closed, 1));
    return {};
  }));
  const auto ids = [&](const OrderFilter& filter) {
    std::string out;
    for (const auto& it : read(db, [&](auto& s) { return list_orders(s, filter); })) {
      CHECK(it.lines.size() == 2);
      out.append(out.empty() ? "" : " ").append(it.order_id);
    }
    return out;
  };
  CHECK(ids({}) == "01C 01B 01A");
  CHECK(ids({.before_ms = 10, .before_id = "01B"}) == "01A");
  CHECK(ids({.limit = 1}) == "01C");
  CHECK(ids({.open = true}) == "01C 01B");
  CHECK(ids({.open = false}) == "01A");
  CHECK(ids({.school_id = ""}) == "01B");
  CHECK(ids({.search = "01a"}) == "01A");
  CHECK(ids({.search = "%"}).empty());
  CHECK(ids({.user_id = "01U"}) == "01A");
}

TEST_CASE("steps read back; an agent's enrollment is the image, whatever a person said") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  receive(db, {received("01D1", 1, 12), received("01D2", 1, 13), received("01D3", 2, 13)});
  const auto find = [&](const char* id) { return read(db, [&](auto& s) { return find_received(s, id); }).value(); };
  CHECK(find("01D1") == received("01D1", 1, 12));
  auto one = received("01D1", 1, 12);
  one.tagged = ReceivedDevice::Done{20, "user:01V"};
  one.imaged = ReceivedDevice::Done{21, "user:01V"};
  one.checked = ReceivedDevice::Done{22, "user:01W"};
  one.damaged = true;
  one.check_note = "cracked";
  must(write(db, [&](auto& t) { return update_received(t, one); }));
  CHECK(find("01D1") == one);
  domain::Agent agent{.agent_id = "agent-1", .device_id = "01D1", .enrolled_ms = 30};
  must(write(db, [&](auto& t) { return insert_agent(t, agent); }));
  const ReceivedDevice::Done proved{30, "agent:agent-1"};
  CHECK(find("01D1").imaged == proved);
  must(write(db, [&](auto& t) { return update_received(t, find("01D1")); }));
  CHECK(find("01D1").imaged == proved);
  const auto waiting = [&](std::optional<ReceivingStep> step) {
    std::string out;
    for (const auto& it : read(db, [&](auto& s) { return list_received(s, {.order_id = "01O", .waits_for = step}); })) {
      out.append(out.empty() ? "" : " ").append(it.device_id);
    }
    return out;
  };
  CHECK(waiting({}) == "01D3 01D2 01D1");
  CHECK(waiting(ReceivingStep::received) == "01D1");
  CHECK(waiting(ReceivingStep::tagged) == "01D3 01D2");
  auto two = find("01D2");
  two.tagged = ReceivedDevice::Done{40, "user:01U"};
  must(write(db, [&](auto& t) { return update_received(t, two); }));
  CHECK(waiting(ReceivingStep::imaged) == "01D2");
  two.imaged = ReceivedDevice::Done{41, "user:01U"};
  must(write(db, [&](auto& t) { return update_received(t, two); }));
  CHECK(waiting(ReceivingStep::checked) == "01D2");
  const auto second = read(db, [](auto& s) {
    return list_received(s, {.order_id = "01O", .before_ms = 13, .before_id = "01D3", .limit = 1});
  });
  CHECK(second.at(0).device_id == "01D2");
  CHECK(write(db, [](auto& t) { return insert_received(t, received("01D1", 1, 50)); }).error().code ==
        Errc::already_exists);
}

TEST_CASE("what was received is counted by line and by delivery, without what was deleted") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  receive(db, {received("01D1", 1, 12), received("01D2", 1, 13), received("01D3", 2, 13)});
  auto one = received("01D1", 1, 12);
  one.tagged = one.imaged = one.checked = ReceivedDevice::Done{20, "user:01V"};
  one.damaged = true;
  one.check_note = "cracked";
  must(write(db, [&](auto& t) { return update_received(t, one); }));
  const auto counts = [&] { return read(db, [](auto& s) { return counts_of(s, "01O"); }); };
  REQUIRE(counts().size() == 2);
  CHECK(counts()[0].counts ==
        ReceivingCounts{.ordered = 10, .received = 2, .tagged = 1, .imaged = 1, .checked = 1, .damaged = 1});
  CHECK(counts()[1].counts == ReceivingCounts{.ordered = 2, .received = 1});
  const auto troubled = [&](const TroubleFilter& filter) {
    return read(db, [&](auto& s) { return troubled_deliveries(s, filter); });
  };
  REQUIRE(troubled({}).size() == 1);
  CHECK(troubled({})[0].received == 3);
  CHECK(troubled({})[0].damaged == 1);
  CHECK(troubled({})[0].number == "PO 01O");
  CHECK(troubled({.is_short = false}).size() == 1);
  CHECK(troubled({.damaged = false}).size() == 1);  // 3 of 4
  CHECK(troubled({.user_id = "01U"}).size() == 1);
  CHECK(troubled({.user_id = "01X"}).empty());
  CHECK(troubled({.school_id = "south"}).empty());
  CHECK(troubled({.before_day = 20'003, .before_id = "01Y"}).empty());
  must(write(db, [](auto& t) { return delete_device(t, "01D1", 60); }));
  CHECK(counts()[0].counts == ReceivingCounts{.ordered = 10, .received = 1});
  CHECK(read(db, [](auto& s) { return deliveries_of(s, "01O"); }).at(0).received == 2);
  CHECK(troubled({.is_short = false}).empty());
  CHECK_FALSE(read(db, [](auto& s) { return find_received(s, "01D1"); }));
}
