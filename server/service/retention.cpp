#include "server/service/retention.h"

#include <algorithm>

#include "common/base/log.h"
#include "server/service/imports.h"
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

Retention::Retention(sql::Database& db, const Clock& clock, Segments& segments, std::int64_t report_days)
    : db_(db),
      clock_(clock),
      segments_(segments),
      report_days_(std::max<std::int64_t>(report_days, 1)),
      next_due_ms_(clock.wall_ms() + kMinuteMs),
      chunk_rows_(kFirstRows) {}

Result<RetentionSchedule> Retention::schedule() {
  RetentionSchedule schedule;
  schedule.rules = {
      {"Reports", report_days_,
       "Long enough to see a battery decline over a month; deleted by themselves after that, a whole day at a time"},
      {"Access points, sums an hour", report_days_, "To compare weeks; they never tell which laptop was where"},
      {"The newest report of each laptop", std::nullopt, "Kept while the laptop is listed, deleted with it"},
      {"Battery packs and the laptops they were in", std::nullopt, "Kept while one of those laptops is listed"},
      {"Students, staff and their classes", std::nullopt,
       "As long as the roster has them, and marked as missing after that: somebody may still hold a device"},
      {"What an import of the roster found wrong", Imports::kFindingsLifeMs / kDayMs,
       "Lines and columns, never what stood there; the uploaded files go when the import ends"},
      {"Who changed what", std::nullopt, "The audit record is kept for good; it holds ids, never names"},
      {"Backups, the two copies from before an update, and the database that a restore replaced", std::nullopt,
       "Files in the server's folder that hold what they held on their day; whoever runs the server deletes them"},
  };
  schedule.oldest_report_ms =
      TRY(db_.read([](sql::Snapshot& snapshot) { return storage::oldest_received_ms(snapshot); }));
  if (const auto merged = segments_.list(); !merged.empty()) {
    schedule.oldest_report_ms = merged.front().content.oldest_ms;
  }
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
  auto newest = TRY(db_.read([](sql::Snapshot& snapshot) { return storage::newest_received_ms(snapshot); }));
  if (const auto merged = segments_.list(); !newest && !merged.empty()) newest = merged.back().content.newest_ms;
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

Result<bool> Retention::delete_old(std::int64_t now_ms, std::size_t rows) {
  const std::int64_t before_ms = now_ms - report_days_ * kDayMs;
  if (TRY(segments_.drop_oldest(before_ms, now_ms))) return true;
  const auto last = TRY(db_.read([&](sql::Snapshot& snapshot) {
    return storage::end_of_old(snapshot, before_ms, now_ms, rows);
  }));
  return db_.write([&](sql::Transaction& transaction) -> Result<bool> {
    const std::size_t reports = last == 0 ? 0 : TRY(storage::delete_reports(transaction, last, rows));
    if (reports == rows) return true;
    const std::int64_t hours = TRY(storage::delete_access_point_hours(transaction, before_ms / kHourMs, rows));
    return hours == static_cast<std::int64_t>(rows);
  });
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
  const std::int64_t started_ms = clock_.monotonic_ms();
  const auto deleted = delete_old(now_ms, rows);
  const std::int64_t took_ms = clock_.monotonic_ms() - started_ms;
  if (!deleted) log::warn("old reports are not deleted for now: {}", deleted.error().message);
  const std::lock_guard lock(mutex_);
  if (took_ms > kChunkMs) chunk_rows_ = std::max(kFewestRows, chunk_rows_ / 2);
  if (took_ms < kChunkMs / 4) chunk_rows_ = std::min(kMostRows, chunk_rows_ * 2);
  next_due_ms_ = now_ms + (!deleted ? kRetryMs : *deleted ? kPauseMs : kEveryMs);
}

}  // namespace rollcall::service
