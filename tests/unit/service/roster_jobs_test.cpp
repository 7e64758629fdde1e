// Imports as jobs: waiting, canceling, restarts, uploads that do not stay.
#include "server/csv/archive.h"
#include "server/service/roster_plan.h"
#include "tests/unit/service/roster_fixture.h"

namespace rollcall::service {
namespace {

using domain::ImportState;

std::size_t uploads(District& district) { return must(district.files.list(district.imports.spool())).size(); }

TEST_CASE("two imports at once: the second waits for the first, and too many are refused clearly") {
  District district;
  const auto first = district.submit(small_district());
  const auto second = district.submit(small_district());
  CHECK(district.settle(first).state == ImportState::done);
  CHECK(must(district.imports.get(second.import_id)).import.state == ImportState::queued);
  CHECK(district.settle(second).state == ImportState::done);

  for (int i = 0; i < 4; ++i) district.submit(small_district());
  const std::string path = district.imports.spool() + "/incoming";
  write_zip(path, small_district());
  const auto refused = district.imports.submit(district.admin, {domain::ImportKind::oneroster, false, "upload", path});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::rate_limited);
}

TEST_CASE("an upload is deleted when its import ends, however it ends") {
  District district;
  district.run(small_district());
  CHECK(uploads(district) == 0);
  // Of a comparison it stays for somebody to decide, and no longer than that.
  district.run(small_district(), true);
  CHECK(uploads(district) == 1);
  district.run({{"users.csv", "nonsense"}});
  CHECK(uploads(district) == 0);
  const auto waiting = district.submit(small_district());
  must(district.imports.cancel(district.admin, waiting.import_id));
  CHECK(uploads(district) == 0);
  CHECK(must(district.imports.get(waiting.import_id)).import.state == ImportState::canceled);
}

TEST_CASE("an import that a restart cuts is failed and says so; a run of the same files completes it") {
  District district;
  const auto cut = district.submit(small_district());
  must(district.db.write([&](sql::Transaction& transaction) {
    return transaction.execute("UPDATE imports SET state = 'writing' WHERE import_id = $1", cut.import_id);
  }));
  Imports restarted(district.db, district.files, district.clock, district.random, district.schools, district.audit,
                         district.keys, {.spool = district.imports.spool()});
  must(restarted.load());
  const auto after = must(restarted.get(cut.import_id)).import;
  CHECK(after.state == ImportState::failed);
  CHECK(after.error.find("run it again") != std::string::npos);
  CHECK(uploads(district) == 0);
}

TEST_CASE("half an import does no harm: the next one writes what is missing") {
  District district;
  // As if the program had ended behind the fourth transaction of the writing.
  class Cut final : public sql::Database {
   public:
    Cut(sql::Database& under, int writes) : under_(under), left_(writes) {}
    int left() const { return left_; }

   protected:
    Result<> write_erased(const std::function<Result<>(sql::Transaction&)>& function) override {
      if (--left_ < 0) return fail(Errc::unavailable, "cut");
      return under_.write([&](sql::Transaction& transaction) { return function(transaction); });
    }
    Result<> read_erased(const std::function<Result<>(sql::Snapshot&)>& function) override {
      return under_.read([&](sql::Snapshot& snapshot) { return function(snapshot); });
    }

   private:
    sql::Database& under_;
    int left_;
  };
  bool finished = false;
  for (int writes = 1; !finished; ++writes) {
    INFO(writes << " transactions");
    District fresh;
    Cut cut(fresh.db, writes);
    Imports imports(cut, fresh.files, fresh.clock, fresh.random, fresh.schools, fresh.audit, fresh.keys,
                         {.spool = fresh.folder / "spool"});
    must(imports.load());
    write_zip(imports.spool() + "/incoming", small_district());
    if (imports.submit(fresh.admin, {domain::ImportKind::oneroster, false, "upload", imports.spool() + "/incoming"})) {
      imports.run_due(fresh.clock.wall_ms());
    }
    finished = cut.left() >= 0;
    must(fresh.schools.reload());
    must(fresh.imports.load());
    const auto again = fresh.run(small_district());
    REQUIRE(again.state == ImportState::done);
    CHECK(fresh.people().size() == 5);
    CHECK(fresh.schools.all().size() == 2);
    const auto ana = fresh.person("Ana");
    CHECK(must(fresh.roster.view(fresh.everywhere, ana.person_id)).classes.size() == 1);
    const auto third = fresh.run(small_district());
    for (const auto& it : third.files) CHECK(it.added + it.changed + it.gone == 0);
  }
}

TEST_CASE("a held import is forgotten after a day, with its upload") {
  District district;
  district.run(small_district());
  auto tables = small_district();
  tables["users.csv"] = tables["users.csv"].substr(0, tables["users.csv"].find("s1,"));
  const auto held = district.run(tables);
  REQUIRE(held.state == ImportState::held);
  CHECK(uploads(district) == 1);
  district.clock.advance(Imports::kUploadLifeMs + kHourMs);
  CHECK(district.settle(held).state == ImportState::failed);
  CHECK(uploads(district) == 0);
  const auto approved = district.imports.approve(district.admin, held.import_id);
  REQUIRE_FALSE(approved);
  CHECK(approved.error().code == Errc::conflict);
}

TEST_CASE("a held import can be canceled, once; what is settled cannot") {
  District district;
  district.run(small_district());
  auto tables = small_district();
  tables["users.csv"] = tables["users.csv"].substr(0, tables["users.csv"].find("s1,"));
  const auto held = district.run(tables);
  CHECK(must(district.imports.cancel(district.admin, held.import_id)).state == ImportState::canceled);
  CHECK_FALSE(district.imports.cancel(district.admin, held.import_id));
  CHECK(district.imports.cancel(district.admin, "01ARZ3NDEKTSV4RRFFQ69G5FAV").error().code == Errc::not_found);
}

TEST_CASE("what was compared is let in as it was compared") {
  District district;
  const auto dry = district.run(small_district(), true);
  REQUIRE(dry.state == ImportState::planned);
  CHECK(must(district.imports.get(dry.import_id)).until_ms == *dry.finished_ms + Imports::kComparedLifeMs);
  CHECK(district.people().empty());
  must(district.imports.approve(district.admin, dry.import_id));
  const auto done = district.settle(dry);
  CHECK(done.state == ImportState::done);
  CHECK_FALSE(done.dry_run);
  CHECK(district.people().size() == 5);
  CHECK(uploads(district) == 0);
  CHECK_FALSE(district.imports.approve(district.admin, dry.import_id));
}

TEST_CASE("what was compared goes when it is discarded, after an hour, and with the next that is handed over") {
  District district;
  const auto gone = [&](const domain::Import& dry) {
    CHECK_FALSE(must(district.imports.get(dry.import_id)).until_ms);
    const auto approved = district.imports.approve(district.admin, dry.import_id);
    return !approved && approved.error().code == Errc::conflict;
  };
  auto dry = district.run(small_district(), true);
  CHECK(must(district.imports.cancel(district.admin, dry.import_id)).state == ImportState::canceled);
  CHECK(uploads(district) == 0);
  CHECK(gone(dry));
  dry = district.run(small_district(), true);
  CHECK(district.imports.next_due() <= *dry.finished_ms + Imports::kComparedLifeMs);
  district.clock.advance(Imports::kComparedLifeMs);
  district.imports.run_due(district.clock.wall_ms());
  CHECK(uploads(district) == 0);
  CHECK(gone(dry));
  CHECK(district.imports.cancel(district.admin, dry.import_id).error().code == Errc::conflict);
  dry = district.run(small_district(), true);
  const auto next = district.submit(small_district());
  CHECK(gone(dry));
  CHECK(uploads(district) == 1);
  CHECK(district.settle(next).state == ImportState::done);
}

TEST_CASE("a comparison says that too much would vanish; who was not told is asked again") {
  District district;
  district.run(small_district());
  auto fewer = small_district();
  fewer["users.csv"] = fewer["users.csv"].substr(0, fewer["users.csv"].find("s2,"));
  const auto told = district.run(fewer, true);
  REQUIRE(told.state == ImportState::planned);
  CHECK(told.error.find("users.csv: 2 of 5 would be marked missing") != std::string::npos);
  must(district.imports.approve(district.admin, told.import_id));
  const auto done = district.settle(told);
  CHECK(done.state == ImportState::done);
  CHECK(done.approved_by == "user:01TESTADMIN");

  // Since this was compared, a hundred came who are not in it.
  const auto untold = district.run(fewer, true);
  CHECK(untold.error.empty());
  must(district.db.write([](sql::Transaction& transaction) -> Result<> {
    for (int i = 0; i < 100; ++i) {
      storage::PersonRow row;
      row.person = {.person_no = 1'000 + i, .person_id = "01X" + std::to_string(i), .source_id = "x" + std::to_string(i)};
      TRY(storage::put_person(transaction, row));
    }
    return {};
  }));
  must(district.imports.approve(district.admin, untold.import_id));
  CHECK(district.settle(untold).state == ImportState::held);
}

TEST_CASE("whoever watches sees an import come to its end, reading and writing") {
  District district;
  const std::string path = district.folder / "export.zip";
  write_zip(path, small_district());
  const auto archive = must(csv::Archive::open(district.files, path));
  ImportFindings findings([](std::int64_t, std::span<const domain::ImportFinding>) { return Result<>(); });
  ImportWatch watch;
  auto reader = must(RosterReader::open(*archive, domain::ImportKind::oneroster, findings, watch));
  RosterPlan plan(district.db, district.clock, district.random, district.keys, std::move(reader), watch, {});
  must(plan.make());
  auto progress = watch.progress();
  CHECK(progress.phase == "reading");
  CHECK(progress.file == "enrollments.csv");
  CHECK(progress.rows == 4);
  CHECK(progress.done > 1'000);  // bytes
  CHECK(progress.done == progress.total);
  must(plan.write());
  progress = watch.progress();
  CHECK(progress.phase == "writing");
  CHECK(progress.file == "enrollments.csv");
  CHECK(progress.rows == 4);
  CHECK(progress.done == 2 + 1 + 1 + 2 + 5 + 4);
  CHECK(progress.total == progress.done);
}

TEST_CASE("every step of an import is on record") {
  District district;
  district.run(small_district());
  std::vector<std::string> actions;
  for (const auto& it : must(district.audit.page("", 10)).records) actions.push_back(it.action + " " + it.actor);
  CHECK(actions == std::vector<std::string>{"import.end system", "import.submit user:01TESTADMIN"});
}

TEST_CASE("imports are listed newest first, page by page") {
  District district;
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) made.insert(made.begin(), district.run(small_district(), true).import_id);
  std::vector<std::string> listed;
  std::string cursor;
  do {
    const auto page = must(district.imports.list(cursor, 2));
    for (const auto& it : page.imports) listed.push_back(it.import.import_id);
    cursor = page.next_cursor;
  } while (!cursor.empty());
  CHECK(listed == made);
  CHECK(district.imports.list("nonsense", 2).error().field == "cursor");
}

}  // namespace
}  // namespace rollcall::service
