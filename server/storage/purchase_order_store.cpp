#include "server/storage/purchase_order_store.h"

#include <utility>

#include "server/storage/columns.h"

namespace rollcall::storage {
namespace {

using domain::OrderLine;
using domain::PurchaseOrder;

// Of every query that reads orders, in this order.
Result<PurchaseOrder> read_order(sql::Rows& row) {
  return PurchaseOrder{.order_id = row.string(0),
                       .number = row.string(1),
                       .vendor = row.string(2),
                       .funding_source = row.string(3),
                       .school_id = row.string(4),
                       .expected = date_of(row.optional_integer(5)),
                       .next_tag = row.string(6),
                       .note = row.string(7),
                       .version = row.integer(8),
                       .created_ms = row.integer(9),
                       .created_by = row.string(10),
                       .closed_ms = row.optional_integer(11),
                       .closed_by = row.string(12),
                       .close_reason = row.string(13)};
}

Result<> read_lines(sql::Snapshot& snapshot, PurchaseOrder& order) {
  order.lines = TRY(all_rows<OrderLine>(
      snapshot.query("SELECT line, model_id, quantity, unit_cost_cents FROM purchase_order_lines WHERE order_id = $1"
                     " ORDER BY line",
                     order.order_id),
      [](sql::Rows& row) -> Result<OrderLine> {
        return OrderLine{row.integer(0), row.string(1), row.integer(2), row.optional_integer(3)};
      }));
  return {};
}

Result<> put_line(sql::Transaction& transaction, std::string_view order_id, const OrderLine& line) {
  TRY(transaction.execute(
      "INSERT INTO purchase_order_lines (order_id, line, model_id, quantity, unit_cost_cents)"
      " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (order_id, line) DO UPDATE SET model_id = excluded.model_id,"
      " quantity = excluded.quantity, unit_cost_cents = excluded.unit_cost_cents",
      order_id, line.line, line.model_id, line.quantity, line.unit_cost_cents));
  return {};
}

Result<std::optional<PurchaseOrder>> with_lines(sql::Snapshot& snapshot, Result<std::unique_ptr<sql::Rows>> rows) {
  auto order = TRY(first_row<PurchaseOrder>(std::move(rows), read_order));
  if (order) TRY(read_lines(snapshot, *order));
  return order;
}

}  // namespace

Result<> insert_order(sql::Transaction& transaction, const PurchaseOrder& order, std::string_view number_key) {
  TRY(transaction.execute(
      "INSERT INTO purchase_orders (order_id, number, number_key, vendor, funding_source, school_id, expected_day,"
      " next_tag, note, version, created_ms, created_by, close_reason)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '')",
      order.order_id, order.number, number_key, order.vendor, order.funding_source, null_if_empty(order.school_id),
      day_of(order.expected), order.next_tag, order.note, order.version, order.created_ms, order.created_by));
  for (const auto& line : order.lines) TRY(put_line(transaction, order.order_id, line));
  return {};
}

Result<bool> update_order(sql::Transaction& transaction, const PurchaseOrder& order, std::int64_t expected_version) {
  const std::int64_t changed = TRY(transaction.execute(
      "UPDATE purchase_orders SET vendor = $3, funding_source = $4, expected_day = $5, next_tag = $6, note = $7,"
      " version = $8, closed_ms = $9, closed_by = $10, close_reason = $11 WHERE order_id = $1 AND version = $2",
      order.order_id, expected_version, order.vendor, order.funding_source, day_of(order.expected), order.next_tag,
      order.note, order.version, order.closed_ms, null_if_empty(order.closed_by), order.close_reason));
  return changed == 1;
}

Result<> replace_lines(sql::Transaction& transaction, const PurchaseOrder& order) {
  // First those that stay get out of each other's way: a model stands in one line, also in between.
  TRY(transaction.execute("DELETE FROM purchase_order_lines WHERE order_id = $1 AND NOT EXISTS"
                          " (SELECT 1 FROM received_devices r WHERE r.order_id = purchase_order_lines.order_id"
                          "  AND r.line = purchase_order_lines.line)",
                          order.order_id));
  PurchaseOrder kept{.order_id = order.order_id};
  TRY(read_lines(transaction, kept));
  for (const auto& line : kept.lines) {
    if (std::ranges::find(order.lines, line.line, &OrderLine::line) != order.lines.end()) continue;
    return fail(Errc::conflict, "a line of which devices were received cannot be left out");
  }
  for (const auto& line : order.lines) TRY(put_line(transaction, order.order_id, line));
  return {};
}

Result<> advance_tag(sql::Transaction& transaction, std::string_view order_id, std::string_view next_tag) {
  TRY(transaction.execute("UPDATE purchase_orders SET next_tag = $2 WHERE order_id = $1", order_id, next_tag));
  return {};
}

Result<std::optional<PurchaseOrder>> find_order(sql::Snapshot& snapshot, std::string_view order_id) {
  return with_lines(snapshot,
                    snapshot.query("SELECT order_id, number, vendor, funding_source, school_id, expected_day, next_tag,"
                                   " note, version, created_ms, created_by, closed_ms, closed_by, close_reason"
                                   " FROM purchase_orders WHERE order_id = $1",
                                   order_id));
}

Result<std::optional<PurchaseOrder>> find_order_by_number(sql::Snapshot& snapshot, std::string_view number_key) {
  return with_lines(snapshot,
                    snapshot.query("SELECT order_id, number, vendor, funding_source, school_id, expected_day, next_tag,"
                                   " note, version, created_ms, created_by, closed_ms, closed_by, close_reason"
                                   " FROM purchase_orders WHERE number_key = $1",
                                   number_key));
}

Result<std::vector<PurchaseOrder>> list_orders(sql::Snapshot& snapshot, const OrderFilter& filter) {
  auto orders = TRY(all_rows<PurchaseOrder>(
      snapshot.query("SELECT order_id, number, vendor, funding_source, school_id, expected_day, next_tag, note, version,"
                     " created_ms, created_by, closed_ms, closed_by, close_reason FROM purchase_orders"
                     " WHERE (created_ms < $1 OR (created_ms = $1 AND order_id < $2))"
                     " AND ($3 IS NULL OR coalesce(school_id, '') = $3)"
                     " AND ($4 IS NULL OR (closed_ms IS NULL) = $4)"
                     " AND ($5 IS NULL OR number_key LIKE $5 ESCAPE '!')"
                     " AND ($6 IS NULL"
                     "      OR EXISTS (SELECT 1 FROM user_scopes u WHERE u.scope_id = school_id AND u.user_id = $6))"
                     " ORDER BY created_ms DESC, order_id DESC LIMIT $7",
                     filter.before_ms, filter.before_id, filter.school_id, filter.open, like_part(filter.search),
                     filter.user_id, filter.limit),
      read_order));
  for (auto& order : orders) TRY(read_lines(snapshot, order));
  return orders;
}

}  // namespace rollcall::storage
