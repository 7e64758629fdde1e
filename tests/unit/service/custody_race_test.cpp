// Many counters at once: of all who move one device, one wins each time, and the ledger never has two holders.
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <thread>

#include "tests/unit/service/inventory_fixture.h"

namespace rollcall::service {
namespace {

constexpr int kClients = 32;
constexpr int kAttempts = 50'000;
constexpr int kDevices = 8;
constexpr int kPeople = 16;

struct Counts {
  std::atomic<int> won{}, blocked{}, failed{};
};

// One client: gives, moves from what it last saw, or takes back, one after the other.
void attempt(Inventory& it, int number, std::vector<std::string>& seen, Counts& counts) {
  const auto device = static_cast<std::size_t>(number * 7) % kDevices;
  const std::string tag = "T-" + std::to_string(device);
  const Receiver to{.person = std::to_string(1001 + number * 5 % kPeople)};
  const int kind = number % 3;
  auto done = kind == 0   ? it.give({tag, to, {}})
              : kind == 1 ? it.move({tag, seen[device].empty() ? "01NONE" : seen[device], to, {}})
                          : it.take_back({tag, seen[device], "", {}});
  if (!done) {
    ++counts.failed;
    return;
  }
  ++(done->done() ? counts.won : counts.blocked);
  if (done->done() && done->devices[0].custody) seen[device] = done->devices[0].custody->custody.custody_id;
}

// Replays the ledger of a device: rows follow each other without overlap, and one at most is open.
int doubles(Inventory& it, const std::string& device_id) {
  int found = 0;
  std::string cursor;
  const domain::Custody* later = nullptr;
  std::vector<domain::Custody> rows;
  do {
    auto page = must(it.holdings.of_device(it.everywhere, device_id, cursor, Holdings::kMaxPage));
    for (auto& row : page.rows) rows.push_back(std::move(row.custody));
    cursor = page.next_cursor;
  } while (!cursor.empty());
  for (const auto& row : rows) {  // newest first
    if (later && row.open()) ++found;
    if (later && row.taken && row.taken->at_ms > later->given.at_ms) ++found;
    later = &row;
  }
  return found;
}

std::int64_t count(Inventory& it, auto sql) {
  return must(it.db.read([&](sql::Snapshot& snapshot) -> Result<std::int64_t> {
    auto rows = TRY(snapshot.query(sql));
    TRY(rows->next());
    return rows->integer(0);
  }));
}

}  // namespace

TEST_CASE("32 clients in 50,000 attempts give no device to two people", "[race]") {
  Inventory it;
  std::vector<std::string> ids;
  for (int i = 0; i < kDevices; ++i) ids.push_back(it.device("T-" + std::to_string(i)));
  for (int i = 1; i <= kPeople; ++i) it.person(i, "P" + std::to_string(i));
  Counts counts;
  std::atomic<int> next{};
  const SystemClock clock;
  const auto started_ms = clock.monotonic_ms();
  {
    std::vector<std::jthread> clients;
    for (int c = 0; c < kClients; ++c) {
      clients.emplace_back([&] {
        std::vector<std::string> seen(kDevices);
        for (int number = next++; number < kAttempts; number = next++) attempt(it, number, seen, counts);
      });
    }
  }
  const auto took_ms = clock.monotonic_ms() - started_ms;
  CHECK(counts.failed == 0);
  CHECK(counts.won + counts.blocked == kAttempts);
  CHECK(counts.won > 0);
  CHECK(counts.blocked > 0);
  int found = 0;
  for (const auto& id : ids) found += doubles(it, id);
  CHECK(found == 0);
  // Each act that won is in the books once, and nothing else is.
  CHECK(count(it, sql::Sql("SELECT count(*) FROM custody_acts")) == counts.won);
  CHECK(count(it, sql::Sql("SELECT count(DISTINCT act_id) FROM custody_acts")) == counts.won);
  CHECK(count(it, sql::Sql("SELECT count(*) FROM (SELECT device_id FROM custody WHERE taken_ms IS NULL"
                           " GROUP BY device_id HAVING count(*) > 1)")) == 0);
  WARN(kAttempts << " attempts of " << kClients << " clients in " << took_ms << " ms: " << counts.won << " won, "
                 << counts.blocked << " were told who has it, " << found << " doubles");
}

TEST_CASE("of two who move one device in the same second one wins; the other is told who has it", "[race]") {
  Inventory it;
  const auto id = it.device("T-1");
  it.person(1, "Ana");
  it.person(2, "Bo");
  it.person(3, "Cy");
  for (int round = 0; round < 20; ++round) {
    const auto given = must(it.give({"T-1", {.person = "1001"}, {}}));
    const auto from = given.devices[0].custody->custody.custody_id;
    std::vector<Handed> told(2);
    {
      std::vector<std::jthread> both;
      for (std::size_t i = 0; i < 2; ++i) {
        both.emplace_back([&, i] { told[i] = must(it.move({"T-1", from, {.person = std::to_string(1002 + i)}, {}})); });
      }
    }
    REQUIRE(told[0].done() != told[1].done());
    const auto& won = told[0].done() ? told[0] : told[1];
    const auto& lost = told[0].done() ? told[1] : told[0];
    CHECK(codes(lost) == "held_by_other");
    CHECK(lost.blockers[0].holder == won.devices[0].custody->holder.name);
    must(it.take_back({"T-1", "", "", {}}));
  }
  CHECK(doubles(it, id) == 0);
}

}  // namespace rollcall::service
