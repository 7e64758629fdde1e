// kill -9 under load. Not a test of syncs, which a killed process does not need: of what stands between an
// acknowledgement and the database, and of the start after it.
#include <catch2/catch.hpp>
#include <cstdio>
#include <optional>

#include "common/base/text.h"
#include "common/sql/sqlite_driver.h"
#include "tests/e2e/load.h"
#include "tests/faults/rounds.h"
#include "tests/run_tests.h"

namespace rollcall::faults {
namespace {

using namespace rollcall::e2e;

// Everything that was promised since the last look, and whatever else the pages hold that tell of it.
class Ledger {
 public:
  Ledger(RunningServer& server, Load& load, std::string admin) : server_(server), load_(load), admin_(std::move(admin)) {
    for (std::size_t i = 0; i < load.size(); ++i) devices_.push_back(load.laptop(i).device_id(admin_));
    seen_.resize(load.size());
  }
  Kept look(bool from_the_start) {
    Kept all;
    for (std::size_t i = 0; i < load_.size(); ++i) {
      const std::uint64_t above = from_the_start ? 0 : seen_[i];
      const auto& promised = load_.promised(i);
      const Kept one = compare(promised, stored_reports(server_, admin_, devices_[i], above), above);
      all.lost += one.lost, all.doubled += one.doubled;
      if (!promised.empty()) seen_[i] = *promised.rbegin();
    }
    return all;
  }

 private:
  RunningServer& server_;
  Load& load_;
  std::string admin_;
  std::vector<std::string> devices_;
  std::vector<std::uint64_t> seen_;
};

// A loss that nobody announces: one entry is taken out of the log of a server that is down.
void lose_one(const ServerHome& home) {
  const auto database = must(sql::SqliteDatabase::open({.path = home.data("rollcall.db")}));
  const auto removed = must(database->write([](sql::Transaction& transaction) {
    return transaction.execute("DELETE FROM report_log WHERE log_id = (SELECT max(log_id) FROM report_log)");
  }));
  REQUIRE(removed == 1);
}

TEST_CASE("killed at any moment under load, the server keeps every acknowledged report exactly once") {
  ServerHome home;
  RunningServer server(home);
  const auto admin = server.admin_token();
  SystemRandom random;
  Load load(server, 4);
  Ledger ledger(server, load, admin);
  std::int64_t slowest_ms = 0;
  int kills = 0, stops = 0;
  while (kills < rounds()) {
    INFO("after " << kills << " kills and " << stops << " orderly stops");
    const int enough = load.total() + 10 + static_cast<int>(random.below(50));
    REQUIRE(wait_until(home.clock, 60'000, [&] { return load.total() >= enough; }));
    // Every fifth time in order: a restart under load loses nothing either.
    if (kills >= 4 * (stops + 1)) {
      CHECK(server.stop() == 0);
      ++stops;
    } else {
      server.kill_hard();
      ++kills;
    }
    load.end();
    const std::int64_t down_ms = home.clock.monotonic_ms();
    server.start_again();
    const Kept kept = ledger.look(false);
    CHECK(kept.lost == 0);
    CHECK(kept.doubled == 0);
    const int before = load.total();
    load.begin_again();
    REQUIRE(wait_until(home.clock, 60'000, [&] { return load.total() > before; }));
    slowest_ms = std::max(slowest_ms, home.clock.monotonic_ms() - down_ms);
  }
  load.end();
  const Kept kept = ledger.look(true);
  CHECK(kept.lost == 0);
  CHECK(kept.doubled == 0);
  CHECK(load.total() >= 10 * kills);
  std::printf("%d kills and %d orderly stops, %d reports acknowledged, %zu lost, %zu doubled, "
              "at most %lld ms until the next was acknowledged\n",
              kills, stops, load.total(), kept.lost, kept.doubled, static_cast<long long>(slowest_ms));

  CHECK(server.stop() == 0);
  CHECK(home.run({"check"}).exit_code == 0);
  lose_one(home);
  server.start_again();
  CHECK(ledger.look(true).lost > 0);
}

TEST_CASE("a promise that is broken or kept twice is seen") {
  CHECK(compare({1, 2, 3}, {3, 2, 1}).lost == 0);
  CHECK(compare({1, 2, 3}, {3, 1}).lost == 1);
  CHECK(compare({1, 2, 3}, {3, 2, 2, 1}).doubled == 1);
  CHECK(compare({1, 2, 3}, {3}, 2).lost == 0);
}

}  // namespace
}  // namespace rollcall::faults

int main(int argc, char** argv) { return rollcall::faults::run_rounds(argc, argv, 20); }
