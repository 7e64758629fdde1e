// The store of calendars.
#include "server/storage/calendar_store.h"
#include "tests/contract/contract.h"
#include "tests/must.h"

namespace rollcall::storage {
namespace {

CalendarRow row(std::int64_t version, std::string zone) {
  CalendarRow out{.school_id = "north", .version = version, .document = {}, .changed_ms = 5 + version};
  out.document.time_zone = std::move(zone);
  out.document.planned[parse_date("2026-09-07").value()] = {domain::ChangeKind::holiday, "Día festivo ☃", "", 0};
  return out;
}

bool put(sql::Database& db, const CalendarRow& wanted) {
  return must(db.write([&](sql::Transaction& transaction) { return put_calendar(transaction, wanted); }));
}

}  // namespace

TEST_CASE("a calendar reads back as it was written, the district's beside the schools'") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  CHECK_FALSE(must(db.read([](sql::Snapshot& s) { return find_calendar(s, "north"); })));
  CHECK(put(db, row(1, "America/New_York")));
  CalendarRow district{.school_id = "", .version = 1, .document = {}, .changed_ms = 9};
  CHECK(put(db, district));
  fresh.reopen();
  const auto all = must(fresh.database().read([](sql::Snapshot& s) { return list_calendars(s); }));
  REQUIRE(all.size() == 2);
  CHECK(all[0].school_id.empty());
  CHECK(all[0].changed_ms == 9);
  CHECK(all[1].document == row(1, "America/New_York").document);
  CHECK(all[1].version == 1);
}

TEST_CASE("a calendar is written only over the version that was seen") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  CHECK_FALSE(put(db, row(2, "UTC")));
  CHECK(put(db, row(1, "UTC")));
  CHECK_FALSE(put(db, row(1, "Europe/Berlin")));
  CHECK(put(db, row(2, "America/Denver")));
  CHECK_FALSE(put(db, row(2, "Europe/Berlin")));
  CHECK_FALSE(put(db, row(4, "Europe/Berlin")));
  const auto kept = must(db.read([](sql::Snapshot& s) { return find_calendar(s, "north"); }));
  CHECK(kept->version == 2);
  CHECK(kept->document.time_zone == "America/Denver");
}

TEST_CASE("a stored calendar that does not read says whose it is") {
  contract::FreshDatabase fresh(GENERATE(contract::every_engine()));
  auto& db = fresh.database();
  must(db.write([](sql::Transaction& transaction) -> Result<> {
    TRY(transaction.execute("INSERT INTO calendars (school_id, version, document, changed_ms) VALUES ('east', 1, '{', 1)"));
    return {};
  }));
  const auto read = db.read([](sql::Snapshot& s) { return list_calendars(s); });
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Errc::corrupt);
  CHECK(read.error().message.find("east") != std::string::npos);
}

}  // namespace rollcall::storage
