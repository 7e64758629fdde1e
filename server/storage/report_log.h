// Rows of `report_log`: appended, read one by one along an agent's chain, deleted from the old end.
//
// There is no index by agent: it would cost a random page a report. An entry names its predecessor instead
// (report_codec.h); following the chain is one look-up by rowid an entry.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/device_state.h"

namespace rollcall::storage {

struct LogRow {
  std::int64_t log_id{}, agent_no{}, received_ms{};
  std::string facts;  // encode_entry
};

// `rows` ascend by log_id. Errors: already_exists (a log_id is taken), storage_full and what else writing can say.
Result<> append_reports(sql::Transaction& transaction, std::span<const LogRow> rows);

// Nothing: it was deleted by age, or never was. Errors: corrupt.
Result<std::optional<domain::ReportEntry>> find_report(sql::Snapshot& snapshot, std::int64_t log_id);

// Entries above `log_id`, ascending, at most `limit`, until `take` fails. Returns how many there were.
Result<std::size_t> reports_after(sql::Snapshot& snapshot, std::int64_t log_id, std::size_t limit,
                                  const std::function<Result<>(domain::ReportEntry)>& take);

// The same rows as they are stored. The texts are borrowed from the row.
struct LogRowView {
  std::int64_t log_id{}, agent_no{}, received_ms{};
  std::string_view facts;
};
Result<std::size_t> rows_after(sql::Snapshot& snapshot, std::int64_t log_id, std::size_t limit,
                               const std::function<Result<>(const LogRowView&)>& take);

// 0: the log is empty.
Result<std::int64_t> last_log_id(sql::Snapshot& snapshot);
Result<std::optional<std::int64_t>> oldest_received_ms(sql::Snapshot& snapshot);
Result<std::optional<std::int64_t>> newest_received_ms(sql::Snapshot& snapshot);

// The first entry above `log_id` that was received at `by_ms` or before. What came later is dated by a clock that
// was wrong then, or that is now. Nothing: there is none.
Result<std::optional<LogRowView>> first_dated_row(sql::Snapshot& snapshot, std::int64_t log_id, std::int64_t by_ms);

// Up to where the log is old: the last of the oldest entries that were all received before `before_ms`. At most
// `limit` are looked at. An entry from the future (after now_ms) is as old as what follows it, and so keeps nobody
// from being deleted; one that a clock put back dates too early is as young as what is before it. 0: nothing is old.
Result<std::int64_t> end_of_old(sql::Snapshot& snapshot, std::int64_t before_ms, std::int64_t now_ms,
                                std::size_t limit);

// Deletes the `limit` oldest entries, as far as `last_log_id`. Returns how many.
Result<std::size_t> delete_reports(sql::Transaction& transaction, std::int64_t last_log_id, std::size_t limit);

}  // namespace rollcall::storage
