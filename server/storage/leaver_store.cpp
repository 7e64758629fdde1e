#include "server/storage/leaver_store.h"

#include "server/storage/columns.h"

namespace rollcall::storage {
namespace {

Result<LeaverRow> read_leaver(sql::Rows& row) {
  return LeaverRow{row.string(0), row.integer(1), row.string(2), row.string(3)};
}

}  // namespace

// A school has few devices: they are taken first and sorted then. Of a whole district the people are read in the order
// of their names, as far as the page needs it.
Result<std::vector<LeaverRow>> list_leavers(sql::Snapshot& snapshot, const LeaverFilter& filter) {
  if (filter.school_id || filter.user_id) {
    return all_rows<LeaverRow>(
        snapshot.query("SELECT c.custody_id, p.person_no, c.device_id, p.sort_name"
                       " FROM devices d CROSS JOIN custody c ON c.device_id = d.device_id AND c.taken_ms IS NULL"
                       " CROSS JOIN people p ON p.person_no = c.person_no"
                       " WHERE d.school_id IN (SELECT s.school_id FROM schools s WHERE ($1 IS NULL OR s.school_id = $1)"
                       "  AND ($2 IS NULL OR EXISTS (SELECT 1 FROM user_scopes u WHERE u.scope_id = s.school_id"
                       "       AND u.user_id = $2)))"
                       " AND d.school_id IS NOT NULL AND d.deleted_ms IS NULL"
                       " AND (p.missing_ms IS NOT NULL OR p.enabled = 0 OR NOT EXISTS (SELECT 1 FROM person_schools r"
                       "      WHERE r.person_no = p.person_no AND r.school_id = d.school_id))"
                       " AND (p.sort_name > $3 OR (p.sort_name = $3 AND c.custody_id > $4))"
                       " ORDER BY p.sort_name, c.custody_id LIMIT $5",
                       filter.school_id, filter.user_id, filter.after_name, filter.after_id, filter.limit),
        read_leaver);
  }
  return all_rows<LeaverRow>(
      snapshot.query(
          "SELECT c.custody_id, p.person_no, c.device_id, p.sort_name"
          " FROM people p CROSS JOIN custody c ON c.person_no = p.person_no AND c.taken_ms IS NULL"
          " CROSS JOIN devices d ON d.device_id = c.device_id"
          " WHERE d.deleted_ms IS NULL"
          " AND (p.missing_ms IS NOT NULL OR p.enabled = 0 OR (d.school_id IS NOT NULL AND NOT EXISTS"
          "      (SELECT 1 FROM person_schools r WHERE r.person_no = p.person_no AND r.school_id = d.school_id)))"
          " AND p.sort_name >= $1 AND (p.sort_name > $1 OR c.custody_id > $2)"
          " ORDER BY p.sort_name, c.custody_id LIMIT $3",
          filter.after_name, filter.after_id, filter.limit),
      read_leaver);
}

}  // namespace rollcall::storage
