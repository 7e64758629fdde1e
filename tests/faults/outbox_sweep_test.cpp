// The agent's outbox: what flush() said it kept is kept or counted as given up, and no number is taken twice.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "agent/outbox/outbox.h"
#include "common/base/text.h"
#include "common/sql/page_checksum.h"
#include "common/sql/sqlite_driver.h"
#include "tests/bench/sample_report.h"
#include "tests/faults/sweep_depth.h"
#include "tests/faults/sweep.h"

namespace rollcall::faults {
namespace {

constexpr std::int64_t kSampleMs = 5 * kMinuteMs;
constexpr std::int64_t kReports = 60;
// So few that the oldest must go.
constexpr outbox::Limits kLimits{.bytes = 6'000, .age_ms = 30 * kDayMs};

struct Open {
  static Result<Open> at(const std::string& folder, const std::string& vfs, const Clock& clock) {
    Open open;
    open.database = TRY(sql::SqliteDatabase::open(
        {.path = folder + "/outbox.db", .readers = 1, .busy_timeout_ms = 0, .cache_kib = 64, .vfs = vfs}));
    open.outbox = TRY(outbox::Outbox::open(*open.database, clock, kLimits));
    return open;
  }
  std::unique_ptr<sql::SqliteDatabase> database;
  std::unique_ptr<outbox::Outbox> outbox;
};

void collect(FakeClock& clock, outbox::Outbox& outbox, std::vector<std::uint64_t>& held) {
  clock.advance(kSampleMs);
  const std::uint64_t sequence = outbox.take_sequence();
  outbox.add(bench::make_report(1, sequence, clock));
  held.push_back(sequence);
}

// A day without the server; `early` promises before the disk has answered, which is the lie that must be found.
void live(Ground& ground, bool early) {
  FakeClock clock;
  const auto opened = Open::at(ground.folder(), ground.vfs(), clock);
  if (!opened) return;  // as the agent, which ends then
  outbox::Outbox& outbox = *opened->outbox;
  std::vector<std::uint64_t> held;
  const auto flush = [&] {
    const auto promise_all = [&] {
      for (const auto sequence : held) ground.promise(fmt::format("kept {}", sequence));
      held.clear();
    };
    if (early) promise_all();
    const auto flushed = outbox.flush();
    // Held reports may have gone to disk, and then the bounds failed: no promise.
    if (flushed) promise_all();
    return flushed;
  };
  for (std::int64_t i = 0; i < kReports; ++i) {
    collect(clock, outbox, held);
    ground.promise(fmt::format("took {}", held.back()));
    if (i % 7 == 6) static_cast<void>(flush());
    if (i % 20 == 19) {
      const auto newest = outbox.newest(4, 10'000);
      if (newest && !newest->empty()) {
        const wire::SequenceRange sent[] = {{newest->back().sequence, newest->back().sequence}};
        ground.promise(fmt::format("sent {}", sent[0].first));
        static_cast<void>(outbox.forget(sent));
      }
    }
    if (i == kReports / 2) static_cast<void>(opened->database->checkpoint());
  }
  if (early) return;  // and the laptop's power goes
  ground.heal();
  collect(clock, outbox, held);
  if (const auto flushed = flush(); !flushed) ground.complain("still refuses after the fault: " + flushed.error().message);
}

struct Promised {
  std::set<std::uint64_t> kept, sent;
  std::uint64_t last_taken = 0;
};

Promised read_promises(const std::vector<std::string>& lines) {
  Promised promised;
  for (const auto& line : lines) {
    const auto words = split(line, ' ');
    const auto number = parse_number<std::uint64_t>(words[1]).value();
    if (words[0] == "kept") promised.kept.insert(number);
    if (words[0] == "sent") promised.sent.insert(number);
    if (words[0] == "took") promised.last_taken = std::max(promised.last_taken, number);
  }
  return promised;
}

std::vector<std::string> inspect(const std::string& folder, const std::vector<std::string>& lines) {
  const Promised promised = read_promises(lines);
  FakeClock clock;
  // Reports are minutes apart, so the wall clock has gone on by more seconds than numbers were taken.
  clock.advance((kReports + 2) * kSampleMs);
  const std::string path = folder + "/outbox.db";
  auto opened = Open::at(folder, {}, clock);
  if (!opened) return {"does not open: " + opened.error().message};
  std::vector<std::string> findings;
  if (const auto sound = sql::check_integrity(path); !sound) findings.push_back(sound.error().message);
  const auto reports = opened->outbox->newest(1'000, 10'000'000);
  if (!reports) return {"cannot be read: " + reports.error().message};
  std::set<std::uint64_t> stored;
  for (const auto& report : *reports) stored.insert(report.sequence);
  std::size_t missing = 0;
  for (const auto sequence : promised.kept) missing += stored.contains(sequence) || promised.sent.contains(sequence) ? 0 : 1;
  if (missing > opened->outbox->thinned()) {
    findings.push_back(fmt::format("{} kept reports are gone, {} are counted as given up", missing, opened->outbox->thinned()));
  }
  const std::uint64_t next = opened->outbox->take_sequence();
  if (next <= promised.last_taken) findings.push_back(fmt::format("number {} is taken again", next));
  opened->outbox->add(bench::make_report(1, next, clock));
  if (const auto flushed = opened->outbox->flush(); !flushed) findings.push_back(flushed.error().message);
  return findings;
}

Workload workload(bool early) {
  return {.prepare = [](const std::string&) {}, .run = [early](Ground& ground) { live(ground, early); }, .inspect = inspect};
}

TEST_CASE("whatever fails under the outbox, it keeps what it said it kept and takes no number twice") {
  for (const auto& kind : every_fault_kind()) {
    const Depth depth = depth_for(kind);
    const Swept swept = sweep(workload(false), kind, depth.dense, depth.stride);
    std::printf("outbox  %-24s %4d faults, %3d ended the process, %d promises\n", kind.name.c_str(), swept.tries,
                swept.aborted, swept.promises);
    for (const auto& finding : swept.findings) FAIL_CHECK(finding);
    CHECK(swept.tries > 0);
    CHECK(swept.promises > 0);
    if (kind.operation == sql::Access::Operation::sync) CHECK(swept.aborted > 0);
  }
}

TEST_CASE("an outbox that promises before the disk has answered is found out") {
  const FaultKind full{"write, disk full", sql::Access::Operation::write, 13, true};
  CHECK_FALSE(sweep(workload(true), full, 1, 10).findings.empty());
}

}  // namespace
}  // namespace rollcall::faults
