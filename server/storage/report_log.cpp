#include "server/storage/report_log.h"

#include "server/storage/columns.h"
#include "server/storage/report_codec.h"

namespace rollcall::storage {
namespace {

Result<> append_one(sql::Transaction& transaction, const LogRow& row) {
  TRY(transaction.execute("INSERT INTO report_log (log_id, agent_no, received_ms, facts) VALUES ($1, $2, $3, $4)",
                          row.log_id, row.agent_no, row.received_ms, blob_of(row.facts)));
  return {};
}

// Eight rows a statement spare seven eighths of the statement's own cost.
Result<> append_eight(sql::Transaction& transaction, std::span<const LogRow> r) {
  TRY(transaction.execute(
      "INSERT INTO report_log (log_id, agent_no, received_ms, facts) VALUES "
      "($1, $2, $3, $4), ($5, $6, $7, $8), ($9, $10, $11, $12), ($13, $14, $15, $16), "
      "($17, $18, $19, $20), ($21, $22, $23, $24), ($25, $26, $27, $28), ($29, $30, $31, $32)",
      r[0].log_id, r[0].agent_no, r[0].received_ms, blob_of(r[0].facts), r[1].log_id, r[1].agent_no,
      r[1].received_ms, blob_of(r[1].facts), r[2].log_id, r[2].agent_no, r[2].received_ms, blob_of(r[2].facts),
      r[3].log_id, r[3].agent_no, r[3].received_ms, blob_of(r[3].facts), r[4].log_id, r[4].agent_no,
      r[4].received_ms, blob_of(r[4].facts), r[5].log_id, r[5].agent_no, r[5].received_ms, blob_of(r[5].facts),
      r[6].log_id, r[6].agent_no, r[6].received_ms, blob_of(r[6].facts), r[7].log_id, r[7].agent_no,
      r[7].received_ms, blob_of(r[7].facts)));
  return {};
}

Result<domain::ReportEntry> read_entry(const sql::Rows& rows) {
  domain::ReportEntry keys;
  keys.log_id = rows.integer(0);
  keys.agent_no = rows.integer(1);
  keys.received_ms = rows.integer(2);
  return decode_entry(keys, text_of(rows.blob(3)));
}

}  // namespace

Result<> append_reports(sql::Transaction& transaction, std::span<const LogRow> rows) {
  for (; rows.size() >= 8; rows = rows.subspan(8)) TRY(append_eight(transaction, rows));
  for (const LogRow& row : rows) TRY(append_one(transaction, row));
  return {};
}

Result<std::optional<domain::ReportEntry>> find_report(sql::Snapshot& snapshot, std::int64_t log_id) {
  return first_row<domain::ReportEntry>(
      snapshot.query("SELECT log_id, agent_no, received_ms, facts FROM report_log WHERE log_id = $1", log_id),
      read_entry);
}

Result<std::size_t> reports_after(sql::Snapshot& snapshot, std::int64_t log_id, std::size_t limit,
                                  const std::function<Result<>(domain::ReportEntry)>& take) {
  auto rows = TRY(snapshot.query(
      "SELECT log_id, agent_no, received_ms, facts FROM report_log WHERE log_id > $1 ORDER BY log_id LIMIT $2",
      log_id, limit));
  std::size_t count = 0;
  for (; TRY(rows->next()); ++count) TRY(take(TRY(read_entry(*rows))));
  return count;
}

Result<std::int64_t> last_log_id(sql::Snapshot& snapshot) {
  auto rows = TRY(snapshot.query("SELECT log_id FROM report_log ORDER BY log_id DESC LIMIT 1"));
  return TRY(rows->next()) ? rows->integer(0) : 0;
}

Result<std::optional<std::int64_t>> oldest_received_ms(sql::Snapshot& snapshot) {
  auto rows = TRY(snapshot.query("SELECT received_ms FROM report_log ORDER BY log_id LIMIT 1"));
  return TRY(rows->next()) ? std::optional(rows->integer(0)) : std::nullopt;
}

Result<std::optional<std::int64_t>> newest_received_ms(sql::Snapshot& snapshot) {
  auto rows = TRY(snapshot.query("SELECT received_ms FROM report_log ORDER BY log_id DESC LIMIT 1"));
  return TRY(rows->next()) ? std::optional(rows->integer(0)) : std::nullopt;
}

Result<std::size_t> rows_after(sql::Snapshot& snapshot, std::int64_t log_id, std::size_t limit,
                               const std::function<Result<>(const LogRowView&)>& take) {
  auto rows = TRY(snapshot.query(
      "SELECT log_id, agent_no, received_ms, facts FROM report_log WHERE log_id > $1 ORDER BY log_id LIMIT $2",
      log_id, limit));
  std::size_t count = 0;
  for (; TRY(rows->next()); ++count) {
    TRY(take({rows->integer(0), rows->integer(1), rows->integer(2), text_of(rows->blob(3))}));
  }
  return count;
}

Result<std::optional<LogRowView>> first_dated_row(sql::Snapshot& snapshot, std::int64_t log_id, std::int64_t by_ms) {
  auto rows = TRY(snapshot.query("SELECT log_id, agent_no, received_ms FROM report_log WHERE log_id > $1 AND "
                                 "received_ms <= $2 ORDER BY log_id LIMIT 1",
                                 log_id, by_ms));
  if (!TRY(rows->next())) return std::optional<LogRowView>();
  return std::optional(LogRowView{rows->integer(0), rows->integer(1), rows->integer(2), {}});
}

Result<std::int64_t> end_of_old(sql::Snapshot& snapshot, std::int64_t before_ms, std::int64_t now_ms,
                                std::size_t limit) {
  auto rows = TRY(snapshot.query(
      "SELECT log_id, received_ms FROM report_log WHERE received_ms <= $1 ORDER BY log_id LIMIT $2", now_ms, limit));
  std::int64_t last = 0;
  while (TRY(rows->next()) && rows->integer(1) < before_ms) last = rows->integer(0);
  return last;
}

Result<std::size_t> delete_reports(sql::Transaction& transaction, std::int64_t last_log_id, std::size_t limit) {
  std::int64_t last = 0;
  std::size_t count = 0;
  {
    auto rows = TRY(transaction.query("SELECT log_id FROM report_log WHERE log_id <= $1 ORDER BY log_id LIMIT $2",
                                      last_log_id, limit));
    for (; TRY(rows->next()); ++count) last = rows->integer(0);
  }
  if (count != 0) TRY(transaction.execute("DELETE FROM report_log WHERE log_id <= $1", last));
  return count;
}

}  // namespace rollcall::storage
