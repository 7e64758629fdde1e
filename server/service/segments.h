// The merged days of the report log: which there are, reading one laptop's entries from them, letting go of the
// oldest. The database's table is the truth; a file that it does not name is left over from a crash, and goes.
//
// Thread-safe. Files are opened when they are first read, and stay open.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "common/base/files.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/storage/segment_store.h"

namespace rollcall::service {

class Segments {
 public:
  Segments(sql::Database& db, Files& files, std::string folder)
      : db_(db), files_(files), folder_(std::move(folder)) {}

  // Before anything else. Makes the folder, and removes from it what a crash left. Errors: what the database and the
  // files say.
  Result<> load();

  const std::string& folder() const { return folder_; }
  std::vector<storage::SegmentRow> list() const;  // ascending by log_id
  // Every entry of the log up to here is in a segment, or was deleted. 0: none.
  std::int64_t merged_log_id() const;

  // The agent's entries around `log_id`, ascending; nothing: no segment covers that number. Errors: corrupt, io.
  Result<std::optional<std::vector<domain::ReportEntry>>> entries_near(std::int64_t agent_no,
                                                                       std::int64_t log_id) const;
  // Every entry of every segment. Compares every checksum. Errors: those of `take`, not_found, corrupt, io.
  Result<> each(const std::function<Result<>(const domain::ReportEntry&)>& take) const;

  // Takes over a finished file (SegmentWriter) that lies in the folder: gives it its name, and makes both name and
  // row durable, in this order. Errors: what the files and the database say; the file is removed then.
  Result<> add(const std::string& path, const storage::SegmentContent& content);
  // Deletes the oldest segment, if all of it is older than `before_ms`. A segment dated after `now_ms`, by a clock
  // that was wrong, is as old as the next one. False: there was none, or a backup needs them. Errors: as add().
  Result<bool> drop_oldest(std::int64_t before_ms, std::int64_t now_ms);

  // None is deleted while the result lives.
  std::shared_lock<std::shared_mutex> keep_all() const { return std::shared_lock(keeping_); }

 private:
  struct Held {
    storage::SegmentRow row;
    std::shared_ptr<const storage::Segment> open;  // empty: not read yet
  };
  std::string path_of(const storage::SegmentContent& content) const;
  Result<std::shared_ptr<const storage::Segment>> open(const storage::SegmentRow& row) const;

  sql::Database& db_;
  Files& files_;
  std::string folder_;
  mutable std::mutex mutex_;  // guards what follows
  mutable std::vector<Held> held_;  // ascending by log_id
  mutable std::shared_mutex keeping_;
};

}  // namespace rollcall::service
