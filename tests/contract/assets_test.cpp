#include <catch2/catch.hpp>

#include "server/storage/asset_store.h"
#include "server/storage/device_store.h"
#include "server/storage/model_store.h"
#include "tests/contract/contract.h"
#include "tests/must.h"

using namespace rollcall;
using namespace rollcall::storage;

namespace {

domain::Asset asset(const std::string& id, const std::string& serial, const std::string& tag = {}) {
  domain::Asset out;
  out.device = {.device_id = id,
                .serial = serial,
                .maker = "Lenovo",
                .model = "300e",
                .tag = tag,
                .created_ms = 5,
                .standing = {.kind = domain::DeviceKind::tablet,
                             .lifecycle = domain::Lifecycle::tagged,
                             .condition = domain::Condition::new_,
                             .flags = domain::Flags{}.set(domain::Flag::lost)}};
  out.papers = {.ownership = domain::Ownership::leased,
                .kit = domain::Kit{}.add(domain::Accessory::case_),
                .funding_source = "ESSER III",
                .purchase_order = "PO-7",
                .cost_cents = 28'900,
                .purchased = parse_date("2026-08-31"),
                .warranty_end = parse_date("2029-08-31"),
                .lease_end = parse_date("2030-06-30"),
                .insurance = "Acme 12",
                .note = "x",
                .listed_ms = 7,
                .lost_ms = 8};
  return out;
}

}  // namespace

TEST_CASE("an asset reads back with its papers, and an agent's record is one without") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  must(db.write([](sql::Transaction& transaction) -> Result<> {
    TRY(insert_model(transaction, {.model_id = "01M", .maker = "Lenovo", .name = "300e"}));
    auto one = asset("01A", "S1", "T1");
    one.device.model_id = "01M";
    TRY(insert_asset(transaction, one));
    return insert_device(transaction, {.device_id = "01B", .serial = "S2", .maker = "HP", .created_ms = 5});
  }));
  const auto find = [&](const char* id) {
    return must(db.read([&](sql::Snapshot& snapshot) { return find_asset(snapshot, id); }));
  };
  REQUIRE(find("01A"));
  CHECK(find("01A")->papers == asset("01A", "S1").papers);
  CHECK(find("01A")->device.standing == asset("01A", "S1").device.standing);
  CHECK(find("01A")->device.model_id == "01M");
  REQUIRE(find("01B"));
  CHECK(find("01B")->papers == domain::Papers{});
  CHECK(find("01B")->device.standing == domain::Standing{});
  CHECK_FALSE(find("01C"));
}

TEST_CASE("an asset changes by its version and is alone with its tag and serial") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  const auto insert = [&](const domain::Asset& it) {
    return db.write([&](sql::Transaction& transaction) { return insert_asset(transaction, it); });
  };
  must(insert(asset("01A", "S1", "T1")));
  CHECK(insert(asset("01B", "S1")).error().code == Errc::already_exists);
  CHECK(insert(asset("01B", "S2", "t1")).error().code == Errc::already_exists);
  auto changed = asset("01A", "S9", "T9");
  changed.papers.lost_ms.reset();
  changed.device.standing.flags = {};
  changed.papers.cost_cents.reset();
  changed.device.version = 2;
  const auto update = [&](std::int64_t seen) {
    return must(db.write([&](sql::Transaction& transaction) { return update_asset(transaction, changed, seen); }));
  };
  CHECK(update(1));
  CHECK_FALSE(update(1));
  const auto now = must(db.read([](sql::Snapshot& snapshot) { return find_asset(snapshot, "01A"); }));
  CHECK(now->papers == changed.papers);
  CHECK(now->device.serial == "S9");
  CHECK(now->device.standing == changed.device.standing);
}

TEST_CASE("a deleted device is found by what it was called, and restored when nothing is in its place") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  must(db.write([](sql::Transaction& transaction) -> Result<> {
    TRY(insert_asset(transaction, asset("01A", "S1", "T1")));
    TRY(delete_device(transaction, "01A", 10));
    TRY(insert_asset(transaction, asset("01B", "S1", "T1")));
    TRY(delete_device(transaction, "01B", 20));
    return {};
  }));
  const auto named = [&](auto find) { return must(db.read(find)); };
  CHECK(named([](sql::Snapshot& s) { return find_deleted_by_serial(s, "s1", "LENOVO"); })->device_id == "01B");
  CHECK_FALSE(named([](sql::Snapshot& s) { return find_deleted_by_serial(s, "s1", "HP"); }));
  CHECK(named([](sql::Snapshot& s) { return find_deleted_by_tag(s, "t1"); })->device_id == "01B");
  CHECK(named([](sql::Snapshot& s) { return find_devices_of_serial(s, "S1"); }).empty());
  const auto restore = [&](const char* id) {
    return db.write([&](sql::Transaction& transaction) { return restore_device(transaction, id); });
  };
  CHECK(must(restore("01A")));
  CHECK_FALSE(must(restore("01A")));
  CHECK(restore("01B").error().code == Errc::already_exists);
  CHECK(named([](sql::Snapshot& s) { return find_devices_of_serial(s, "S1"); }).size() == 1);
}

TEST_CASE("devices that carry another name than their model are found") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  domain::DeviceModel model{.model_id = "01M", .maker = "Lenovo", .name = "300e"};
  must(db.write([&](sql::Transaction& transaction) -> Result<> {
    TRY(insert_model(transaction, model));
    for (int i = 0; i < 3; ++i) {
      auto one = asset("01A" + std::to_string(i), "S" + std::to_string(i));
      one.device.model_id = "01M";
      TRY(insert_asset(transaction, one));
    }
    return insert_asset(transaction, asset("01B", "S9"));
  }));
  const auto found = [&](const char* after, std::size_t limit) {
    return must(db.read([&](sql::Snapshot& snapshot) { return devices_to_rename(snapshot, model, after, limit); }));
  };
  const auto with_others = [&] {
    return must(db.read([](sql::Snapshot& snapshot) { return models_with_other_names(snapshot); }));
  };
  CHECK(with_others() == std::vector<std::string>{});
  CHECK(found("", 9).empty());
  model.name = "300e Gen 3";
  CHECK(found("", 2) == std::vector<std::string>{"01A0", "01A1"});
  CHECK(found("01A1", 2) == std::vector<std::string>{"01A2"});
  CHECK(found("", 9).size() == 3);
  const auto seen = model.version++;
  CHECK(must(db.write([&](sql::Transaction& transaction) { return update_model(transaction, model, seen); })));
  CHECK(with_others() == std::vector<std::string>{"01M"});
  const auto count = [&](const char* id) {
    return must(db.read([&](sql::Snapshot& snapshot) { return count_devices_of_model(snapshot, id); }));
  };
  CHECK(count("01M") == 3);
  CHECK(count("01X") == 0);
}
