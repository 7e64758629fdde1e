// Rows of `calendars`. Plain functions; the caller's transaction decides what belongs together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/calendar_document.h"

namespace rollcall::storage {

struct CalendarRow {
  std::string school_id{};  // empty: the district's
  std::int64_t version{};
  domain::CalendarDocument document{};
  std::int64_t changed_ms{};
};

// Writes `row` over the version before it (row.version - 1; 0: there is none yet). False: another version is there.
Result<bool> put_calendar(sql::Transaction& transaction, const CalendarRow& row);
// Errors of both: corrupt, when a stored document does not read.
Result<std::optional<CalendarRow>> find_calendar(sql::Snapshot& snapshot, std::string_view school_id);
Result<std::vector<CalendarRow>> list_calendars(sql::Snapshot& snapshot);  // by school_id

}  // namespace rollcall::storage
