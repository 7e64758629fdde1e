// Clocks that leap: a dead battery on the board, a wrong time server. Twenty years there and back, while running and
// over a restart.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "agent/outbox/outbox.h"
#include "common/sql/sqlite_driver.h"
#include "tests/bench/sample_report.h"
#include "tests/faults/host.h"
#include "tests/must.h"
#include "tests/temporary_folder.h"

namespace rollcall::faults {
namespace {

constexpr std::int64_t kTwentyYearsMs = 20 * 365 * kDayMs;

struct School {
  School() {
    REQUIRE(host.start());
    const auto token = must(host.make_token());
    for (int number = 1; number <= 3; ++number) laptops.push_back(must(host.enroll(token, number)));
    live(2 * kHourMs);
  }

  // Reports every five minutes, and the jobs that are due.
  void live(std::int64_t for_ms) {
    for (std::int64_t passed = 0; passed < for_ms; passed += 5 * kMinuteMs) {
      clock.advance(5 * kMinuteMs);
      ++sequence;
      for (const auto& laptop : laptops) {
        const auto sent = host.report(laptop, sequence);
        INFO((sent ? std::string() : sent.error().message));
        REQUIRE(sent);
      }
      run_jobs();
    }
  }
  void run_jobs() {
    for (int i = 0; i < 20 && host.core().run_due_jobs(clock.wall_ms()) <= clock.wall_ms(); ++i) continue;
  }
  void leap(std::int64_t ms) {
    clock.set_wall(clock.wall_ms() + ms);
    run_jobs();
  }
  void restart() {
    host.drop();
    const auto started = host.start();
    INFO((started ? std::string() : started.error().message));
    REQUIRE(started);
    run_jobs();
  }
  std::size_t lost() {
    std::size_t lost = 0;
    for (const auto& laptop : laptops) {
      const auto stored = must(host.stored(laptop));
      const std::set<std::uint64_t> once(stored.begin(), stored.end());
      CHECK(once.size() == stored.size());
      lost += sequence - once.size();
    }
    return lost;
  }
  bool has_valid_certificate() {
    REQUIRE(host.core().credentials->renew_if_due());
    const auto info = must(pki::parse_certificate_pem(host.core().credentials->agents_tls().certificate_chain_pem));
    return info.not_before_ms <= clock.wall_ms() && clock.wall_ms() < info.not_after_ms;
  }

  TemporaryFolder folder;
  FakeClock clock;
  Host host{folder.path(), clock};
  std::vector<Laptop> laptops;
  std::uint64_t sequence{};
};

TEST_CASE("a server's clock that leaps twenty years and comes back loses no report") {
  const std::int64_t leap_ms = GENERATE(as<std::int64_t>{}, kTwentyYearsMs, -kTwentyYearsMs, 45 * kDayMs, -45 * kDayMs);
  const bool restarts = GENERATE(false, true);
  CAPTURE(leap_ms, restarts);
  School school;
  school.leap(leap_ms);
  if (restarts) school.restart();
  school.live(3 * kHourMs);
  CHECK(school.lost() == 0);
  school.leap(-leap_ms);
  if (restarts) school.restart();
  school.live(3 * kHourMs);
  CHECK(school.lost() == 0);
  CHECK(school.host.check());
  CHECK(school.has_valid_certificate());
  for (const auto& laptop : school.laptops) {
    const auto view = must(school.host.core().fleet.view(laptop.device_id));
    CHECK(view.row.presence == domain::Presence::online);
    CHECK(view.latest->report.sequence == school.sequence);
  }
  // The start after that finds the same.
  school.restart();
  CHECK(school.lost() == 0);
}

TEST_CASE("a clock that stays where it is gets believed: then what is old is deleted") {
  School school;
  school.leap(kTwentyYearsMs);
  school.live(service::Retention::kBelievedAfterMs / 2);
  CHECK(school.lost() == 0);
  school.live(service::Retention::kBelievedAfterMs);
  CHECK(school.lost() > 0);
}

TEST_CASE("an agent takes no number twice and keeps its reports, whatever its clock says") {
  const TemporaryFolder folder;
  FakeClock clock;
  std::set<std::uint64_t> taken;
  std::size_t kept = 0;
  for (const std::int64_t leap_ms : {std::int64_t{0}, kTwentyYearsMs, -kTwentyYearsMs, -kTwentyYearsMs, kTwentyYearsMs, -kDayMs}) {
    clock.set_wall(clock.wall_ms() + leap_ms);
    const auto database = must(sql::SqliteDatabase::open({.path = folder / "outbox.db", .readers = 1}));
    const auto box = must(outbox::Outbox::open(*database, clock, {}));
    CHECK(box->waiting() == kept);
    for (int i = 0; i < 300; ++i) {
      clock.advance(kMinuteMs);
      const auto sequence = box->take_sequence();
      CHECK(taken.insert(sequence).second);
      CHECK(sequence == *taken.rbegin());
      if (i % 10 != 0) continue;
      box->add(bench::make_report(1, sequence, clock));
      ++kept;
    }
    REQUIRE(box->flush());
    // A leap back while it runs.
    clock.set_wall(clock.wall_ms() - kDayMs);
    CHECK(taken.insert(box->take_sequence()).second);
    CHECK(box->thinned() == 0);
  }
}

}  // namespace
}  // namespace rollcall::faults
