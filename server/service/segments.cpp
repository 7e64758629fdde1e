#include "server/service/segments.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/base/clock.h"
#include "common/base/log.h"

namespace rollcall::service {

std::string Segments::path_of(const storage::SegmentContent& content) const {
  return folder_ + "/" + storage::segment_name(content);
}

Result<> Segments::load() {
  TRY(files_.make_directories(folder_, 0700));
  const auto rows = TRY(db_.read([](sql::Snapshot& snapshot) { return storage::list_segments(snapshot); }));
  std::set<std::string> named;
  {
    const std::lock_guard lock(mutex_);
    held_.clear();
    for (const auto& row : rows) held_.push_back({row, {}}), named.insert(storage::segment_name(row.content));
  }
  for (const auto& name : TRY(files_.list(folder_))) {
    if (named.erase(name) == 0) TRY(files_.remove(folder_ + "/" + name));
  }
  // Reports go on without the history of those days.
  for (const auto& name : named) log::error("{}/{} is missing: the reports of that day cannot be shown", folder_, name);
  return {};
}

std::vector<storage::SegmentRow> Segments::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<storage::SegmentRow> rows;
  for (const Held& held : held_) rows.push_back(held.row);
  return rows;
}

std::int64_t Segments::merged_log_id() const {
  const std::lock_guard lock(mutex_);
  return held_.empty() ? 0 : held_.back().row.content.last_log_id;
}

Result<std::shared_ptr<const storage::Segment>> Segments::open(const storage::SegmentRow& row) const {
  auto segment = TRY(storage::Segment::open(TRY(files_.open(path_of(row.content)))));
  if (segment->content() == row.content) return segment;
  return fail(Errc::corrupt, path_of(row.content) + ": holds something else than the database says");
}

Result<std::optional<std::vector<domain::ReportEntry>>> Segments::entries_near(std::int64_t agent_no,
                                                                               std::int64_t log_id) const {
  using Found = std::optional<std::vector<domain::ReportEntry>>;
  std::optional<storage::SegmentRow> row;
  std::shared_ptr<const storage::Segment> segment;
  const auto find = [&] {
    return std::ranges::lower_bound(held_, log_id, {}, [](const Held& it) { return it.row.content.last_log_id; });
  };
  {
    const std::lock_guard lock(mutex_);
    const auto held = find();
    if (held == held_.end() || held->row.content.first_log_id > log_id) return Found();
    row = held->row, segment = held->open;
  }
  if (!segment) {
    segment = TRY(open(*row));
    const std::lock_guard lock(mutex_);
    if (const auto held = find(); held != held_.end() && held->row == *row) held->open = segment;
  }
  return Found(TRY(segment->entries_near(agent_no, log_id)));
}

Result<> Segments::each(const std::function<Result<>(const domain::ReportEntry&)>& take) const {
  for (const auto& row : list()) {
    TRY(with(TRY(with(open(row), path_of(row.content)))->each(take), path_of(row.content)));
  }
  return {};
}

Result<> Segments::add(const std::string& path, const storage::SegmentContent& content) {
  storage::SegmentRow row{content, 0};
  const auto name = [&]() -> Result<> {
    row.bytes = TRY(files_.info(path)).size;
    TRY(files_.rename(path, path_of(content)));
    return files_.sync_folder(folder_);
  };
  if (auto named = name(); !named) {
    static_cast<void>(files_.remove(path));
    return named;
  }
  // Whether a commit that failed is on disk is not known: its file stays, and the next start looks.
  TRY(db_.write([&](sql::Transaction& transaction) { return storage::put_segment(transaction, row); }));
  const std::lock_guard lock(mutex_);
  held_.push_back({row, {}});
  return {};
}

Result<bool> Segments::drop_oldest(std::int64_t before_ms, std::int64_t now_ms) {
  const std::unique_lock dropping(keeping_, std::try_to_lock);
  if (!dropping) return false;
  std::optional<storage::SegmentRow> oldest;
  {
    const std::lock_guard lock(mutex_);
    const auto dated = std::ranges::find_if(held_, [&](const Held& it) { return it.row.content.day <= now_ms / kDayMs; });
    const bool is_old = dated != held_.end() && (dated->row.content.day + 1) * kDayMs <= before_ms;
    if (!is_old) return false;
    oldest = held_.front().row;
  }
  TRY(db_.write([&](sql::Transaction& transaction) {
    return storage::delete_segment(transaction, oldest->content.last_log_id);
  }));
  {
    const std::lock_guard lock(mutex_);
    if (!held_.empty() && held_.front().row == *oldest) held_.erase(held_.begin());
  }
  // Readers that have it open read on; what cannot be removed now goes at the next start.
  if (auto gone = files_.remove(path_of(oldest->content)); !gone) log::warn("{}", gone.error().message);
  return true;
}

}  // namespace rollcall::service
