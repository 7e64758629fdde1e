#include "server/storage/calendar_store.h"

#include <utility>

#include "server/storage/columns.h"

namespace rollcall::storage {
namespace {

Result<CalendarRow> read_calendar(sql::Rows& row) {
  CalendarRow out{.school_id = row.string(0), .version = row.integer(1), .changed_ms = row.integer(3)};
  auto document = domain::parse_calendar(row.string(2));
  if (!document) {
    return fail(Errc::corrupt, "the stored calendar of '" + out.school_id + "' does not read: " +
                                   document.error().message);
  }
  out.document = std::move(*document);
  return out;
}

}  // namespace

Result<bool> put_calendar(sql::Transaction& transaction, const CalendarRow& row) {
  const std::string document = to_json(row.document);
  if (row.version == 1) {
    return TRY(transaction.execute("INSERT INTO calendars (school_id, version, document, changed_ms)"
                                   " VALUES ($1, 1, $2, $3) ON CONFLICT (school_id) DO NOTHING",
                                   row.school_id, document, row.changed_ms)) == 1;
  }
  return TRY(transaction.execute("UPDATE calendars SET version = $2, document = $3, changed_ms = $4"
                                 " WHERE school_id = $1 AND version = $2 - 1",
                                 row.school_id, row.version, document, row.changed_ms)) == 1;
}

Result<std::optional<CalendarRow>> find_calendar(sql::Snapshot& snapshot, std::string_view school_id) {
  return first_row<CalendarRow>(
      snapshot.query("SELECT school_id, version, document, changed_ms FROM calendars WHERE school_id = $1", school_id),
      read_calendar);
}

Result<std::vector<CalendarRow>> list_calendars(sql::Snapshot& snapshot) {
  return all_rows<CalendarRow>(
      snapshot.query("SELECT school_id, version, document, changed_ms FROM calendars ORDER BY school_id"), read_calendar);
}

}  // namespace rollcall::storage
