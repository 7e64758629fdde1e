#include "server/storage/inventory_check_store.h"

#include <utility>

#include "server/storage/columns.h"

namespace rollcall::storage {
namespace {

using domain::CheckItem;
using domain::CheckStatus;
using domain::InventoryCheck;

// Of every query that reads audits, in this order.
Result<CheckRow> read_check(sql::Rows& row) {
  const auto kind = domain::parse_place_kind(row.text(2));
  const auto state = domain::parse_check_state(row.text(5));
  if (!kind || !state) return fail(Errc::corrupt, "a physical audit of unknown words is stored");
  CheckRow out;
  out.check = {.check_id = row.string(0),
               .place_id = row.string(1),
               .place_kind = *kind,
               .place_name = row.string(3),
               .school_id = row.string(4),
               .state = *state,
               .note = row.string(6),
               .started_ms = row.integer(7),
               .started_by = row.string(8),
               .ended_ms = row.optional_integer(9),
               .ended_by = row.string(10),
               .end_note = row.string(11)};
  if (row.is_null(12)) return out;
  out.result.emplace();
  int column = 12;
  for (const auto status : {CheckStatus::scanned, CheckStatus::seen, CheckStatus::explained, CheckStatus::settled,
                            CheckStatus::dismissed}) {
    out.result->of[static_cast<std::size_t>(status)] = row.integer(column++);
  }
  return out;
}

Result<CheckItem> read_item(sql::Rows& row) {
  CheckItem out{.item = row.string(0),
                .device_id = row.string(1),
                .expected = row.integer(2) != 0,
                .custody_id = row.string(3),
                .scanned_ms = row.optional_integer(4),
                .scanned_by = row.string(5),
                .seen_ms = row.optional_integer(6)};
  if (row.is_null(7)) return out;
  const auto outcome = domain::parse_check_outcome(row.text(7));
  if (!outcome) return fail(Errc::corrupt, "a physical audit's item of unknown words is stored");
  out.outcome = CheckItem::Outcome{*outcome, row.string(8), row.integer(9), row.string(10)};
  return out;
}

struct OutcomeColumns {
  std::optional<std::string_view> what, note, by;
  std::optional<std::int64_t> at_ms;
};
OutcomeColumns columns_of(const std::optional<CheckItem::Outcome>& outcome) {
  if (!outcome) return {};
  return {domain::name_of(outcome->what), outcome->note, outcome->actor, outcome->at_ms};
}

}  // namespace

Result<> insert_check(sql::Transaction& transaction, const InventoryCheck& check) {
  TRY(transaction.execute("INSERT INTO inventory_checks (check_id, place_id, place_kind, place_name, school_id, state,"
                          " note, started_ms, started_by, end_note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')",
                          check.check_id, check.place_id, domain::name_of(check.place_kind), check.place_name,
                          null_if_empty(check.school_id), domain::name_of(check.state), check.note, check.started_ms,
                          check.started_by));
  return {};
}

Result<std::int64_t> expect_what_is_held(sql::Transaction& transaction, std::string_view check_id,
                                         std::string_view place_id) {
  return transaction.execute("INSERT INTO inventory_check_items (check_id, item, device_id, expected, custody_id)"
                             " SELECT $1, c.device_id, c.device_id, 1, c.custody_id FROM custody c"
                             " JOIN devices d ON d.device_id = c.device_id AND d.deleted_ms IS NULL"
                             " WHERE c.place_id = $2 AND c.taken_ms IS NULL",
                             check_id, place_id);
}

Result<std::optional<CheckRow>> find_check(sql::Snapshot& snapshot, std::string_view check_id) {
  return first_row<CheckRow>(
      snapshot.query("SELECT check_id, place_id, place_kind, place_name, school_id, state, note, started_ms, started_by,"
                     " ended_ms, ended_by, end_note, scanned, seen, explained, unexpected, unknown"
                     " FROM inventory_checks WHERE check_id = $1",
                     check_id),
      read_check);
}

Result<std::optional<CheckRow>> find_open_check(sql::Snapshot& snapshot, std::string_view place_id) {
  return first_row<CheckRow>(
      snapshot.query("SELECT check_id, place_id, place_kind, place_name, school_id, state, note, started_ms, started_by,"
                     " ended_ms, ended_by, end_note, scanned, seen, explained, unexpected, unknown"
                     " FROM inventory_checks WHERE place_id = $1 AND state = 'open'",
                     place_id),
      read_check);
}

Result<std::vector<CheckRow>> list_checks(sql::Snapshot& snapshot, const CheckFilter& filter) {
  const auto state = filter.state ? std::optional(domain::name_of(*filter.state)) : std::nullopt;
  return all_rows<CheckRow>(
      snapshot.query("SELECT check_id, place_id, place_kind, place_name, school_id, state, note, started_ms, started_by,"
                     " ended_ms, ended_by, end_note, scanned, seen, explained, unexpected, unknown"
                     " FROM inventory_checks WHERE (started_ms < $1 OR (started_ms = $1 AND check_id < $2))"
                     " AND ($3 IS NULL OR place_id = $3) AND ($4 IS NULL OR coalesce(school_id, '') = $4)"
                     " AND ($5 IS NULL OR state = $5)"
                     " AND ($6 IS NULL"
                     "      OR EXISTS (SELECT 1 FROM user_scopes u WHERE u.scope_id = school_id AND u.user_id = $6))"
                     " ORDER BY started_ms DESC, check_id DESC LIMIT $7",
                     filter.before_ms, filter.before_id, filter.place_id, filter.school_id, state, filter.user_id,
                     filter.limit),
      read_check);
}

Result<std::optional<CheckItem>> find_check_item(sql::Snapshot& snapshot, std::string_view check_id,
                                                 std::string_view item) {
  return first_row<CheckItem>(
      snapshot.query("SELECT item, device_id, expected, custody_id, scanned_ms, scanned_by, seen_ms, outcome,"
                     " outcome_note, outcome_ms, outcome_by FROM inventory_check_items"
                     " WHERE check_id = $1 AND item = $2",
                     check_id, item),
      read_item);
}

Result<std::vector<CheckItem>> check_items(sql::Snapshot& snapshot, std::string_view check_id) {
  return all_rows<CheckItem>(
      snapshot.query("SELECT item, device_id, expected, custody_id, scanned_ms, scanned_by, seen_ms, outcome,"
                     " outcome_note, outcome_ms, outcome_by FROM inventory_check_items"
                     " WHERE check_id = $1 ORDER BY item",
                     check_id),
      read_item);
}

Result<> insert_check_item(sql::Transaction& transaction, std::string_view check_id, const CheckItem& item) {
  const auto outcome = columns_of(item.outcome);
  TRY(transaction.execute(
      "INSERT INTO inventory_check_items (check_id, item, device_id, expected, custody_id, scanned_ms, scanned_by,"
      " seen_ms, outcome, outcome_note, outcome_ms, outcome_by)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      check_id, item.item, null_if_empty(item.device_id), item.expected, null_if_empty(item.custody_id),
      item.scanned_ms, null_if_empty(item.scanned_by), item.seen_ms, outcome.what, outcome.note, outcome.at_ms,
      outcome.by));
  return {};
}

Result<> update_check_item(sql::Transaction& transaction, std::string_view check_id, const CheckItem& item) {
  const auto outcome = columns_of(item.outcome);
  TRY(transaction.execute("UPDATE inventory_check_items SET scanned_ms = $3, scanned_by = $4, seen_ms = $5,"
                          " outcome = $6, outcome_note = $7, outcome_ms = $8, outcome_by = $9"
                          " WHERE check_id = $1 AND item = $2",
                          check_id, item.item, item.scanned_ms, null_if_empty(item.scanned_by), item.seen_ms,
                          outcome.what, outcome.note, outcome.at_ms, outcome.by));
  return {};
}

Result<bool> end_check(sql::Transaction& transaction, const InventoryCheck& check,
                       const std::optional<domain::CheckCounts>& result) {
  const auto count = [&](CheckStatus status) { return result ? std::optional((*result)[status]) : std::nullopt; };
  const std::int64_t changed = TRY(transaction.execute(
      "UPDATE inventory_checks SET state = $2, ended_ms = $3, ended_by = $4, end_note = $5, scanned = $6, seen = $7,"
      " explained = $8, unexpected = $9, unknown = $10 WHERE check_id = $1 AND state = 'open'",
      check.check_id, domain::name_of(check.state), check.ended_ms, check.ended_by, check.end_note,
      count(CheckStatus::scanned), count(CheckStatus::seen), count(CheckStatus::explained), count(CheckStatus::settled),
      count(CheckStatus::dismissed)));
  return changed == 1;
}

}  // namespace rollcall::storage
