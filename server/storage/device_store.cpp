#include "server/storage/device_store.h"

#include <utility>

#include "server/storage/columns.h"
#include "server/storage/search_store.h"
#include "server/storage/standing.h"

namespace rollcall::storage {
namespace {

using domain::Device;

// Of every query that reads devices, in this order.
Result<Device> read_device(sql::Rows& row) {
  Device device;
  device.device_id = row.string(0);
  device.serial = row.string(1);
  device.maker = row.string(2);
  device.model = row.string(3);
  if (!row.is_null(4)) device.tag = row.string(4);
  if (!row.is_null(5)) device.school_id = row.string(5);
  device.version = row.integer(6);
  device.created_ms = row.integer(7);
  device.deleted_ms = row.optional_integer(8);
  device.standing = TRY(read_standing(row, 9));
  device.model_id = row.string(15);
  if (row.is_null(16)) return device;
  const auto held_by = domain::parse_holder_kind(row.text(16));
  if (!held_by) return fail(Errc::corrupt, "a custody of unknown holder is stored");
  device.held_by = *held_by;
  return device;
}

// What an index finds by something else is read by its id.
Result<std::optional<Device>> device_of(sql::Snapshot& snapshot, Result<std::unique_ptr<sql::Rows>> rows) {
  const auto id =
      TRY(first_row<std::string>(std::move(rows), [](sql::Rows& row) -> Result<std::string> { return row.string(0); }));
  return id ? find_device(snapshot, *id) : std::optional<Device>();
}

}  // namespace

Result<> insert_device(sql::Transaction& transaction, const Device& device) {
  TRY(transaction.execute(
      "INSERT INTO devices (device_id, serial, maker_key, maker, model, tag, school_id, version, created_ms)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      device.device_id, device.serial, domain::normalise_maker(device.maker), device.maker, device.model,
      null_if_empty(device.tag), null_if_empty(device.school_id), device.version, device.created_ms));
  return mark_for_search(transaction, domain::SearchKind::device, device.device_id);
}

Result<bool> update_device(sql::Transaction& transaction, const Device& device, std::int64_t expected_version) {
  const std::int64_t changed = TRY(transaction.execute(
      "UPDATE devices SET tag = $3, school_id = $4, maker = $5, model = $6, version = $7,"
      " serial = $8, maker_key = $9"
      " WHERE device_id = $1 AND version = $2 AND deleted_ms IS NULL",
      device.device_id, expected_version, null_if_empty(device.tag), null_if_empty(device.school_id), device.maker,
      device.model, device.version, device.serial, domain::normalise_maker(device.maker)));
  if (changed == 1) TRY(mark_for_search(transaction, domain::SearchKind::device, device.device_id));
  return changed == 1;
}

Result<bool> delete_device(sql::Transaction& transaction, std::string_view device_id, std::int64_t now_ms) {
  const std::int64_t changed = TRY(transaction.execute(
      "UPDATE devices SET deleted_ms = $2, version = version + 1 WHERE device_id = $1 AND deleted_ms IS NULL",
      device_id, now_ms));
  if (changed == 1) TRY(mark_for_search(transaction, domain::SearchKind::device, device_id));
  return changed == 1;
}

Result<std::optional<Device>> find_device(sql::Snapshot& snapshot, std::string_view device_id) {
  return first_row<Device>(
      snapshot.query(
          "SELECT device_id, serial, maker, model, tag, school_id, version, created_ms, deleted_ms, kind,"
          " lifecycle, condition, lost_ms, stolen_ms, on_hold_ms, model_id, (SELECT c.holder_kind FROM custody c"
          " WHERE c.device_id = devices.device_id AND c.taken_ms IS NULL) FROM devices WHERE device_id = $1",
          device_id),
      read_device);
}

Result<std::optional<Device>> find_device_by_serial(sql::Snapshot& snapshot, std::string_view serial,
                                                    std::string_view maker) {
  return device_of(snapshot, snapshot.query("SELECT device_id FROM devices WHERE serial = $1 AND maker_key = $2"
                                            " AND serial <> '' AND deleted_ms IS NULL",
                                            domain::normalise_serial(serial), domain::normalise_maker(maker)));
}

Result<std::optional<Device>> find_device_by_tag(sql::Snapshot& snapshot, std::string_view tag) {
  return device_of(snapshot, snapshot.query("SELECT device_id FROM devices WHERE lower(tag) = lower($1)"
                                            " AND tag IS NOT NULL AND deleted_ms IS NULL",
                                            tag));
}

Result<std::optional<Device>> find_device_by_uuid(sql::Snapshot& snapshot, std::string_view uuid) {
  return device_of(snapshot,
                   snapshot.query("SELECT d.device_id FROM agents a JOIN devices d ON d.device_id = a.device_id"
                                  " WHERE a.system_uuid = $1 AND a.system_uuid <> '' AND d.deleted_ms IS NULL"
                                  " ORDER BY d.device_id LIMIT 1",
                                  uuid));
}

Result<> each_device(sql::Snapshot& snapshot, const std::function<void(Device device)>& take) {
  auto rows =
      TRY(snapshot.query("SELECT device_id, serial, maker, model, tag, school_id, version, created_ms, deleted_ms,"
                         " kind, lifecycle, condition, lost_ms, stolen_ms, on_hold_ms, model_id,"
                         " (SELECT c.holder_kind FROM custody c WHERE c.device_id = devices.device_id"
                         "  AND c.taken_ms IS NULL)"
                         " FROM devices WHERE deleted_ms IS NULL ORDER BY device_id"));
  while (TRY(rows->next())) take(TRY(read_device(*rows)));
  return {};
}

Result<std::vector<Device>> list_devices(sql::Snapshot& snapshot) {
  std::vector<Device> devices;
  TRY(each_device(snapshot, [&](Device device) { devices.push_back(std::move(device)); }));
  return devices;
}

}  // namespace rollcall::storage
