#include <catch2/catch.hpp>

#include "common/sql/simulated_disk.h"
#include "tests/temporary_folder.h"
#include "tests/unit/sql/sample.h"

using namespace rollcall;
using namespace rollcall::sql;

namespace {

using Synchronous = SqliteOptions::Synchronous;

// Writes some rows, cuts the power after the last acknowledgement and returns how many acknowledged rows are
// gone after the restart.
int lost_at_power_cut(Synchronous synchronous, std::uint64_t seed, bool torn) {
  TemporaryFolder folder;
  SimulatedDisk disk;
  const FaultyVfs vfs(disk);
  SeededRandom random(seed);
  const SqliteOptions options = {
      .path = folder / "a.db", .synchronous = synchronous, .checkpoint_pages = 12, .vfs = vfs.name()};
  const auto rows = static_cast<int>(5 + random.below(40));
  {
    const auto database = sample::open_with_table(options);
    for (int i = 0; i < rows; ++i) REQUIRE(sample::add(*database, i, std::string(random.below(3'000), 'x')));
    disk.cut_power();
    CHECK_FALSE(sample::add(*database, 1'000));
  }
  REQUIRE(disk.restore_power(torn ? &random : nullptr));
  const auto database = sample::open_with_table(options);
  const auto numbers = sample::numbers(*database);
  REQUIRE(numbers);
  CHECK(check_integrity(folder / "a.db"));
  CHECK(sample::add(*database, 1'001));
  return rows - static_cast<int>(numbers->size());
}

}  // namespace

TEST_CASE("no acknowledged row is lost when the power is cut") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    INFO("seed " << seed);
    CHECK(lost_at_power_cut(Synchronous::full, seed, seed % 2 == 0) == 0);
  }
}

TEST_CASE("the same power cuts lose rows when commits are not synced") {
  int lost = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    lost += lost_at_power_cut(Synchronous::normal, seed, false);
  }
  CHECK(lost > 50);
}
