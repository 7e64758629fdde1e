#include "server/service/retention.h"

#include <algorithm>

#include "common/base/log.h"
#include "server/storage/access_point_store.h"
#include "server/storage/report_log.h"

namespace rollcall::service {
namespace {

constexpr std::int64_t kEveryMs = kHourMs;
constexpr std::int64_t kRetryMs = kMinuteMs;
constexpr std::int64_t kChunkMs = 20;
constexpr std::int64_t kFewestRows = 128, kFirstRows = 1'024, kMostRows = 8'192;
// Between two chunks others get their turn.
constexpr std::int64_t kPauseMs = 50;

}  // namespace

Retention::Retention(sql::Database& db, const Clock& clock, std::int64_t report_days)
    : db_(db),
      clock_(clock),
      report_days_(std::max<std::int64_t>(report_days, 1)),
      next_due_ms_(clock.wall_ms() + kMinuteMs),
      chunk_rows_(kFirstRows) {}

Result<RetentionSchedule> Retention::schedule() {
  RetentionSchedule schedule;
  schedule.rules = {
      {"Reports", report_days_, "Long enough to see a battery decline over a month; deleted by themselves after that"},
      {"Access points, sums an hour", report_days_, "To compare weeks; they never tell which laptop was where"},
      {"The newest report of each laptop", std::nullopt, "Kept while the laptop is listed, deleted with it"},
      {"Battery packs and the laptops they were in", std::nullopt, "Kept while one of those laptops is listed"},
      {"Who changed what", std::nullopt, "The audit record is kept for good; it holds ids, never names"},
  };
  schedule.oldest_report_ms =
      TRY(db_.read([](sql::Snapshot& snapshot) { return storage::oldest_received_ms(snapshot); }));
  const std::lock_guard lock(mutex_);
  schedule.last_run_ms = last_run_ms_;
  schedule.next_run_ms = next_due_ms_;
  return schedule;
}

std::int64_t Retention::next_due() const {
  // A wall clock that was put back makes it due at once, not days later.
  const std::int64_t now_ms = clock_.wall_ms();
  const std::lock_guard lock(mutex_);
  return next_due_ms_ > now_ms + kEveryMs ? now_ms : next_due_ms_;
}

Result<> Retention::load() {
  const auto newest = TRY(db_.read([](sql::Snapshot& snapshot) { return storage::newest_received_ms(snapshot); }));
  ahead_ms_ = newest.value_or(clock_.wall_ms()) - clock_.monotonic_ms();
  return {};
}

bool Retention::believes(std::int64_t now_ms) {
  const std::int64_t monotonic_ms = clock_.monotonic_ms();
  const std::int64_t ahead_ms = now_ms - monotonic_ms;
  const std::int64_t leap_ms = ahead_ms - ahead_ms_.value_or(ahead_ms);
  ahead_ms_ = ahead_ms;
  if (leap_ms > kLeapMs) {
    doubted_until_ms_ = monotonic_ms + kBelievedAfterMs;
    log::warn("the clock is {} days ahead of what was expected; for a day nothing is deleted because of its age",
              leap_ms / kDayMs);
  }
  return monotonic_ms >= doubted_until_ms_;
}

void Retention::run_due(std::int64_t now_ms) {
  if (!believes(now_ms)) {
    const std::lock_guard lock(mutex_);
    next_due_ms_ = now_ms + kEveryMs;
    return;
  }
  std::size_t rows;
  {
    const std::lock_guard lock(mutex_);
    rows = static_cast<std::size_t>(chunk_rows_);
    last_run_ms_ = now_ms;
  }
  const std::int64_t before_ms = now_ms - report_days_ * kDayMs;
  const std::int64_t started_ms = clock_.monotonic_ms();
  const auto deleted = db_.write([&](sql::Transaction& transaction) -> Result<bool> {
    const std::size_t reports = TRY(storage::delete_reports(transaction, before_ms, rows));
    if (reports == rows) return true;
    const std::int64_t hours = TRY(storage::delete_access_point_hours(transaction, before_ms / kHourMs, rows));
    return hours == static_cast<std::int64_t>(rows);
  });
  const std::int64_t took_ms = clock_.monotonic_ms() - started_ms;
  if (!deleted) log::warn("old reports are not deleted for now: {}", deleted.error().message);
  const std::lock_guard lock(mutex_);
  if (took_ms > kChunkMs) chunk_rows_ = std::max(kFewestRows, chunk_rows_ / 2);
  if (took_ms < kChunkMs / 4) chunk_rows_ = std::min(kMostRows, chunk_rows_ * 2);
  next_due_ms_ = now_ms + (!deleted ? kRetryMs : *deleted ? kPauseMs : kEveryMs);
}

}  // namespace rollcall::service
