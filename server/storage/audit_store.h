// Rows of `audit_log`: appended, read, never changed (its triggers refuse).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/digest.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/audit_record.h"

namespace rollcall::storage {

struct AuditRow {
  domain::AuditRecord record;
  Sha256 hash{};
};

// Assigns the next `seq`, whatever `record` says, and chains it.
Result<> append_audit(sql::Transaction& transaction, domain::AuditRecord record);
Result<std::optional<AuditRow>> last_audit(sql::Snapshot& snapshot);
// Records below `seq`, newest first.
Result<std::vector<AuditRow>> audit_before(sql::Snapshot& snapshot, std::int64_t seq, std::size_t limit);
// Records above `seq`, oldest first.
Result<std::vector<AuditRow>> audit_after(sql::Snapshot& snapshot, std::int64_t seq, std::size_t limit);

}  // namespace rollcall::storage
