// The table of segments: which days of the report log lie in files of their own, and which files those are.
#pragma once

#include <cstdint>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/storage/segment_file.h"

namespace rollcall::storage {

struct SegmentRow {
  SegmentContent content;
  std::uint64_t bytes{};  // of the file
  bool operator==(const SegmentRow&) const = default;
};

// Ascending by log_id.
Result<std::vector<SegmentRow>> list_segments(sql::Snapshot& snapshot);
// Errors: already_exists (that span was merged before).
Result<> put_segment(sql::Transaction& transaction, const SegmentRow& row);
Result<> delete_segment(sql::Transaction& transaction, std::int64_t last_log_id);

}  // namespace rollcall::storage
