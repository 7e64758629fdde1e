#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <limits>
#include <numeric>
#include <string>
#include <thread>

#include "common/sql/sqlite_driver.h"
#include "tests/temporary_folder.h"
#include "tests/unit/sql/sample.h"

using namespace rollcall;
using namespace rollcall::sql;

namespace {

// Runs `functions`, each on a thread of its own, so that they are one group: the writer is kept busy until
// all of them wait, in this order.
std::vector<Result<>> write_together(SqliteDatabase& database,
                                     const std::vector<std::function<Result<>(Transaction&)>>& functions) {
  std::atomic<bool> all_wait = false;
  std::atomic<bool> busy = false;
  std::vector<Result<>> results(functions.size());
  std::vector<std::jthread> threads;
  threads.emplace_back([&] {
    static_cast<void>(database.write([&](Transaction&) -> Result<> {
      busy = true;
      while (!all_wait) std::this_thread::yield();
      return {};
    }));
  });
  while (!busy) std::this_thread::yield();
  for (std::size_t i = 0; i < functions.size(); ++i) {
    threads.emplace_back([&, i] { results[i] = database.write(functions[i]); });
    while (database.stats().waiting != static_cast<std::int64_t>(i) + 1) std::this_thread::yield();
  }
  all_wait = true;
  threads.clear();
  return results;
}

}  // namespace

TEST_CASE("values are bound by the number in the text, not by the order of appearance") {
  TemporaryFolder folder;
  const auto database = sample::open({.path = folder / "a.db"});
  const auto text = database->read([](Snapshot& snapshot) -> Result<std::string> {
    auto rows =
        TRY(snapshot.query("SELECT $3 || $1 || $2 || $10 || $1", "a", "b", "c", 0, 0, 0, 0, 0, 0, "j"));
    REQUIRE(TRY(rows->next()));
    return rows->string(0);
  });
  CHECK(text == "cabja");
}

TEST_CASE("every kind of value comes back as it was bound") {
  TemporaryFolder folder;
  const auto database = sample::open({.path = folder / "a.db"});
  const std::string zeros("a\0b\0", 4);
  const std::byte raw[] = {std::byte{0}, std::byte{255}};
  const std::optional<std::string> nothing;
  const auto read = database->read([&](Snapshot& snapshot) -> Result<> {
    auto rows =
        TRY(snapshot.query("SELECT $1, $2, $3, $4, $5, $6, $7, $8", std::numeric_limits<std::int64_t>::min(),
                           0.1, std::string_view(), Blob(), zeros, Blob(raw), nothing, true));
    REQUIRE(TRY(rows->next()));
    CHECK(rows->integer(0) == std::numeric_limits<std::int64_t>::min());
    CHECK(rows->real(1) == 0.1);
    CHECK_FALSE(rows->is_null(2));
    CHECK(rows->text(2).empty());
    CHECK_FALSE(rows->is_null(3));
    CHECK(rows->blob(3).empty());
    CHECK(rows->text(4) == zeros);
    CHECK(rows->blob(5).size() == 2);
    CHECK(rows->blob(5)[1] == std::byte{255});
    CHECK(rows->is_null(6));
    CHECK_FALSE(rows->optional_integer(6).has_value());
    CHECK(rows->integer(7) == 1);
    CHECK_FALSE(TRY(rows->next()));
    CHECK_FALSE(TRY(rows->next()));
    return {};
  });
  CHECK(read);
}

TEST_CASE("one statement can be open several times at once") {
  TemporaryFolder folder;
  const auto database = sample::open_with_table({.path = folder / "a.db"});
  for (int i = 0; i < 5; ++i) REQUIRE(sample::add(*database, i));
  const auto pairs = database->read([](Snapshot& snapshot) -> Result<int> {
    constexpr Sql kAll("SELECT number FROM rows");
    int count = 0;
    auto outer = TRY(snapshot.query(kAll));
    while (TRY(outer->next())) {
      auto inner = TRY(snapshot.query(kAll));
      while (TRY(inner->next())) ++count;
    }
    return count;
  });
  CHECK(pairs == 25);
}

TEST_CASE("writers that arrive together share one commit") {
  TemporaryFolder folder;
  const auto database = sample::open_with_table({.path = folder / "a.db", .group_limit_ms = 60'000});
  const auto before = database->stats();
  std::vector<std::function<Result<>(Transaction&)>> functions;
  for (int i = 0; i < 16; ++i) {
    functions.push_back([i](Transaction& transaction) { return sample::add(transaction, i, "x"); });
  }
  for (const auto& result : write_together(*database, functions)) CHECK(result);
  CHECK(database->stats().commits - before.commits == 2);
  CHECK(database->stats().writes - before.writes == 17);
  CHECK(sample::numbers(*database)->size() == 16);
}

TEST_CASE("what is in no hurry has a part in the next writer's commit, and waits for nobody where nobody writes") {
  TemporaryFolder folder;
  const auto database = sample::open_with_table({.path = folder / "a.db", .company_ms = 60'000});
  const auto add = [](std::int64_t number) {
    return [number](Transaction& transaction) { return sample::add(transaction, number, "x"); };
  };
  // This thread alone has written so far.
  const SystemClock clock;
  const auto began_ms = clock.monotonic_ms();
  REQUIRE(database->write_along(add(1)));
  CHECK(clock.monotonic_ms() - began_ms < 30 * kSecondMs);

  const auto before = database->stats();
  std::atomic<bool> written = false;
  std::jthread patient([&] { written = database->write_along(add(2)).has_value(); });
  while (database->stats().waiting == 0) std::this_thread::yield();
  REQUIRE(database->write(add(3)));
  patient.join();
  CHECK(written);
  CHECK(database->stats().commits == before.commits + 1);
  CHECK(database->stats().writes == before.writes + 2);
}

TEST_CASE("a function that fails is undone alone") {
  TemporaryFolder folder;
  const auto database = sample::open_with_table({.path = folder / "a.db", .group_limit_ms = 60'000});
  REQUIRE(sample::add(*database, 3));
  const auto results =
      write_together(*database, {[](Transaction& transaction) { return sample::add(transaction, 1, "x"); },
                                 [](Transaction& transaction) -> Result<> {
                                   TRY(sample::add(transaction, 2, "x"));
                                   return sample::add(transaction, 3, "taken");
                                 },
                                 [](Transaction& transaction) -> Result<> {
                                   TRY(sample::add(transaction, 5, "x"));
                                   return fail(Errc::conflict, "changed its mind");
                                 },
                                 [](Transaction& transaction) { return sample::add(transaction, 4, "x"); }});
  CHECK(results[0]);
  REQUIRE_FALSE(results[1]);
  CHECK(results[1].error().code == Errc::already_exists);
  REQUIRE_FALSE(results[2]);
  CHECK(results[2].error().message == "changed its mind");
  CHECK(results[3]);
  CHECK(sample::numbers(*database) == std::vector<std::int64_t>{1, 3, 4});
}

TEST_CASE("a group that has run for its time is committed and the rest follows in order") {
  TemporaryFolder folder;
  const auto database = sample::open_with_table({.path = folder / "a.db", .group_limit_ms = 0});
  const auto before = database->stats();
  std::vector<int> order;
  std::vector<std::function<Result<>(Transaction&)>> functions;
  for (int i = 0; i < 4; ++i) {
    functions.push_back([i, &order](Transaction& transaction) {
      order.push_back(i);
      return sample::add(transaction, i, "x");
    });
  }
  for (const auto& result : write_together(*database, functions)) CHECK(result);
  CHECK(order == std::vector<int>{0, 1, 2, 3});
  CHECK(database->stats().commits - before.commits == 5);
}

TEST_CASE("many threads write and every acknowledged row is there") {
  TemporaryFolder folder;
  const auto database = sample::open_with_table({.path = folder / "a.db", .readers = 2});
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 200; ++i) {
          if (!sample::add(*database, t * 1000 + i)) ++refused;
          if (i % 20 == 0 && !sample::numbers(*database)) ++refused;
        }
      });
    }
  }
  CHECK(refused == 0);
  CHECK(sample::numbers(*database)->size() == 1600);
}

TEST_CASE("a read sees one snapshot whatever is written meanwhile") {
  TemporaryFolder folder;
  const auto database = sample::open_with_table({.path = folder / "a.db"});
  REQUIRE(sample::add(*database, 1));
  const auto seen = database->read([&](Snapshot& snapshot) -> Result<std::size_t> {
    const auto first = TRY(sample::numbers(snapshot));
    std::jthread([&] { CHECK(sample::add(*database, 2)); }).join();
    CHECK(TRY(sample::numbers(snapshot)) == first);
    return first.size();
  });
  CHECK(seen == 1);
  CHECK(sample::numbers(*database)->size() == 2);
}

TEST_CASE("reads wait for a free connection and all of them are answered") {
  TemporaryFolder folder;
  const auto database = sample::open_with_table({.path = folder / "a.db", .readers = 1});
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) answered += sample::numbers(*database).has_value() ? 1 : 0;
      });
    }
  }
  CHECK(answered == 300);
}

TEST_CASE("the WAL stays bounded under reads that never stop") {
  TemporaryFolder folder;
  const auto database = sample::open_with_table(
      {.path = folder / "a.db", .readers = 2, .checkpoint_pages = 50, .wal_limit_pages = 200});
  std::atomic<bool> stop = false;
  std::atomic<int> refused = 0;
  std::int64_t longest = 0;
  {
    std::vector<std::jthread> readers;
    for (int t = 0; t < 2; ++t) {
      readers.emplace_back([&] {
        while (!stop) refused += sample::numbers(*database) ? 0 : 1;
      });
    }
    for (int i = 0; i < 1'500; ++i) {
      refused += sample::add(*database, i, std::string(2'000, 'x')) ? 0 : 1;
      longest = std::max(longest, database->stats().wal_pages);
    }
    stop = true;
  }
  CHECK(refused == 0);
  CHECK(longest < 1'000);
  CHECK(database->stats().checkpoints > 5);
}

TEST_CASE("a copy made under writes is one consistent state") {
  TemporaryFolder folder;
  const auto database = sample::open_with_table({.path = folder / "a.db"});
  std::atomic<bool> stop = false;
  std::atomic<std::int64_t> acknowledged = 0;
  {
    std::jthread writer([&] {
      for (std::int64_t i = 0; !stop; ++i) {
        if (sample::add(*database, i)) acknowledged = i + 1;
      }
    });
    while (acknowledged < 200) std::this_thread::yield();
    const std::int64_t at_least = acknowledged;
    REQUIRE(database->copy_into(folder / "copy.db"));
    stop = true;
    const auto copied =
        read_file(folder / "copy.db", [](Snapshot& snapshot) { return sample::numbers(snapshot); });
    REQUIRE(copied);
    CHECK(static_cast<std::int64_t>(copied->size()) >= at_least);
    std::vector<std::int64_t> expected(copied->size());
    std::iota(expected.begin(), expected.end(), 0);
    CHECK(*copied == expected);
  }
  CHECK(check_integrity(folder / "copy.db"));
  CHECK(database->checkpoint());
  CHECK(check_integrity(folder / "a.db"));
}
