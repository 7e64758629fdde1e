// Deletes what has been kept long enough, in chunks short enough that nobody else notices. Thread-safe.
//
// What a wall clock says that has just leapt ahead (a dead battery on the board, a wrong time server) is believed
// after kBelievedAfterMs only: a month of reports must not go because of one wrong date. The same holds at a start
// long after the newest report.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/service/segments.h"

namespace rollcall::service {

struct RetentionRule {
  std::string what;  // "Reports"
  std::optional<std::int64_t> keep_days;  // absent: for as long as the device is there
  std::string why;   // a sentence
};

struct RetentionSchedule {
  std::vector<RetentionRule> rules;
  std::optional<std::int64_t> oldest_report_ms;  // received; absent: no report is stored
  std::optional<std::int64_t> last_run_ms;       // since this program started
  std::int64_t next_run_ms{};
};

class Retention {
 public:
  static constexpr std::int64_t kDefaultDays = 30;
  static constexpr std::int64_t kLeapMs = kDayMs;  // more than a server may have been off for a weekend's work
  static constexpr std::int64_t kBelievedAfterMs = kDayMs;

  Retention(sql::Database& db, const Clock& clock, Segments& segments, std::int64_t report_days = kDefaultDays);

  // Before the first run_due and before any report of this run: from when the clock is expected to go on. Errors:
  // what the database says.
  Result<> load();

  // Errors: what the database says.
  Result<RetentionSchedule> schedule();

  std::int64_t next_due() const;
  // Deletes one merged day, or one chunk of what is not merged (≤ 20 ms); next_due() is soon when there is more.
  void run_due(std::int64_t now_ms);

 private:
  bool believes(std::int64_t now_ms);
  // True: there is more.
  Result<bool> delete_old(std::int64_t now_ms, std::size_t rows);

  sql::Database& db_;
  const Clock& clock_;
  Segments& segments_;
  const std::int64_t report_days_;
  // Of run_due's thread alone: how far the wall clock is ahead of the monotonic one, and until when it is doubted.
  std::optional<std::int64_t> ahead_ms_;
  std::int64_t doubted_until_ms_{};  // monotonic
  mutable std::mutex mutex_;
  std::int64_t next_due_ms_{};
  std::optional<std::int64_t> last_run_ms_;
  std::int64_t chunk_rows_;
};

}  // namespace rollcall::service
