// Rows of `imports`, `import_files` and `import_findings`. Plain functions; the caller's transaction decides what
// belongs together.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/import.h"

namespace rollcall::storage {

// Inserts, or writes the whole of it, files included.
Result<> put_import(sql::Transaction& transaction, const domain::Import& import);
Result<std::optional<domain::Import>> find_import(sql::Snapshot& snapshot, std::string_view import_id);
// Newest first, those made before `before_id` (empty: all).
Result<std::vector<domain::Import>> list_imports(sql::Snapshot& snapshot, std::string_view before_id, std::size_t limit);
Result<std::vector<domain::Import>> unsettled_imports(sql::Snapshot& snapshot);  // oldest first

// When the last one that was written to its end ended.
Result<std::optional<std::int64_t>> last_import_ms(sql::Snapshot& snapshot);

// Numbered from `first_no` on.
Result<> add_findings(sql::Transaction& transaction, std::string_view import_id, std::int64_t first_no,
                      std::span<const domain::ImportFinding> findings);
// In their order, beginning behind `after_no`; their numbers are dense.
Result<std::vector<domain::ImportFinding>> findings_after(sql::Snapshot& snapshot, std::string_view import_id,
                                                          std::int64_t after_no, std::size_t limit);
// Errors before warnings, then by how many say the same.
Result<std::vector<domain::FindingGroup>> finding_groups(sql::Snapshot& snapshot, std::string_view import_id,
                                                         std::size_t limit);
// At most `limit` of an import, or, with an empty id, of those made before `before_ms`. Returns how many.
Result<std::int64_t> delete_findings(sql::Transaction& transaction, std::string_view import_id, std::int64_t before_ms,
                                     std::size_t limit);

}  // namespace rollcall::storage
