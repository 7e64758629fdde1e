// A small workload that meets every kind of access: the tests of faults fail each of them once.
#pragma once

#include <functional>
#include <string>

#include "common/sql/sqlite_driver.h"

namespace rollcall::sql::sample {

inline constexpr int kWorkloadRows = 12;

inline Result<> add_row(Database& database, std::int64_t number, const std::string& text) {
  return database.write([&](Transaction& transaction) -> Result<> {
    TRY(transaction.execute("INSERT INTO rows (number, text) VALUES ($1, $2)", number, text));
    return {};
  });
}

// Opens, writes small and large rows, functions that fail, reads, a checkpoint, a close; goes on after
// errors.
inline void run_workload(const std::string& path, const std::string& vfs,
                         const std::function<void(int row)>& acknowledged) {
  auto opened =
      SqliteDatabase::open({.path = path, .readers = 1, .busy_timeout_ms = 0, .cache_kib = 64, .vfs = vfs});
  if (!opened) return;
  SqliteDatabase& database = **opened;
  const auto made = database.write([](Transaction& transaction) {
    return transaction.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, text TEXT NOT NULL)");
  });
  if (!made) return;
  for (int i = 0; i < kWorkloadRows; ++i) {
    if (add_row(database, i, std::string(i % 4 == 3 ? 20'000 : 100, 'x'))) acknowledged(i);
    static_cast<void>(add_row(database, 0, "taken"));
    if (i % 3 == 0) {
      static_cast<void>(database.read([](Snapshot& snapshot) -> Result<> {
        auto rows = TRY(snapshot.query("SELECT text FROM rows"));
        while (TRY(rows->next())) continue;
        return {};
      }));
    }
    if (i == kWorkloadRows / 2) static_cast<void>(database.checkpoint());
  }
}

}  // namespace rollcall::sql::sample
