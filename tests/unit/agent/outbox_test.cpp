#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <set>

#include "agent/outbox/outbox.h"
#include "agent/outbox/thinning.h"
#include "common/base/clock.h"
#include "common/sql/sqlite_driver.h"
#include "tests/temporary_folder.h"
#include "tests/unit/agent/stepped_agent.h"

namespace rollcall::outbox {
namespace {

struct OpenOutbox {
  OpenOutbox(const std::string& path, const Clock& clock, Limits limits = {}) {
    sql::SqliteOptions options;
    options.path = path;
    options.readers = 1;
    auto opened = sql::SqliteDatabase::open(options);
    REQUIRE(opened.has_value());
    database = std::move(*opened);
    auto made = Outbox::open(*database, clock, limits);
    REQUIRE(made.has_value());
    outbox = std::move(*made);
  }
  Outbox* operator->() { return outbox.get(); }
  std::unique_ptr<sql::SqliteDatabase> database;
  std::unique_ptr<Outbox> outbox;
};

std::uint64_t add(OpenOutbox& outbox, const Clock& clock, wire::Occasion occasion = wire::Occasion::scheduled) {
  wire::Report report = small_report(clock, "boot");
  report.occasion = occasion;
  report.sequence = outbox->take_sequence();
  const std::uint64_t sequence = report.sequence;
  outbox->add(std::move(report));
  return sequence;
}

TEST_CASE("what was flushed survives the process, newest first") {
  const TemporaryFolder folder;
  FakeClock clock;
  std::uint64_t first = 0, last = 0;
  {
    OpenOutbox outbox(folder / "outbox.db", clock);
    first = add(outbox, clock);
    add(outbox, clock);
    REQUIRE(outbox->flush().has_value());
    last = add(outbox, clock);
    const auto newest = outbox->newest(10, 1'000'000);
    REQUIRE(newest->size() == 3);
    CHECK(newest->front().sequence == last);
    CHECK(newest->back().sequence == first);
    CHECK(outbox->newest(1, 1'000'000)->front().sequence == last);
    CHECK(outbox->newest(10, 1)->size() == 1);
  }
  OpenOutbox outbox(folder / "outbox.db", clock);
  CHECK(outbox->waiting() == 2);
  CHECK(outbox->newest(10, 1'000'000)->back().sequence == first);
  const wire::SequenceRange all[] = {{first, last}};
  REQUIRE(outbox->forget(all).has_value());
  CHECK(outbox->waiting() == 0);
}

TEST_CASE("a report that is sent at once never touches the disk") {
  const TemporaryFolder folder;
  FakeClock clock;
  OpenOutbox outbox(folder / "outbox.db", clock);
  outbox->take_sequence();
  const auto commits = outbox.database->stats().commits;
  for (int i = 0; i < 50; ++i) {
    clock.advance(5 * kMinuteMs);
    const std::uint64_t sequence = add(outbox, clock);
    const wire::SequenceRange range[] = {{sequence, sequence}};
    REQUIRE(outbox->forget(range).has_value());
  }
  CHECK(outbox.database->stats().commits == commits);
}

TEST_CASE("reports that wait go to disk in groups, and after an hour at the latest") {
  const TemporaryFolder folder;
  FakeClock clock;
  OpenOutbox outbox(folder / "outbox.db", clock);
  outbox->take_sequence();
  const auto commits = outbox.database->stats().commits;
  for (int i = 0; i < 288; ++i) {
    clock.advance(5 * kMinuteMs);
    add(outbox, clock);
  }
  const auto made = outbox.database->stats().commits - commits;
  INFO("commits for a day without a server: " << made);
  CHECK(made <= 26);
  CHECK(made >= 20);
}

TEST_CASE("a sequence number is never given twice, whatever happens to the process") {
  const TemporaryFolder folder;
  FakeClock clock;
  std::set<std::uint64_t> seen;
  std::uint64_t highest = 0;
  const auto take = [&](OpenOutbox& outbox) {
    const std::uint64_t sequence = outbox->take_sequence();
    CHECK(seen.insert(sequence).second);
    CHECK(sequence > highest);
    highest = sequence;
  };
  for (int start = 0; start < 5; ++start) {  // never flushed, never closed in order
    OpenOutbox outbox(folder / "outbox.db", clock);
    for (int i = 0; i < 300; ++i) take(outbox);
    clock.advance(kSecondMs);
  }
  std::filesystem::copy_file(folder / "outbox.db", folder / "older.db");
  {
    OpenOutbox outbox(folder / "outbox.db", clock);
    for (int day = 0; day < 3; ++day) {
      for (int i = 0; i < 288; ++i) take(outbox);
      clock.advance(kDayMs);
    }
  }
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(folder / ("outbox.db" + std::string(suffix)));
  std::filesystem::copy_file(folder / "older.db", folder / "outbox.db");
  OpenOutbox restored(folder / "outbox.db", clock);
  take(restored);
  clock.set_wall(0);
  OpenOutbox again(folder / "outbox.db", clock);  // a clock that lost its battery
  take(again);
}

TEST_CASE("over its bound the outbox thins old samples and keeps every day") {
  const TemporaryFolder folder;
  FakeClock clock;
  const Limits limits{.bytes = 20'000, .age_ms = 30 * kDayMs};
  OpenOutbox outbox(folder / "outbox.db", clock, limits);
  std::map<std::int64_t, int> per_day;
  std::uint64_t made = 0;
  const std::int64_t began_ms = clock.wall_ms();
  for (int i = 0; i < 14 * 288; ++i, ++made) {
    add(outbox, clock, i % 100 == 99 ? wire::Occasion::going_to_sleep : wire::Occasion::scheduled);
    clock.advance(5 * kMinuteMs);
  }
  REQUIRE(outbox->flush().has_value());
  const auto kept = *outbox->newest(100'000, 100'000'000);
  std::size_t words = 0;
  for (const auto& report : kept) {
    ++per_day[(report.wall_ms - began_ms) / kDayMs];
    words += report.occasion == wire::Occasion::going_to_sleep ? 1 : 0;
  }
  CHECK(per_day.size() == 14);
  CHECK(per_day[13] > per_day[0]);
  CHECK(words > 20);
  CHECK(outbox->thinned() + kept.size() == made);
  CHECK(outbox->waiting() == kept.size());
}

TEST_CASE("what is older than the age goes, and a clock that jumps makes nothing old") {
  std::vector<Sample> samples;
  for (std::uint64_t day = 0; day < 40; ++day) {
    samples.push_back({day + 1, static_cast<std::int64_t>(day) * kDayMs, 100, false});
  }
  CHECK(choose_outdated(samples, 30 * kDayMs).size() == 9);
  samples.resize(10);
  samples.push_back({11, 20LL * 365 * kDayMs, 100, false});
  samples.push_back({12, 11 * kDayMs, 100, false});
  CHECK(choose_outdated(samples, 30 * kDayMs).empty());
  CHECK(choose_outdated({}, kDayMs).empty());
}

TEST_CASE("a damaged row costs that row only") {
  const TemporaryFolder folder;
  FakeClock clock;
  OpenOutbox outbox(folder / "outbox.db", clock);
  const auto first = add(outbox, clock);
  add(outbox, clock);
  REQUIRE(outbox->flush().has_value());
  REQUIRE(outbox.database
              ->write([&](sql::Transaction& transaction) {
                return transaction.execute("UPDATE report SET body = '{\"q\":' WHERE sequence = $1", first);
              })
              .has_value());
  CHECK(outbox->newest(10, 1'000'000)->size() == 1);
  CHECK(outbox->waiting() == 1);
  CHECK(outbox->thinned() == 1);
}

}  // namespace
}  // namespace rollcall::outbox
