// Backup, check and restore of a server whose older days are merged.
#include <filesystem>
#include <fstream>

#include "server/local_commands.h"
#include "server/storage/agent_state_store.h"
#include "server/storage/report_codec.h"
#include "server/storage/report_log.h"
#include "server/storage/segment_backup.h"
#include "tests/unit/api/fixture.h"

namespace rollcall {
namespace {

namespace fs = std::filesystem;

struct MergedServer {
  TemporaryFolder folder;
  SystemFiles files;
  FakeClock clock;
  SystemRandom random;
  ServerConfig config = api::test_config(folder / "data");
  std::unique_ptr<Core> core;
  std::int64_t log_id = 0;

  MergedServer() { open(); }
  Machinery machinery() { return {files, clock, random}; }
  void open() {
    Phase phase{};
    core = must(Core::open(config, machinery(), phase));
  }
  void live(int days) {
    for (int i = 0; i < days * 10; ++i) {
      clock.advance(kDayMs / 10);
      domain::ReportEntry entry;
      entry.log_id = ++log_id, entry.agent_no = 1 + log_id % 3, entry.sequence = static_cast<std::uint64_t>(log_id);
      entry.received_ms = entry.observed_ms = entry.promised_ms = clock.wall_ms();
      const std::vector<storage::LogRow> rows{{entry.log_id, entry.agent_no, entry.received_ms, storage::encode_entry(entry)}};
      must(core->database->write([&](sql::Transaction& transaction) -> Result<> {
        TRY(storage::append_reports(transaction, rows));
        return storage::put_fleet_clock(transaction, {log_id, clock.wall_ms()});
      }));
    }
    do core->merging.run_due(clock.wall_ms());
    while (core->merging.next_due() <= clock.wall_ms() + kSecondMs);
  }
  // Every report that can be read, in order; one that is there twice stands there twice.
  std::vector<std::int64_t> readable() {
    std::vector<std::int64_t> ids;
    const auto take = [&](const domain::ReportEntry& entry) { return ids.push_back(entry.log_id), Result<>(); };
    must(core->segments.each(take));
    must(core->database->read([&](sql::Snapshot& snapshot) {
      return storage::reports_after(snapshot, core->segments.merged_log_id(), 10'000, take);
    }));
    std::ranges::sort(ids);
    return ids;
  }
  std::string back_up(const std::string& name) {
    const auto target = folder / name;
    must(take_backup(must(run_local_command(*core, {"backup"})), target));
    return target;
  }
  Result<std::string> restore(const std::string& backup) {
    core.reset();
    Phase phase{};
    return restore_database(config, machinery(), backup, phase);
  }
};

}  // namespace

TEST_CASE("a backup holds every merged day, and a restore brings all of it back") {
  MergedServer server;
  server.live(4);
  const auto then = server.readable();
  REQUIRE(then.size() == 40);
  const auto backup = server.back_up("copy.db");
  CHECK(fs::exists(backup + ".segments"));
  CHECK_FALSE(fs::exists(server.core->folder->backups() + "/outgoing.db.segments"));
  server.live(3);
  const auto later = server.readable();
  CHECK(later.size() == 70);
  CHECK_THAT(must(run_local_command(*server.core, {"check"})), Catch::Contains("merged days: 7"));

  const auto said = must(server.restore(backup));
  CHECK_THAT(said, Catch::Contains("the merged days as they were are kept in"));
  server.open();
  CHECK(server.readable() == then);
  CHECK(std::distance(fs::directory_iterator(server.core->segments.folder()), fs::directory_iterator()) ==
        static_cast<std::ptrdiff_t>(server.core->segments.list().size()));
  // It goes on as if the days since had not been; the same days get other contents, and other names.
  server.log_id = then.back();
  server.live(2);
  CHECK(server.readable().size() == 60);

  // What was put aside is a backup like any other.
  std::string kept;
  for (const auto& file : fs::directory_iterator(server.folder / "data")) {
    const auto name = file.path().string();
    if (name.find(".replaced-") != std::string::npos && name.ends_with(".segments")) kept = name;
  }
  REQUIRE_FALSE(kept.empty());
  const auto rows = must(storage::segments_in(kept.substr(0, kept.size() - 9)));
  CHECK(rows.size() >= 4);
  CHECK(storage::verify_segments(rows, kept));
}

TEST_CASE("a backup that lacks a merged day, or holds a damaged one, is refused and nothing is changed") {
  MergedServer server;
  server.live(3);
  const auto then = server.readable();
  const auto backup = server.back_up("copy.db");
  const auto first = fs::directory_iterator(backup + ".segments")->path();
  server.live(2);
  const auto later = server.readable();
  SECTION("gone here as well") {
    fs::remove(server.core->segments.folder() + "/" + first.filename().string());
    fs::remove(first);
  }
  SECTION("damaged") {
    fs::remove(server.core->segments.folder() + "/" + first.filename().string());
    std::fstream(first, std::ios::in | std::ios::out | std::ios::binary).seekp(30).put('\x7f');
  }
  CHECK_FALSE(server.restore(backup));
  server.open();
  CHECK(server.core->segments.list().size() == 5);
}

TEST_CASE("a check finds a damaged day") {
  MergedServer server;
  server.live(3);
  const auto path = fs::directory_iterator(server.core->segments.folder())->path();
  std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(30).put('\x7f');
  const auto said = run_local_command(*server.core, {"check"});
  REQUIRE_FALSE(said);
  CHECK(said.error().code == Errc::corrupt);
  CHECK_THAT(said.error().message, Catch::Contains(path.filename().string()));
}

TEST_CASE("a backup is not taken over one that is there, and leaves nothing half-made") {
  MergedServer server;
  server.live(2);
  const auto backup = server.back_up("copy.db");
  const auto made = must(run_local_command(*server.core, {"backup"}));
  CHECK(take_backup(made, backup).error().code == Errc::already_exists);
  const auto again = must(run_local_command(*server.core, {"backup"}));
  CHECK_FALSE(take_backup(again, server.folder / "no/such/folder/copy.db"));
  CHECK_FALSE(fs::exists(server.folder / "no"));
  const auto third = must(run_local_command(*server.core, {"backup"}));
  fs::remove(*fs::directory_iterator(third + ".segments"));
  CHECK_FALSE(take_backup(third, server.folder / "third.db"));
  CHECK_FALSE(fs::exists(server.folder / "third.db"));
  CHECK_FALSE(fs::exists(server.folder / "third.db.segments"));
}

}  // namespace rollcall
