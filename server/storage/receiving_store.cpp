#include "server/storage/receiving_store.h"

#include <utility>

#include "server/storage/columns.h"

namespace rollcall::storage {
namespace {

using domain::Delivery;
using domain::ReceivedDevice;

using Done = std::optional<ReceivedDevice::Done>;
Done done_of(sql::Rows& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return ReceivedDevice::Done{row.integer(column), row.string(column + 1)};
}
std::optional<std::int64_t> at_of(const Done& done) {
  return done ? std::optional(done->at_ms) : std::nullopt;
}
std::optional<std::string_view> actor_of(const Done& done) {
  return done ? std::optional<std::string_view>(done->actor) : std::nullopt;
}

// Eight columns.
Delivery read_delivery(sql::Rows& row) {
  return {.delivery_id = row.string(0),
          .order_id = row.string(1),
          .delivered = *date_of(row.integer(2)),
          .announced = row.integer(3),
          .reference = row.string(4),
          .note = row.string(5),
          .created_ms = row.integer(6),
          .created_by = row.string(7)};
}
Result<DeliveryRow> read_delivery_row(sql::Rows& row) {
  return DeliveryRow{read_delivery(row), row.integer(8),   row.integer(9),
                     row.string(10),     row.string(11), row.string(12)};
}

// Of every query that reads received devices, in this order; the last two are the first enrollment's time and agent.
Result<ReceivedDevice> read_received(sql::Rows& row) {
  ReceivedDevice out{.device_id = row.string(0),
                     .order_id = row.string(1),
                     .delivery_id = row.string(3),
                     .line = row.integer(2),
                     .received = {row.integer(4), row.string(5)},
                     .tagged = done_of(row, 6),
                     .imaged = done_of(row, 8),
                     .checked = done_of(row, 10),
                     .damaged = row.integer(12) != 0,
                     .check_note = row.string(13)};
  if (!row.is_null(14)) out.imaged = ReceivedDevice::Done{row.integer(14), "agent:" + row.string(15)};
  return out;
}

// How many of them wait for `step`, as the query below has it.
std::optional<std::int64_t> number_of(const std::optional<domain::ReceivingStep>& step) {
  return step ? std::optional(static_cast<std::int64_t>(*step)) : std::nullopt;
}

}  // namespace

Result<> insert_delivery(sql::Transaction& transaction, const Delivery& delivery) {
  TRY(transaction.execute(
      "INSERT INTO deliveries (delivery_id, order_id, delivered_day, announced, reference, note, created_ms, created_by)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      delivery.delivery_id, delivery.order_id, day_of(delivery.delivered), delivery.announced, delivery.reference,
      delivery.note, delivery.created_ms, delivery.created_by));
  return {};
}

Result<std::optional<Delivery>> find_delivery(sql::Snapshot& snapshot, std::string_view delivery_id) {
  return first_row<Delivery>(
      snapshot.query("SELECT delivery_id, order_id, delivered_day, announced, reference, note, created_ms, created_by"
                     " FROM deliveries WHERE delivery_id = $1",
                     delivery_id),
      [](sql::Rows& row) -> Result<Delivery> { return read_delivery(row); });
}

Result<std::vector<DeliveryRow>> deliveries_of(sql::Snapshot& snapshot, std::string_view order_id) {
  return all_rows<DeliveryRow>(
      snapshot.query(
          "SELECT d.delivery_id, d.order_id, d.delivered_day, d.announced, d.reference, d.note, d.created_ms,"
          " d.created_by, count(v.device_id), coalesce(sum(CASE WHEN v.device_id IS NULL THEN 0 ELSE r.damaged END), 0),"
          " o.number, o.vendor, o.school_id"
          " FROM deliveries d JOIN purchase_orders o ON o.order_id = d.order_id"
          " LEFT JOIN received_devices r ON r.delivery_id = d.delivery_id"
          " LEFT JOIN devices v ON v.device_id = r.device_id AND v.deleted_ms IS NULL"
          " WHERE d.order_id = $1"
          " GROUP BY d.delivery_id, d.order_id, d.delivered_day, d.announced, d.reference, d.note, d.created_ms,"
          " d.created_by, o.number, o.vendor, o.school_id ORDER BY d.delivered_day DESC, d.delivery_id DESC",
          order_id),
      read_delivery_row);
}

Result<std::vector<DeliveryRow>> troubled_deliveries(sql::Snapshot& snapshot, const TroubleFilter& filter) {
  return all_rows<DeliveryRow>(
      snapshot.query(
          "SELECT d.delivery_id, d.order_id, d.delivered_day, d.announced, d.reference, d.note, d.created_ms,"
          " d.created_by, count(v.device_id), coalesce(sum(CASE WHEN v.device_id IS NULL THEN 0 ELSE r.damaged END), 0),"
          " o.number, o.vendor, o.school_id"
          " FROM deliveries d JOIN purchase_orders o ON o.order_id = d.order_id"
          " LEFT JOIN received_devices r ON r.delivery_id = d.delivery_id"
          " LEFT JOIN devices v ON v.device_id = r.device_id AND v.deleted_ms IS NULL"
          " WHERE (d.delivered_day < $1 OR (d.delivered_day = $1 AND d.delivery_id < $2))"
          " AND ($3 IS NULL OR coalesce(o.school_id, '') = $3)"
          " AND ($4 IS NULL"
          "      OR EXISTS (SELECT 1 FROM user_scopes u WHERE u.scope_id = o.school_id AND u.user_id = $4))"
          " GROUP BY d.delivery_id, d.order_id, d.delivered_day, d.announced, d.reference, d.note, d.created_ms,"
          " d.created_by, o.number, o.vendor, o.school_id"
          " HAVING ($5 AND count(v.device_id) < d.announced)"
          " OR ($6 AND sum(CASE WHEN v.device_id IS NULL THEN 0 ELSE r.damaged END) > 0)"
          " ORDER BY d.delivered_day DESC, d.delivery_id DESC LIMIT $7",
          filter.before_day, filter.before_id, filter.school_id, filter.user_id, filter.is_short, filter.damaged,
          filter.limit),
      read_delivery_row);
}

Result<> insert_received(sql::Transaction& transaction, const ReceivedDevice& device) {
  TRY(transaction.execute(
      "INSERT INTO received_devices (device_id, order_id, line, delivery_id, received_ms, received_by, tagged_ms,"
      " tagged_by, imaged_ms, imaged_by, checked_ms, checked_by, damaged, check_note)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
      device.device_id, device.order_id, device.line, device.delivery_id, device.received.at_ms, device.received.actor,
      at_of(device.tagged), actor_of(device.tagged), at_of(device.imaged), actor_of(device.imaged),
      at_of(device.checked), actor_of(device.checked), device.damaged, device.check_note));
  return {};
}

Result<> update_received(sql::Transaction& transaction, const ReceivedDevice& device) {
  const bool proved = device.imaged && device.imaged->actor.starts_with("agent:");
  const Done imaged = proved ? Done() : device.imaged;
  TRY(transaction.execute("UPDATE received_devices SET tagged_ms = $2, tagged_by = $3,"
                          " imaged_ms = coalesce($4, imaged_ms), imaged_by = coalesce($5, imaged_by),"
                          " checked_ms = $6, checked_by = $7, damaged = $8, check_note = $9 WHERE device_id = $1",
                          device.device_id, at_of(device.tagged), actor_of(device.tagged), at_of(imaged),
                          actor_of(imaged), at_of(device.checked), actor_of(device.checked), device.damaged,
                          device.check_note));
  return {};
}

Result<std::optional<ReceivedDevice>> find_received(sql::Snapshot& snapshot, std::string_view device_id) {
  return first_row<ReceivedDevice>(
      snapshot.query("SELECT r.device_id, r.order_id, r.line, r.delivery_id, r.received_ms, r.received_by, r.tagged_ms,"
                     " r.tagged_by, r.imaged_ms, r.imaged_by, r.checked_ms, r.checked_by, r.damaged, r.check_note,"
                     " a.enrolled_ms, a.agent_id FROM received_devices r"
                     " JOIN devices d ON d.device_id = r.device_id AND d.deleted_ms IS NULL"
                     " LEFT JOIN agents a ON a.agent_no = (SELECT min(f.agent_no) FROM agents f"
                     "  WHERE f.device_id = r.device_id)"
                     " WHERE r.device_id = $1",
                     device_id),
      read_received);
}

Result<std::vector<ReceivedDevice>> list_received(sql::Snapshot& snapshot, const ReceivedFilter& filter) {
  // The steps as numbers of domain::ReceivingStep; a damaged device waits for none of them.
  return all_rows<ReceivedDevice>(
      snapshot.query("SELECT r.device_id, r.order_id, r.line, r.delivery_id, r.received_ms, r.received_by, r.tagged_ms,"
                     " r.tagged_by, r.imaged_ms, r.imaged_by, r.checked_ms, r.checked_by, r.damaged, r.check_note,"
                     " a.enrolled_ms, a.agent_id FROM received_devices r"
                     " JOIN devices d ON d.device_id = r.device_id AND d.deleted_ms IS NULL"
                     " LEFT JOIN agents a ON a.agent_no = (SELECT min(f.agent_no) FROM agents f"
                     "  WHERE f.device_id = r.device_id)"
                     " WHERE r.order_id = $1 AND (r.received_ms < $2 OR (r.received_ms = $2 AND r.device_id < $3))"
                     " AND ($4 IS NULL OR $4 = CASE WHEN r.damaged = 1 THEN 0 WHEN r.tagged_ms IS NULL THEN 1"
                     "  WHEN r.imaged_ms IS NULL AND a.agent_no IS NULL THEN 2 WHEN r.checked_ms IS NULL THEN 3 END)"
                     " ORDER BY r.received_ms DESC, r.device_id DESC LIMIT $5",
                     filter.order_id, filter.before_ms, filter.before_id, number_of(filter.waits_for), filter.limit),
      read_received);
}

Result<std::vector<LineCounts>> counts_of(sql::Snapshot& snapshot, std::string_view order_id) {
  return all_rows<LineCounts>(
      snapshot.query(
          "SELECT l.line, l.quantity, count(d.device_id),"
          " sum(CASE WHEN d.device_id IS NOT NULL AND r.tagged_ms IS NOT NULL THEN 1 ELSE 0 END),"
          " sum(CASE WHEN d.device_id IS NOT NULL AND (r.imaged_ms IS NOT NULL"
          "  OR EXISTS (SELECT 1 FROM agents a WHERE a.device_id = r.device_id)) THEN 1 ELSE 0 END),"
          " sum(CASE WHEN d.device_id IS NOT NULL AND r.checked_ms IS NOT NULL THEN 1 ELSE 0 END),"
          " sum(CASE WHEN d.device_id IS NOT NULL AND r.damaged = 1 THEN 1 ELSE 0 END)"
          " FROM purchase_order_lines l"
          " LEFT JOIN received_devices r ON r.order_id = l.order_id AND r.line = l.line"
          " LEFT JOIN devices d ON d.device_id = r.device_id AND d.deleted_ms IS NULL"
          " WHERE l.order_id = $1 GROUP BY l.line, l.quantity ORDER BY l.line",
          order_id),
      [](sql::Rows& row) -> Result<LineCounts> {
        return LineCounts{row.integer(0), {row.integer(1), row.integer(2), row.integer(3), row.integer(4),
                                           row.integer(5), row.integer(6)}};
      });
}

Result<std::int64_t> count_received(sql::Snapshot& snapshot, std::string_view order_id, std::int64_t line) {
  const auto rows = TRY(snapshot.query(
      "SELECT count(*) FROM received_devices r JOIN devices d ON d.device_id = r.device_id AND d.deleted_ms IS NULL"
      " WHERE r.order_id = $1 AND r.line = $2",
      order_id, line));
  TRY(rows->next());
  return rows->integer(0);
}

}  // namespace rollcall::storage
