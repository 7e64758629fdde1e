#include "server/storage/rollover_store.h"

#include "server/storage/columns.h"

namespace rollcall::storage {

Result<std::vector<GradeCount>> count_grades(sql::Snapshot& snapshot, const std::optional<std::string>& school_id,
                                             const std::optional<std::string>& user_id) {
  return all_rows<GradeCount>(
      snapshot.query("SELECT p.school_id, p.grade, count(*), count(h.person_no), coalesce(sum(h.devices), 0)"
                     " FROM people p LEFT JOIN (SELECT person_no, count(*) AS devices FROM custody"
                     "  WHERE taken_ms IS NULL AND person_no IS NOT NULL GROUP BY person_no) h"
                     "  ON h.person_no = p.person_no"
                     " WHERE p.role = 'student' AND p.enabled = 1 AND p.missing_ms IS NULL"
                     " AND ($1 IS NULL OR coalesce(p.school_id, '') = $1)"
                     " AND ($2 IS NULL OR EXISTS (SELECT 1 FROM user_scopes u WHERE u.scope_id = p.school_id"
                     "      AND u.user_id = $2))"
                     " GROUP BY p.school_id, p.grade ORDER BY coalesce(p.school_id, ''), p.grade",
                     school_id, user_id),
      [](sql::Rows& row) -> Result<GradeCount> {
        return GradeCount{row.string(0), row.string(1), row.integer(2), row.integer(3), row.integer(4)};
      });
}

Result<std::vector<LeaverRow>> list_graduates(sql::Snapshot& snapshot, std::string_view last,
                                              const LeaverFilter& filter) {
  // Grades of two digits alone: "KG" stands behind "12" as text.
  return all_rows<LeaverRow>(
      snapshot.query("SELECT c.custody_id, p.person_no, c.device_id, p.sort_name"
                     " FROM people p JOIN custody c ON c.person_no = p.person_no AND c.taken_ms IS NULL"
                     " JOIN devices d ON d.device_id = c.device_id AND d.deleted_ms IS NULL"
                     " WHERE p.role = 'student' AND p.enabled = 1 AND p.missing_ms IS NULL"
                     " AND length(p.grade) = 2 AND p.grade >= $1 AND p.grade <= '99'"
                     " AND ($2 IS NULL OR coalesce(p.school_id, '') = $2)"
                     " AND ($3 IS NULL OR EXISTS (SELECT 1 FROM user_scopes u WHERE u.scope_id = p.school_id"
                     "      AND u.user_id = $3))"
                     " AND (p.sort_name > $4 OR (p.sort_name = $4 AND c.custody_id > $5))"
                     " ORDER BY p.sort_name, c.custody_id LIMIT $6",
                     last, filter.school_id, filter.user_id, filter.after_name, filter.after_id, filter.limit),
      [](sql::Rows& row) -> Result<LeaverRow> {
        return LeaverRow{row.string(0), row.integer(1), row.string(2), row.string(3)};
      });
}

}  // namespace rollcall::storage
