#include "server/storage/segment_store.h"

#include "server/storage/columns.h"

namespace rollcall::storage {

Result<std::vector<SegmentRow>> list_segments(sql::Snapshot& snapshot) {
  return all_rows<SegmentRow>(
      snapshot.query("SELECT day, first_log_id, last_log_id, oldest_ms, newest_ms, reports, checksum, bytes "
                     "FROM segments ORDER BY last_log_id"),
      [](const sql::Rows& rows) -> Result<SegmentRow> {
        const auto word = [&](int column) { return static_cast<std::uint64_t>(rows.integer(column)); };
        return SegmentRow{{rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3), rows.integer(4),
                           word(5), word(6)},
                          word(7)};
      });
}

Result<> put_segment(sql::Transaction& transaction, const SegmentRow& row) {
  const SegmentContent& it = row.content;
  TRY(transaction.execute("INSERT INTO segments (day, first_log_id, last_log_id, oldest_ms, newest_ms, reports, "
                          "checksum, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                          it.day, it.first_log_id, it.last_log_id, it.oldest_ms, it.newest_ms, it.reports,
                          it.checksum, row.bytes));
  return {};
}

Result<> delete_segment(sql::Transaction& transaction, std::int64_t last_log_id) {
  TRY(transaction.execute("DELETE FROM segments WHERE last_log_id = $1", last_log_id));
  return {};
}

}  // namespace rollcall::storage
