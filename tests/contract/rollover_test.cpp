#include <catch2/catch.hpp>

#include "server/storage/custody_store.h"
#include "server/storage/device_store.h"
#include "server/storage/person_store.h"
#include "server/storage/rollover_store.h"
#include "server/storage/school_store.h"
#include "server/storage/user_store.h"
#include "tests/contract/contract.h"
#include "tests/must.h"

using namespace rollcall;
using namespace rollcall::storage;

namespace {

Result<> put(sql::Transaction& transaction, std::int64_t number, const std::string& school, const std::string& grade,
             bool enabled = true, domain::PersonRole role = domain::PersonRole::student) {
  PersonRow row{.sort_name = "name " + std::to_string(number)};
  row.person = {.person_no = number,
                .person_id = "01P" + std::to_string(number),
                .source_id = std::to_string(number),
                .role = role,
                .school_ids = {school},
                .school_id = school,
                .grade = grade,
                .enabled = enabled};
  return put_person(transaction, row);
}

Result<> give(sql::Transaction& transaction, const std::string& device, std::int64_t person_no) {
  TRY(insert_device(transaction, {.device_id = device, .school_id = "north", .created_ms = 1}));
  return open_custody(transaction, {.custody_id = "C" + device,
                                    .device_id = device,
                                    .holder = {domain::HolderKind::person, person_no, {}},
                                    .given = {.at_ms = 5, .actor = "user:01U", .act_id = "A" + device}});
}

void furnish(sql::Database& db) {
  must(db.write([](sql::Transaction& t) -> Result<> {
    for (const char* id : {"north", "south"}) TRY(put_school(t, {.school_id = id, .name = id}));
    const domain::User user{.user_id = "01U", .name = "u", .scope = {domain::ScopeKind::school, {"north"}}};
    TRY(insert_user(t, {.user = user, .password_hash = "x"}));
    TRY(put(t, 1, "north", "12"));
    TRY(put(t, 2, "north", "12"));
    TRY(put(t, 3, "north", "11"));
    TRY(put(t, 4, "south", "12"));
    TRY(put(t, 5, "south", "KG"));
    TRY(put(t, 6, "north", "12", false));
    TRY(put(t, 7, "north", "", true, domain::PersonRole::teacher));
    TRY(give(t, "D1", 1));
    TRY(give(t, "D2", 1));
    TRY(give(t, "D3", 3));
    TRY(give(t, "D4", 4));
    TRY(give(t, "D5", 5));
    TRY(give(t, "D6", 6));
    TRY(give(t, "D7", 7));
    TRY(give(t, "D8", 2));
    TRY(close_custody(t, "CD8", {.at_ms = 6, .actor = "user:01U", .act_id = "B"}));
    return {};
  }));
}

}  // namespace

TEST_CASE("active students are counted by school and grade, with those who have a device") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  const auto counts = [&](const std::optional<std::string>& school, const std::optional<std::string>& user) {
    return must(db.read([&](sql::Snapshot& s) { return count_grades(s, school, user); }));
  };
  CHECK(counts({}, {}) == std::vector<GradeCount>{{"north", "11", 1, 1, 1},
                                                  {"north", "12", 2, 1, 2},
                                                  {"south", "12", 1, 1, 1},
                                                  {"south", "KG", 1, 1, 1}});
  CHECK(counts("south", {}).size() == 2);
  CHECK(counts({}, "01U").size() == 2);
}

TEST_CASE("who will graduate with a device is listed by name, once a device, page by page") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  furnish(db);
  const auto devices = [&](const char* last, const LeaverFilter& filter) {
    std::string out;
    for (const auto& row : must(db.read([&](sql::Snapshot& s) { return list_graduates(s, last, filter); }))) {
      out.append(out.empty() ? "" : " ").append(row.device_id);
    }
    return out;
  };
  CHECK(devices("12", {}) == "D1 D2 D4");  // not KG, though it sorts behind
  CHECK(devices("11", {}) == "D1 D2 D3 D4");
  CHECK(devices("12", {.school_id = "north"}) == "D1 D2");
  CHECK(devices("12", {.user_id = "01U"}) == "D1 D2");
  CHECK(devices("12", {.limit = 1}) == "D1");
  CHECK(devices("12", {.after_name = "name 1", .after_id = "CD1"}) == "D2 D4");
}
