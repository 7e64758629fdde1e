#include "server/storage/audit_store.h"

#include "server/storage/columns.h"

namespace rollcall::storage {
namespace {

Result<AuditRow> read_audit(sql::Rows& row) {
  AuditRow out;
  out.record.seq = row.integer(0);
  out.record.at_ms = row.integer(1);
  out.record.actor = row.string(2);
  out.record.action = row.string(3);
  out.record.target = row.string(4);
  out.record.outcome = row.string(5);
  out.record.detail = row.string(6);
  out.hash = TRY(digest_of(row.blob(7)));
  return out;
}

}  // namespace

Result<> append_audit(sql::Transaction& transaction, domain::AuditRecord record) {
  const auto last = TRY(last_audit(transaction));
  record.seq = last ? last->record.seq + 1 : 1;
  const Sha256 hash = domain::chain_hash(last ? last->hash : Sha256{}, record);
  TRY(
      transaction.execute("INSERT INTO audit_log (seq, at_ms, actor, action, target, outcome, detail, hash)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                          record.seq, record.at_ms, record.actor, record.action, record.target,
                          record.outcome, record.detail, blob_of(hash)));
  return {};
}

Result<std::optional<AuditRow>> last_audit(sql::Snapshot& snapshot) {
  return first_row<AuditRow>(snapshot.query("SELECT seq, at_ms, actor, action, target, outcome, detail, hash"
                                            " FROM audit_log ORDER BY seq DESC LIMIT 1"),
                             read_audit);
}

Result<std::vector<AuditRow>> audit_before(sql::Snapshot& snapshot, std::int64_t seq, std::size_t limit) {
  return all_rows<AuditRow>(snapshot.query("SELECT seq, at_ms, actor, action, target, outcome, detail, hash"
                                           " FROM audit_log WHERE seq < $1 ORDER BY seq DESC LIMIT $2",
                                           seq, limit),
                            read_audit);
}

Result<std::vector<AuditRow>> audit_after(sql::Snapshot& snapshot, std::int64_t seq, std::size_t limit) {
  return all_rows<AuditRow>(snapshot.query("SELECT seq, at_ms, actor, action, target, outcome, detail, hash"
                                           " FROM audit_log WHERE seq > $1 ORDER BY seq LIMIT $2",
                                           seq, limit),
                            read_audit);
}

}  // namespace rollcall::storage
