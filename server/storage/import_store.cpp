#include "server/storage/import_store.h"

#include "server/storage/columns.h"

namespace rollcall::storage {
namespace {

Result<domain::Import> read_import(sql::Rows& row) {
  domain::Import out;
  const auto kind = domain::parse_import_kind(row.text(1));
  const auto state = domain::parse_import_state(row.text(4));
  if (!kind || !state) return fail(Errc::corrupt, "an import of unknown kind or state is stored");
  out.import_id = row.string(0);
  out.kind = *kind;
  out.source = row.string(2);
  out.dry_run = row.integer(3) != 0;
  out.state = *state;
  out.actor = row.string(5);
  out.approved_by = row.string(6);
  out.created_ms = row.integer(7);
  out.started_ms = row.optional_integer(8);
  out.finished_ms = row.optional_integer(9);
  out.error = row.string(10);
  out.findings = row.integer(11);
  return out;
}

Result<std::vector<domain::FileCounts>> files_of(sql::Snapshot& snapshot, std::string_view import_id) {
  return all_rows<domain::FileCounts>(
      snapshot.query("SELECT file, mode, read, added, changed, gone, warnings, errors, kept FROM import_files"
                     " WHERE import_id = $1 ORDER BY file_no",
                     import_id),
      [](sql::Rows& row) -> Result<domain::FileCounts> {
        return domain::FileCounts{.file = row.string(0),
                                  .mode = row.string(1),
                                  .read = row.integer(2),
                                  .added = row.integer(3),
                                  .changed = row.integer(4),
                                  .gone = row.integer(5),
                                  .warnings = row.integer(6),
                                  .errors = row.integer(7),
                                  .kept = row.integer(8)};
      });
}

Result<std::vector<domain::Import>> with_files(sql::Snapshot& snapshot, Result<std::unique_ptr<sql::Rows>> rows) {
  auto imports = TRY(all_rows<domain::Import>(std::move(rows), read_import));
  for (auto& import : imports) import.files = TRY(files_of(snapshot, import.import_id));
  return imports;
}

domain::ImportFinding read_finding(sql::Rows& row) {
  return {.file = row.string(0),
          .line = row.integer(1),
          .column = row.string(2),
          .severity = row.text(3) == "error" ? domain::Severity::error : domain::Severity::warning,
          .reason = row.string(4)};
}

}  // namespace

Result<> put_import(sql::Transaction& transaction, const domain::Import& import) {
  TRY(transaction.execute(
      "INSERT INTO imports (import_id, kind, source, dry_run, state, actor, approved_by, created_ms, started_ms,"
      " finished_ms, error, findings) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
      " ON CONFLICT (import_id) DO UPDATE SET dry_run = $4, state = $5, approved_by = $7, started_ms = $9,"
      " finished_ms = $10, error = $11, findings = $12",
      import.import_id, domain::name_of(import.kind), import.source, import.dry_run, domain::name_of(import.state),
      import.actor, import.approved_by, import.created_ms, import.started_ms, import.finished_ms, import.error,
      import.findings));
  TRY(transaction.execute("DELETE FROM import_files WHERE import_id = $1", import.import_id));
  std::int64_t number = 0;
  for (const auto& it : import.files) {
    TRY(transaction.execute(
        "INSERT INTO import_files (import_id, file_no, file, mode, read, added, changed, gone, warnings, errors, kept)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        import.import_id, ++number, it.file, it.mode, it.read, it.added, it.changed, it.gone, it.warnings, it.errors,
        it.kept));
  }
  return {};
}

Result<std::optional<domain::Import>> find_import(sql::Snapshot& snapshot, std::string_view import_id) {
  auto found = TRY(with_files(
      snapshot, snapshot.query("SELECT import_id, kind, source, dry_run, state, actor, approved_by, created_ms,"
                               " started_ms, finished_ms, error, findings FROM imports WHERE import_id = $1",
                               import_id)));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

Result<std::vector<domain::Import>> list_imports(sql::Snapshot& snapshot, std::string_view before_id,
                                                 std::size_t limit) {
  return with_files(
      snapshot, snapshot.query("SELECT import_id, kind, source, dry_run, state, actor, approved_by, created_ms,"
                               " started_ms, finished_ms, error, findings FROM imports"
                               " WHERE $1 = '' OR import_id < $1 ORDER BY import_id DESC LIMIT $2",
                               before_id, limit));
}

Result<std::vector<domain::Import>> unsettled_imports(sql::Snapshot& snapshot) {
  return with_files(
      snapshot, snapshot.query("SELECT import_id, kind, source, dry_run, state, actor, approved_by, created_ms,"
                               " started_ms, finished_ms, error, findings FROM imports"
                               " WHERE state IN ('queued', 'reading', 'held', 'writing') ORDER BY import_id"));
}

Result<std::optional<std::int64_t>> last_import_ms(sql::Snapshot& snapshot) {
  auto rows = TRY(snapshot.query("SELECT MAX(finished_ms) FROM imports WHERE state = 'done'"));
  return TRY(rows->next()) ? rows->optional_integer(0) : std::nullopt;
}

Result<> add_findings(sql::Transaction& transaction, std::string_view import_id, std::int64_t first_no,
                      std::span<const domain::ImportFinding> findings) {
  for (const auto& it : findings) {
    TRY(transaction.execute(
        "INSERT INTO import_findings (import_id, finding_no, file, line, column_name, severity, reason)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        import_id, first_no++, it.file, it.line, it.column, domain::name_of(it.severity), it.reason));
  }
  return {};
}

Result<std::vector<domain::FindingGroup>> finding_groups(sql::Snapshot& snapshot, std::string_view import_id,
                                                         std::size_t limit) {
  return all_rows<domain::FindingGroup>(
      snapshot.query("SELECT file, MIN(line), column_name, severity, reason, COUNT(*) AS how_many FROM import_findings"
                     " WHERE import_id = $1 GROUP BY file, column_name, severity, reason"
                     " ORDER BY severity, how_many DESC, file, column_name, reason LIMIT $2",
                     import_id, limit),
      [](sql::Rows& row) -> Result<domain::FindingGroup> {
        return domain::FindingGroup{read_finding(row), row.integer(5)};
      });
}

Result<std::vector<domain::ImportFinding>> findings_after(sql::Snapshot& snapshot, std::string_view import_id,
                                                          std::int64_t after_no, std::size_t limit) {
  return all_rows<domain::ImportFinding>(
      snapshot.query("SELECT file, line, column_name, severity, reason FROM import_findings"
                     " WHERE import_id = $1 AND finding_no > $2 ORDER BY finding_no LIMIT $3",
                     import_id, after_no, limit),
      [](sql::Rows& row) -> Result<domain::ImportFinding> { return read_finding(row); });
}

Result<std::int64_t> delete_findings(sql::Transaction& transaction, std::string_view import_id, std::int64_t before_ms,
                                     std::size_t limit) {
  if (!import_id.empty()) {
    return transaction.execute(
        "DELETE FROM import_findings WHERE (import_id, finding_no) IN (SELECT import_id, finding_no"
        " FROM import_findings WHERE import_id = $1 LIMIT $2)",
        import_id, limit);
  }
  return transaction.execute(
      "DELETE FROM import_findings WHERE (import_id, finding_no) IN (SELECT f.import_id, f.finding_no"
      " FROM imports i JOIN import_findings f ON f.import_id = i.import_id WHERE i.created_ms < $1 LIMIT $2)",
      before_ms, limit);
}

}  // namespace rollcall::storage
