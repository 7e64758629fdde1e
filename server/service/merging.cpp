#include "server/service/merging.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/base/log.h"
#include "server/storage/agent_state_store.h"
#include "server/storage/report_codec.h"
#include "server/storage/report_log.h"

namespace rollcall::service {
namespace {

constexpr std::int64_t kEveryMs = 10 * kMinuteMs;
constexpr std::int64_t kRetryMs = kHourMs;
constexpr std::int64_t kPauseMs = 10;  // between two chunks others get their turn
constexpr std::size_t kFewestRows = 64, kFirstRows = 512, kMostRows = 4'096;

}  // namespace

struct Merging::Day {
  Day(Files& files, const std::string& path, std::size_t memory_bytes) : sorter(files, path, memory_bytes) {}

  // Is this entry still of the day?
  bool takes(const storage::LogRowView& row) const {
    if (row.log_id > limit_log_id) return false;
    return row.received_ms > now_ms || row.received_ms / kDayMs <= content.day;
  }
  void add(const storage::LogRow& row) {
    if (content.last_log_id == 0) content.first_log_id = row.log_id;
    content.last_log_id = position = row.log_id;
    if (row.received_ms > now_ms) return;
    if (content.newest_ms == 0) content.oldest_ms = content.newest_ms = row.received_ms;
    content.oldest_ms = std::min(content.oldest_ms, row.received_ms);
    content.newest_ms = std::max(content.newest_ms, row.received_ms);
  }

  storage::SegmentContent content;
  std::int64_t now_ms{}, position{}, limit_log_id{};
  storage::LogSorter sorter;
  std::optional<storage::SegmentWriter> writer;  // empty: still collecting
};

Merging::Merging(sql::Database& db, Files& files, const Clock& clock, Segments& segments, std::size_t memory_bytes)
    : db_(db),
      files_(files),
      clock_(clock),
      segments_(segments),
      memory_bytes_(memory_bytes),
      chunk_rows_(kFirstRows),
      next_due_ms_(clock.wall_ms() + kMinuteMs) {}

Merging::~Merging() = default;

std::string Merging::part_path() const { return segments_.folder() + "/merging.part"; }

std::int64_t Merging::next_due() const {
  // A wall clock that was put back makes it due at once, not days later.
  const std::int64_t now_ms = clock_.wall_ms();
  return next_due_ms_ > now_ms + kRetryMs ? now_ms : next_due_ms_;
}

void Merging::run_due(std::int64_t now_ms) {
  const auto next = step(now_ms);
  if (!next) {
    log::warn("a day of the report log is not merged for now: {}", next.error().message);
    day_.reset();
    static_cast<void>(files_.remove(part_path()));
    next_due_ms_ = now_ms + kRetryMs;
    return;
  }
  next_due_ms_ = now_ms + (*next == Next::at_once ? 0 : *next == Next::after_pause ? kPauseMs : kEveryMs);
}

Result<Merging::Next> Merging::step(std::int64_t now_ms) {
  if (day_) return day_->writer ? write() : collect();
  const std::int64_t merged = segments_.merged_log_id();
  const auto oldest = TRY(db_.read([](sql::Snapshot& snapshot) {
    return storage::first_dated_row(snapshot, 0, INT64_MAX);
  }));
  if (oldest && oldest->log_id <= merged) return delete_merged(merged);
  return begin(now_ms);
}

Result<Merging::Next> Merging::delete_merged(std::int64_t merged_log_id) {
  std::int64_t took_ms = 0;
  TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
    const std::int64_t started_ms = clock_.monotonic_ms();
    TRY(storage::delete_reports(transaction, merged_log_id, chunk_rows_));
    took_ms = clock_.monotonic_ms() - started_ms;
    return {};
  }));
  if (took_ms >= kChunkMs) chunk_rows_ = std::max(kFewestRows, chunk_rows_ / 2);
  if (took_ms == 0) chunk_rows_ = std::min(kMostRows, chunk_rows_ * 2);
  return Next::after_pause;
}

Result<Merging::Next> Merging::begin(std::int64_t now_ms) {
  const std::int64_t today = now_ms / kDayMs, merged = segments_.merged_log_id();
  std::int64_t first_day = 0;
  for (const auto& row : segments_.list()) {
    if (row.content.day <= today) first_day = std::max(first_day, row.content.day + 1);
  }
  std::optional<storage::LogRowView> first;
  storage::FleetClock written;
  TRY(db_.read([&](sql::Snapshot& snapshot) -> Result<> {
    first = TRY(storage::first_dated_row(snapshot, merged, now_ms));
    written = TRY(storage::fleet_clock(snapshot));
    return {};
  }));
  if (!first || first->log_id > written.written_log_id) return Next::later;
  const std::int64_t day = std::max(first->received_ms / kDayMs, first_day);
  if (day >= today) return Next::later;
  day_ = std::make_unique<Day>(files_, segments_.folder() + "/sorting.part", memory_bytes_);
  day_->content.day = day;
  day_->now_ms = now_ms, day_->position = merged, day_->limit_log_id = written.written_log_id;
  return Next::at_once;
}

Result<Merging::Next> Merging::collect() {
  std::vector<storage::LogRow> page;
  bool is_over = false;
  const std::size_t count = TRY(db_.read([&](sql::Snapshot& snapshot) {
    return storage::rows_after(snapshot, day_->position, kPageRows, [&](const storage::LogRowView& row) -> Result<> {
      is_over = is_over || !day_->takes(row);
      if (!is_over) page.push_back({row.log_id, row.agent_no, row.received_ms, std::string(row.facts)});
      return {};
    });
  }));
  for (storage::LogRow& row : page) {
    day_->add(row);
    TRY(day_->sorter.add(std::move(row)));
  }
  if (!is_over && count == kPageRows) return Next::at_once;
  if (day_->content.last_log_id == 0) {  // deleted by age meanwhile
    day_.reset();
    return Next::later;
  }
  TRY(day_->sorter.finish());
  day_->writer = TRY(storage::SegmentWriter::create(files_, part_path()));
  return Next::at_once;
}

Result<Merging::Next> Merging::write() {
  for (std::size_t i = 0; i < kPageRows; ++i) {
    const auto row = TRY(day_->sorter.next());
    if (!row) {
      const auto content = TRY(day_->writer->finish(day_->content));
      day_.reset();
      TRY(segments_.add(part_path(), content));
      log::info("{} reports of a day are merged into {}", content.reports, storage::segment_name(content));
      return Next::after_pause;
    }
    domain::ReportEntry keys;
    keys.log_id = row->log_id, keys.agent_no = row->agent_no, keys.received_ms = row->received_ms;
    TRY(day_->writer->add(TRY(storage::decode_entry(keys, row->facts))));
  }
  return Next::at_once;
}

}  // namespace rollcall::service
