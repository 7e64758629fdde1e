// Power cuts under load on a real file system: what is acknowledged has reached the disk.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>

#include "tests/e2e/load.h"
#include "tests/faults/power_rig.h"
#include "tests/faults/rounds.h"
#include "tests/unit/sql/sample.h"

namespace rollcall::faults {
namespace {

using namespace rollcall::e2e;

TEST_CASE("after a power cut under load every acknowledged report is stored exactly once") {
  ServerHome home;
  PowerRig rig(home.path("data"));
  RunningServer server(home);
  const auto admin = server.admin_token();
  SystemRandom random;
  Load load(server, 4);
  std::vector<std::string> devices;
  for (std::size_t i = 0; i < load.size(); ++i) devices.push_back(load.laptop(i).device_id(admin));
  std::vector<std::uint64_t> seen(load.size(), 0);
  std::size_t lost = 0, doubled = 0;
  for (int round = 1; round <= rounds(); ++round) {
    INFO("round " << round);
    const int enough = load.total() + 5 + static_cast<int>(random.below(60));
    REQUIRE(wait_until(home.clock, 60'000, [&] { return load.total() >= enough; }));
    rig.freeze();
    server.signal(SIGKILL);
    rig.keep_what_arrived();
    server.kill_hard();
    // Only now: its connections end when the last thread has come back from the disk.
    load.end();
    rig.restart();
    server.start_again();
    for (std::size_t i = 0; i < load.size(); ++i) {
      const std::uint64_t above = round == rounds() ? 0 : seen[i];
      const Kept kept = compare(load.promised(i), stored_reports(server, admin, devices[i], above), above);
      lost += kept.lost, doubled += kept.doubled;
      if (!load.promised(i).empty()) seen[i] = *load.promised(i).rbegin();
    }
    CHECK(lost == 0);
    CHECK(doubled == 0);
    if (round < rounds()) load.begin_again();
  }
  CHECK(load.total() >= 5 * rounds());
  std::printf("%d power cuts, %d reports acknowledged, %zu lost, %zu doubled\n", rounds(), load.total(), lost, doubled);
  CHECK(server.stop() == 0);
  CHECK(home.run({"check"}).exit_code == 0);
}

using Synchronous = sql::SqliteOptions::Synchronous;

// Writes rows as fast as it can, and says so after each commit.
[[noreturn]] void write_rows(const std::string& path, Synchronous synchronous, int out) {
  auto database = sql::SqliteDatabase::open({.path = path, .synchronous = synchronous});
  if (!database) _exit(1);
  const auto made = (*database)->write([](sql::Transaction& transaction) { return sql::sample::make_table(transaction); });
  for (std::int64_t number = 0; made; ++number) {
    if (!sql::sample::add(**database, number) || write(out, &number, sizeof number) != sizeof number) _exit(1);
  }
  _exit(1);
}

struct Cut {
  std::int64_t promised = 0, lost = 0;
};

Cut cut_a_writer(Synchronous synchronous, std::int64_t rows) {
  const TemporaryFolder folder;
  PowerRig rig(folder / "disk");
  const std::string path = folder / "disk/a.db";
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  const pid_t writer = fork();
  REQUIRE(writer >= 0);
  if (writer == 0) {
    fcntl(ends[1], F_SETFL, 0);
    write_rows(path, synchronous, ends[1]);
  }
  close(ends[1]);
  std::int64_t newest = -1;
  const auto listen = [&] {
    while (read(ends[0], &newest, sizeof newest) == sizeof newest) continue;
    return newest + 1 >= rows;
  };
  const SystemClock clock;
  const auto enough = wait_until(clock, 60'000, listen);
  rig.freeze();
  kill(writer, SIGKILL);
  rig.keep_what_arrived();
  REQUIRE(waitpid(writer, nullptr, 0) == writer);
  listen();
  close(ends[0]);
  REQUIRE(enough);
  rig.restart();
  const auto database = sql::sample::open_with_table({.path = path});
  const auto numbers = sql::sample::numbers(*database);
  REQUIRE(numbers);
  Cut cut{.promised = newest + 1};
  for (std::int64_t number = 0; number <= newest; ++number) {
    cut.lost += std::binary_search(numbers->begin(), numbers->end(), number) ? 0 : 1;
  }
  return cut;
}

TEST_CASE("the same cut loses rows when commits are not synced, and none when they are") {
  const Cut full = cut_a_writer(Synchronous::full, 200);
  const Cut normal = cut_a_writer(Synchronous::normal, 200);
  std::printf("synchronous FULL lost %lld of %lld rows, NORMAL %lld of %lld\n", static_cast<long long>(full.lost),
              static_cast<long long>(full.promised), static_cast<long long>(normal.lost),
              static_cast<long long>(normal.promised));
  CHECK(full.lost == 0);
  CHECK(normal.lost > 0);
}

}  // namespace
}  // namespace rollcall::faults

int main(int argc, char** argv) {
  try {
    const rollcall::TemporaryFolder folder;
    const rollcall::faults::PowerRig rig(folder / "disk");
  } catch (const std::exception& error) {
    std::printf("no power to cut on this machine: %s\n", error.what());
    return 77;
  }
  return rollcall::faults::run_rounds(argc, argv, 5);
}
