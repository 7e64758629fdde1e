// Power cuts in one process, on a disk that forgets what was not synced: many more than a real file system allows,
// at every moment of a commit, with torn sectors.
#include <catch2/catch.hpp>
#include <cstdio>
#include <map>
#include <set>

#include "common/sql/simulated_disk.h"
#include "tests/unit/service/telemetry_fixture.h"

namespace rollcall::service {
namespace {

constexpr int kLaptops = 8;
constexpr std::uint64_t kCuts = 200;

// Cuts the power at the nth access to the disk from when it is set.
class Fuse final : public sql::Faults {
 public:
  int before(const sql::Access& access) override {
    if (left > 0 && --left == 0) disk.cut_power();
    return disk.before(access);
  }
  sql::SimulatedDisk disk;
  std::uint64_t left = 0;
};

struct Tally {
  std::int64_t promised = 0, lost = 0, doubled = 0;
};

void count(TelemetryFixture& server, const std::map<std::int64_t, std::set<std::uint64_t>>& promised, Tally& tally) {
  for (const auto& [number, sequences] : promised) {
    std::map<std::uint64_t, int> stored;
    std::string cursor;
    do {
      const auto page = server.history->timeline(server.device_id(number), cursor, 500, false);
      REQUIRE(page);
      for (const auto& entry : page->entries) ++stored[entry.sequence];
      cursor = page->next_cursor;
    } while (!cursor.empty());
    for (const auto sequence : sequences) tally.lost += stored.contains(sequence) ? 0 : 1;
    for (const auto& [sequence, times] : stored) tally.doubled += times > 1 ? 1 : 0;
    tally.promised += static_cast<std::int64_t>(sequences.size());
  }
}

Tally cut(sql::SqliteOptions::Synchronous synchronous, std::uint64_t seed) {
  SeededRandom chance(seed);
  Fuse fuse;
  const sql::FaultyVfs vfs(fuse);
  TelemetryFixture server({}, {.path = {}, .synchronous = synchronous, .checkpoint_pages = 40, .vfs = vfs.name()});
  server.enrol(kLaptops);
  std::map<std::int64_t, std::set<std::uint64_t>> promised;
  fuse.left = 40 + chance.below(400);
  const std::uint64_t fuse_length = fuse.left;
  for (std::uint64_t sequence = 1; fuse.left > 0; ++sequence) {
    REQUIRE(sequence <= fuse_length);
    server.clock.advance(30'000);
    for (std::int64_t number = 1; number <= kLaptops; ++number) {
      if (chance.below(3) == 0) continue;
      const auto outcome = server.send(server.agent(number), server.check_in({server.report(sequence)}));
      if (outcome.reply) promised[number].insert(sequence);
    }
    server.fleet->run_due(server.clock.wall_ms());
  }
  server.crash([&] { REQUIRE(fuse.disk.restore_power(seed % 2 == 0 ? &chance : nullptr)); });
  REQUIRE(sql::check_integrity(server.database->path()));
  Tally tally;
  count(server, promised, tally);
  return tally;
}

Tally cut_often(sql::SqliteOptions::Synchronous synchronous, std::uint64_t cuts) {
  Tally all;
  for (std::uint64_t seed = 1; seed <= cuts; ++seed) {
    INFO("seed " << seed);
    const Tally one = cut(synchronous, seed);
    all.promised += one.promised, all.lost += one.lost, all.doubled += one.doubled;
  }
  std::printf("%llu cuts: %lld of %lld acknowledged reports lost, %lld doubled\n", static_cast<unsigned long long>(cuts),
              static_cast<long long>(all.lost), static_cast<long long>(all.promised), static_cast<long long>(all.doubled));
  return all;
}

TEST_CASE("a disk that forgets what was not synced loses no acknowledged report") {
  const Tally tally = cut_often(sql::SqliteOptions::Synchronous::full, kCuts);
  CHECK(tally.promised > 1'000);
  CHECK(tally.lost == 0);
  CHECK(tally.doubled == 0);
}

TEST_CASE("it does when commits are not synced") {
  CHECK(cut_often(sql::SqliteOptions::Synchronous::normal, kCuts / 10).lost > 0);
}

}  // namespace
}  // namespace rollcall::service
