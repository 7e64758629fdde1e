// Rows of `schools`. Plain functions; the caller's transaction decides what belongs together.
#pragma once

#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/school.h"

namespace rollcall::storage {

// Inserts, or writes everything but created_ms of the row with this school_id.
// Errors: already_exists (another school has this source_id).
Result<> put_school(sql::Transaction& transaction, const domain::School& school);
Result<std::vector<domain::School>> list_schools(sql::Snapshot& snapshot);  // by name, then id

}  // namespace rollcall::storage
