#include "server/storage/school_store.h"

#include "server/storage/columns.h"

namespace rollcall::storage {

Result<> put_school(sql::Transaction& transaction, const domain::School& school) {
  TRY(transaction.execute(
      "INSERT INTO schools (school_id, name, source_id, identifier, created_ms, missing_ms)"
      " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (school_id)"
      " DO UPDATE SET name = $2, source_id = $3, identifier = $4, missing_ms = $6",
      school.school_id, school.name, null_if_empty(school.source_id), school.identifier, school.created_ms,
      school.missing_ms));
  return {};
}

Result<std::vector<domain::School>> list_schools(sql::Snapshot& snapshot) {
  return all_rows<domain::School>(
      snapshot.query("SELECT school_id, name, source_id, identifier, created_ms, missing_ms FROM schools"
                     " ORDER BY name, school_id"),
      [](sql::Rows& row) -> Result<domain::School> {
        return domain::School{.school_id = row.string(0),
                              .name = row.string(1),
                              .source_id = row.string(2),
                              .identifier = row.string(3),
                              .created_ms = row.integer(4),
                              .missing_ms = row.optional_integer(5)};
      });
}

}  // namespace rollcall::storage
