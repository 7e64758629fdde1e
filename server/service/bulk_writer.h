// Writes many rows in transactions so short that nobody else waits for long: each takes in rows for so many
// milliseconds, however fast the machine is at the time. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/service/import_watch.h"

namespace rollcall::service {

class BulkWriter {
 public:
  BulkWriter(sql::Database& db, const Clock& clock, ImportWatch& watch) : db_(db), clock_(clock), watch_(watch) {}

  // Which file's rows come now, for whoever watches. `file` outlives them.
  void begin(std::string_view file) { file_ = file, written_ = 0; }

  // As many rows are worth gathering before they are handed over.
  static constexpr std::size_t kGather = 2'000;

  // `put` is Result<>(sql::Transaction&, const Row&). Errors: what it says; conflict (canceled).
  template <class Row, class Put>
  Result<> write(std::span<const Row> rows, Put put) {
    while (!rows.empty()) {
      TRY(watch_.go_on());
      std::size_t done = 0;
      TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
        const auto until_ms = clock_.monotonic_ms() + kWorkMs;
        for (done = 0; done < std::min(kMost, rows.size()); ++done) {
          if (done % kRowsBetweenLooks == 0 && done > 0 && clock_.monotonic_ms() >= until_ms) break;
          TRY(put(transaction, rows[done]));
        }
        return {};
      }));
      written_ += static_cast<std::int64_t>(done);
      watch_.advance(file_, written_, done);
      rows = rows.subspan(done);
    }
    return {};
  }

 private:
  static constexpr std::int64_t kWorkMs = 15;  // the commit comes on top
  static constexpr std::size_t kRowsBetweenLooks = 16, kMost = 4'000;

  sql::Database& db_;
  const Clock& clock_;
  ImportWatch& watch_;
  std::string_view file_{};
  std::int64_t written_{};
};

}  // namespace rollcall::service
