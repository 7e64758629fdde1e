// Deletes what has been kept long enough, in chunks short enough that nobody else notices. Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/sql/sql.h"

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

  Retention(sql::Database& db, const Clock& clock, std::int64_t report_days = kDefaultDays);

  // Errors: what the database says.
  Result<RetentionSchedule> schedule();

  std::int64_t next_due() const;
  // Deletes one chunk (≤ 20 ms); next_due() is at once when there is more.
  void run_due(std::int64_t now_ms);

 private:
  sql::Database& db_;
  const Clock& clock_;
  const std::int64_t report_days_;
  mutable std::mutex mutex_;
  std::int64_t next_due_ms_{};
  std::optional<std::int64_t> last_run_ms_;
  std::int64_t chunk_rows_;
};

}  // namespace rollcall::service
