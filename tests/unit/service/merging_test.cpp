// Days that are over are merged into segments. Whoever reads a laptop's history must not notice: not between two
// steps, not after a crash between two steps, not when a step fails.
#include "server/service/merging.h"

#include <fmt/format.h>

#include <climits>
#include <filesystem>
#include <fstream>
#include <set>

#include "common/sql/simulated_disk.h"
#include "server/service/retention.h"
#include "tests/unit/service/telemetry_fixture.h"

using namespace rollcall;
using namespace rollcall::service;
namespace fs = std::filesystem;

namespace {

constexpr int kLaptops = 3;

// What a laptop's pages show, in the order of the pages.
std::vector<std::string> story_of(TelemetryFixture& server, std::int64_t number) {
  std::vector<std::string> story;
  std::string cursor;
  do {
    const auto page = server.history->timeline(server.device_id(number), cursor, 3, false);
    if (!page) return {page.error().message};
    for (const auto& entry : page->entries) {
      story.push_back(fmt::format("{} {} {} {} {}", entry.agent_id, entry.sequence, entry.observed_ms, entry.received_ms,
                                  entry.percent.value_or(-1)));
    }
    cursor = page->next_cursor;
  } while (!cursor.empty());
  const std::int64_t now_ms = server.clock.wall_ms();
  const auto curve = server.history->battery(server.device_id(number), now_ms - 30 * kDayMs, now_ms);
  if (!curve) return {curve.error().message};
  for (const auto& point : curve->points) {
    story.push_back(fmt::format("{} {} {} {}", point.observed_ms, point.pack, point.percent.value_or(-1),
                                point.power_mw.value_or(-1)));
  }
  return story;
}

std::vector<std::vector<std::string>> stories_of(TelemetryFixture& server) {
  std::vector<std::vector<std::string>> stories;
  for (int number = 1; number <= kLaptops; ++number) stories.push_back(story_of(server, number));
  return stories;
}

// `days` days, a few reports each, with everything written that a restart would need.
void live(TelemetryFixture& server, int days, std::uint64_t from = 1) {
  for (int day = 0; day < days; ++day) {
    for (int i = 0; i < 4; ++i) {
      server.clock.advance(kDayMs / 4);
      const std::uint64_t sequence = from + static_cast<std::uint64_t>(day * 4 + i);
      for (int number = 1; number <= kLaptops; ++number) {
        if ((static_cast<int>(sequence) + number) % 5 == 0) continue;
        server.send(number, {server.report(sequence, static_cast<double>(sequence * 7 % 100))});
      }
    }
  }
  server.stop_in_order();
}

Merging merging_of(TelemetryFixture& server, Files& files, std::size_t memory = 1 << 20) {
  return Merging(*server.database, files, server.clock, *server.segments, memory);
}

// Returns the steps that it took until nothing was left to do.
int merge_all(TelemetryFixture& server, std::size_t memory = 1 << 20) {
  Merging merging = merging_of(server, server.files, memory);
  int steps = 0;
  do merging.run_due(server.clock.wall_ms()), ++steps;
  while (merging.next_due() <= server.clock.wall_ms() + kSecondMs);
  return steps;
}

std::size_t files_in(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

// The nth change fails, and with it everything after it until heal().
class FailingFiles final : public Files {
 public:
  explicit FailingFiles(int nth) : left_(nth) {}
  void heal() { left_ = INT_MAX; }
  bool happened() const { return left_ <= 0; }

  Result<std::string> read(const std::string& path, std::size_t limit) const override { return files_.read(path, limit); }
  Result<> write_atomic(const std::string&, std::string_view, unsigned) override { return fault(); }
  Result<std::unique_ptr<FileWriter>> create(const std::string& path, unsigned mode) override {
    TRY(fault());
    return std::make_unique<Writer>(*this, TRY(files_.create(path, mode)));
  }
  Result<std::unique_ptr<FileReader>> open(const std::string& path) const override { return files_.open(path); }
  Result<> sync_folder(const std::string& path) override { return TRY(fault()), files_.sync_folder(path); }
  Result<> remove(const std::string& path) override { return TRY(fault()), files_.remove(path); }
  Result<> rename(const std::string& from, const std::string& to) override { return TRY(fault()), files_.rename(from, to); }
  Result<> make_directories(const std::string& path, unsigned mode) override { return files_.make_directories(path, mode); }
  Result<FileInfo> info(const std::string& path) const override { return files_.info(path); }
  Result<std::vector<std::string>> list(const std::string& path) const override { return files_.list(path); }

 private:
  struct Writer final : FileWriter {
    Writer(FailingFiles& the_files, std::unique_ptr<FileWriter> the_file) : files(the_files), file(std::move(the_file)) {}
    Result<> append(std::string_view bytes) override { return TRY(files.fault()), file->append(bytes); }
    Result<> sync() override { return TRY(files.fault()), file->sync(); }
    FailingFiles& files;
    std::unique_ptr<FileWriter> file;
  };
  Result<> fault() {
    if (left_ == INT_MAX || --left_ > 0) return {};
    return fail(Errc::storage_full, "no room");
  }
  SystemFiles files_;
  int left_;
};

}  // namespace

TEST_CASE("days that are over are merged, today is not, and nobody who reads notices at any step") {
  TelemetryFixture server;
  server.enrol(kLaptops);
  live(server, 5);
  const auto before = stories_of(server);
  REQUIRE(before[0].size() > 20);
  const std::int64_t stored = server.stored();
  // One byte of memory: every row is a run of its own.
  Merging merging = merging_of(server, server.files, GENERATE(as<std::size_t>(), 1, 1 << 20));
  for (int step = 0; step < 200; ++step) {
    merging.run_due(server.clock.wall_ms());
    REQUIRE(stories_of(server) == before);
  }
  const auto list = server.segments->list();
  CHECK(list.size() == 5);
  CHECK(files_in(server.segments->folder()) == list.size());
  std::uint64_t merged = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    merged += list[i].content.reports;
    CHECK(list[i].content.day == list[0].content.day + static_cast<std::int64_t>(i));
    CHECK(list[i].content.oldest_ms / kDayMs == list[i].content.day);
    CHECK(list[i].content.newest_ms / kDayMs == list[i].content.day);
    CHECK(list[i].bytes == fs::file_size(server.segments->folder() + "/" + storage::segment_name(list[i].content)));
  }
  CHECK(static_cast<std::int64_t>(merged) + server.stored() == stored);
  CHECK(server.stored() > 0);
  CHECK(server.stored() < kLaptops * 4);
}

TEST_CASE("a crash after any step of merging loses no report and shows none twice") {
  for (int steps = 0;; ++steps) {
    TelemetryFixture server;
    server.enrol(kLaptops);
    live(server, 3);
    const auto before = stories_of(server);
    const std::int64_t stored = server.stored();
    bool was_done = false;
    {
      Merging merging = merging_of(server, server.files);
      for (int i = 0; i < steps; ++i) merging.run_due(server.clock.wall_ms());
      was_done = steps > 1 && merging.next_due() > server.clock.wall_ms() + kMinuteMs;
      // The machine does not tidy up after itself.
      std::ofstream(server.segments->folder() + "/sorting.part") << "left over";
    }
    server.crash();
    REQUIRE(stories_of(server) == before);
    CHECK(server.fleet->stats().replayed_reports == 0);
    CHECK(files_in(server.segments->folder()) == server.segments->list().size());
    merge_all(server);
    REQUIRE(stories_of(server) == before);
    std::uint64_t merged = 0;
    for (const auto& row : server.segments->list()) merged += row.content.reports;
    CHECK(static_cast<std::int64_t>(merged) + server.stored() == stored);
    CHECK(server.segments->list().size() == 3);
    if (was_done) break;
    REQUIRE(steps < 100);
  }
}

TEST_CASE("a power cut at any access to the database while merging loses no report and shows none twice") {
  for (std::int64_t nth = 1;; ++nth) {
    sql::SimulatedDisk disk;
    sql::FaultyVfs vfs(disk);
    sql::SqliteOptions options;
    options.vfs = vfs.name();
    TelemetryFixture server({}, options);
    server.enrol(kLaptops);
    live(server, 2);
    const auto before = stories_of(server);
    disk.inject({std::nullopt, nth, 10 /* SQLITE_IOERR */, true});
    {
      Merging merging = merging_of(server, server.files);
      for (int step = 0; step < 20; ++step) merging.run_due(server.clock.wall_ms());
    }
    const bool happened = disk.fault_happened();
    server.crash([&] {
      disk.heal();
      REQUIRE(disk.restore_power());
    });
    REQUIRE(stories_of(server) == before);
    merge_all(server);
    REQUIRE(stories_of(server) == before);
    CHECK(server.segments->list().size() == 2);
    if (!happened) break;
    REQUIRE(nth < 2'000);
  }
}

TEST_CASE("a step that fails is tried again later, and whatever fails is not noticed by who reads") {
  for (int nth = 1;; ++nth) {
    TelemetryFixture server;
    server.enrol(kLaptops);
    live(server, 2);
    const auto before = stories_of(server);
    FailingFiles files(nth);
    Segments segments(*server.database, files, server.folder() + "/segments");
    REQUIRE(segments.load());
    Merging merging(*server.database, files, server.clock, segments, 1 << 12);
    for (int step = 0; step < 20; ++step) merging.run_due(server.clock.wall_ms());
    REQUIRE(server.segments->load());
    REQUIRE(stories_of(server) == before);
    const bool happened = files.happened();
    files.heal();
    for (int step = 0; step < 20; ++step) merging.run_due(server.clock.wall_ms());
    CHECK(segments.list().size() == 2);
    REQUIRE(server.segments->load());
    REQUIRE(stories_of(server) == before);
    if (!happened) break;
    REQUIRE(nth < 200);
  }
}

TEST_CASE("what states do not hold yet is not merged, so that a restart finds it in the log") {
  TelemetryFixture server;
  server.enrol(kLaptops);
  live(server, 1);
  server.clock.advance(kDayMs);
  server.send(1, {server.report(1'000, 42)});
  server.clock.advance(kDayMs);
  merge_all(server);
  CHECK(server.stored() == 1);
  server.crash();
  CHECK(server.fleet->stats().replayed_reports == 1);
  CHECK(server.fleet->latest(server.device_id(1))->report.sequence == 1'000);
  server.stop_in_order();
  merge_all(server);
  CHECK(server.stored() == 0);
  server.crash();
  CHECK(server.fleet->stats().replayed_reports == 0);
  CHECK(server.fleet->latest(server.device_id(1))->report.sequence == 1'000);
  // Numbers go on where they were.
  server.send(1, {server.report(1'001, 43)});
  CHECK(story_of(server, 1).size() == story_of(server, 2).size() + 4);
}

TEST_CASE("a laptop's chain goes on from the log into segment after segment, over a second installation") {
  TelemetryFixture server;
  server.enrol(kLaptops);
  live(server, 3);
  const auto again = server.reimage(1);
  for (std::uint64_t i = 1; i <= 6; ++i) {
    server.clock.advance(kDayMs / 2);
    REQUIRE(server.send(again, server.check_in({server.report(i, 30)})).reply);
  }
  server.stop_in_order();
  const auto before = story_of(server, 1);
  CHECK(before.front().starts_with(again->agent_id));
  merge_all(server);
  CHECK(server.segments->list().size() == 6);
  CHECK(story_of(server, 1) == before);
}

TEST_CASE("a cursor that was handed out before its day was merged goes on after it") {
  TelemetryFixture server;
  server.enrol(kLaptops);
  live(server, 4);
  const auto first = *server.history->timeline(server.device_id(1), "", 3, false);
  const auto expected = *server.history->timeline(server.device_id(1), first.next_cursor, 100, false);
  merge_all(server);
  const auto rest = *server.history->timeline(server.device_id(1), first.next_cursor, 100, false);
  REQUIRE(rest.entries.size() == expected.entries.size());
  CHECK(rest.entries.back().sequence == 1);
}

TEST_CASE("a clock that was wrong for a while neither stops the merging nor tears a day apart") {
  TelemetryFixture server;
  server.enrol(kLaptops);
  live(server, 2);
  std::uint64_t sequence = 100;
  for (const std::int64_t leap_ms : {4'000 * kDayMs, -4'000 * kDayMs, -3 * kDayMs, 3 * kDayMs}) {
    server.clock.set_wall(server.clock.wall_ms() + leap_ms);
    server.clock.advance(kMinuteMs);
    server.send(1, {server.report(++sequence)});
    server.stop_in_order();
    merge_all(server);
  }
  live(server, 2, 200);
  const auto before = stories_of(server);
  merge_all(server);
  CHECK(stories_of(server) == before);
  std::set<std::int64_t> days;
  const std::int64_t today = server.clock.wall_ms() / kDayMs;
  for (const auto& row : server.segments->list()) {
    CHECK(days.insert(row.content.day).second);
    CHECK(row.content.day < today);
  }
  CHECK(server.stored() <= kLaptops * 4);
}

TEST_CASE("merged days are deleted by removing their files, the oldest first, never under a backup") {
  TelemetryFixture server;
  server.enrol(kLaptops);
  live(server, 40);
  merge_all(server);
  REQUIRE(server.segments->list().size() == 40);
  Retention retention(*server.database, server.clock, *server.segments, 30);
  REQUIRE(retention.load());
  {
    const auto keeping = server.segments->keep_all();
    retention.run_due(server.clock.wall_ms());
    CHECK(server.segments->list().size() == 40);
  }
  for (int i = 0; i < 40; ++i) retention.run_due(server.clock.wall_ms());
  const auto list = server.segments->list();
  CHECK(list.size() == 30);
  CHECK(files_in(server.segments->folder()) == 30);
  CHECK((list.front().content.day + 1) * kDayMs > server.clock.wall_ms() - 30 * kDayMs);
  CHECK(*retention.schedule()->oldest_report_ms == list.front().content.oldest_ms);
  const auto before = stories_of(server);
  CHECK(before[0].size() > 60);
  server.crash();
  CHECK(stories_of(server) == before);
}

TEST_CASE("a damaged day is said to be damaged, and the rest of the laptop goes on being shown") {
  TelemetryFixture server;
  server.enrol(kLaptops);
  live(server, 3);
  merge_all(server);
  const auto path = server.segments->folder() + "/" + storage::segment_name(server.segments->list()[1].content);
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(40);
    file.put('\x55');
  }
  server.crash();
  const auto page = server.history->timeline(server.device_id(1), "", 100, false);
  REQUIRE_FALSE(page);
  CHECK(page.error().code == Errc::corrupt);
  const std::int64_t now_ms = server.clock.wall_ms();
  CHECK(server.history->battery(server.device_id(1), now_ms - kDayMs / 2, now_ms)->points.size() > 0);
  CHECK(server.fleet->latest(server.device_id(1)));
  server.crash([&] { fs::remove(path); });
  CHECK_FALSE(server.history->timeline(server.device_id(1), "", 100, false));
  CHECK(server.send(1, {server.report(999)}).accepted.size() == 1);
}
