#include "server/storage/asset_store.h"

#include <utility>

#include "server/storage/columns.h"
#include "server/storage/device_store.h"
#include "server/storage/search_store.h"
#include "server/storage/standing.h"

namespace rollcall::storage {
namespace {

using domain::Asset;
using domain::Device;
using domain::Papers;

Result<Papers> read_papers(sql::Rows& row) {
  const auto ownership = domain::parse_ownership(row.text(0));
  const auto kit = domain::Kit::parse(row.text(1));
  if (!ownership || !kit) return fail(Errc::corrupt, "a device of unknown ownership is stored");
  return Papers{.ownership = *ownership,
                .kit = *kit,
                .funding_source = row.string(2),
                .purchase_order = row.string(3),
                .cost_cents = row.optional_integer(4),
                .purchased = date_of(row.optional_integer(5)),
                .warranty_end = date_of(row.optional_integer(6)),
                .lease_end = date_of(row.optional_integer(7)),
                .insurance = row.string(8),
                .hold_reason = row.string(9),
                .note = row.string(10),
                .listed_ms = row.optional_integer(11),
                .lost_ms = row.optional_integer(12),
                .stolen_ms = row.optional_integer(13),
                .on_hold_ms = row.optional_integer(14)};
}

Result<std::vector<Device>> devices_of(sql::Snapshot& snapshot, Result<std::unique_ptr<sql::Rows>> rows) {
  const auto ids =
      TRY(all_rows<std::string>(std::move(rows), [](sql::Rows& row) -> Result<std::string> { return row.string(0); }));
  std::vector<Device> out;
  for (const auto& id : ids) {
    if (auto device = TRY(find_device(snapshot, id))) out.push_back(std::move(*device));
  }
  return out;
}

std::optional<Device> first_of(std::vector<Device> devices) {
  return devices.empty() ? std::nullopt : std::optional(std::move(devices.front()));
}

}  // namespace

Result<> insert_asset(sql::Transaction& transaction, const Asset& asset) {
  TRY(insert_device(transaction, asset.device));
  TRY(update_asset(transaction, asset, asset.device.version));
  return {};
}

Result<bool> update_asset(sql::Transaction& transaction, const Asset& asset, std::int64_t expected_version) {
  const Device& device = asset.device;
  const Papers& papers = asset.papers;
  const std::int64_t changed = TRY(transaction.execute(
      "UPDATE devices SET tag = $3, school_id = $4, maker = $5, maker_key = $6, model = $7, serial = $8, version = $9,"
      " kind = $10, lifecycle = $11, condition = $12, lost_ms = $13, stolen_ms = $14, on_hold_ms = $15, model_id = $16,"
      " listed_ms = $17, ownership = $18, kit = $19, funding_source = $20, purchase_order = $21, cost_cents = $22,"
      " purchased_day = $23, warranty_end_day = $24, lease_end_day = $25, insurance = $26, hold_reason = $27, note = $28"
      " WHERE device_id = $1 AND version = $2 AND deleted_ms IS NULL",
      device.device_id, expected_version, null_if_empty(device.tag), null_if_empty(device.school_id), device.maker,
      domain::normalise_maker(device.maker), device.model, device.serial, device.version,
      domain::name_of(device.standing.kind), domain::name_of(device.standing.lifecycle),
      domain::name_of(device.standing.condition), papers.lost_ms, papers.stolen_ms, papers.on_hold_ms,
      null_if_empty(device.model_id), papers.listed_ms, domain::name_of(papers.ownership), papers.kit.to_text(),
      papers.funding_source, papers.purchase_order, papers.cost_cents, day_of(papers.purchased),
      day_of(papers.warranty_end), day_of(papers.lease_end), papers.insurance, papers.hold_reason, papers.note));
  if (changed == 1) TRY(mark_for_search(transaction, domain::SearchKind::device, device.device_id));
  return changed == 1;
}

Result<bool> restore_device(sql::Transaction& transaction, std::string_view device_id) {
  const std::int64_t changed = TRY(transaction.execute(
      "UPDATE devices SET deleted_ms = NULL, version = version + 1 WHERE device_id = $1 AND deleted_ms IS NOT NULL",
      device_id));
  if (changed == 1) TRY(mark_for_search(transaction, domain::SearchKind::device, device_id));
  return changed == 1;
}

Result<std::optional<Asset>> find_asset(sql::Snapshot& snapshot, std::string_view device_id) {
  auto device = TRY(find_device(snapshot, device_id));
  if (!device) return std::optional<Asset>();
  auto papers = TRY(first_row<Papers>(
      snapshot.query(
          "SELECT ownership, kit, funding_source, purchase_order, cost_cents, purchased_day, warranty_end_day,"
          " lease_end_day, insurance, hold_reason, note, listed_ms, lost_ms, stolen_ms, on_hold_ms"
          " FROM devices WHERE device_id = $1",
          device_id),
      read_papers));
  return std::optional(Asset{std::move(*device), std::move(papers).value_or(Papers{})});
}

Result<std::int64_t> count_listed(sql::Snapshot& snapshot) {
  auto rows = TRY(snapshot.query("SELECT COUNT(*) FROM devices WHERE listed_ms IS NOT NULL AND deleted_ms IS NULL"));
  TRY(rows->next());
  return rows->integer(0);
}

Result<std::vector<Device>> find_devices_of_serial(sql::Snapshot& snapshot, std::string_view serial) {
  return devices_of(snapshot, snapshot.query("SELECT device_id FROM devices WHERE serial = $1 AND serial <> ''"
                                             " AND deleted_ms IS NULL ORDER BY device_id",
                                             domain::normalise_serial(serial)));
}

Result<std::optional<Device>> find_deleted_by_serial(sql::Snapshot& snapshot, std::string_view serial,
                                                     std::string_view maker) {
  return first_of(TRY(devices_of(
      snapshot, snapshot.query("SELECT device_id FROM devices WHERE serial = $1 AND maker_key = $2 AND serial <> ''"
                               " AND deleted_ms IS NOT NULL ORDER BY deleted_ms DESC LIMIT 1",
                               domain::normalise_serial(serial), domain::normalise_maker(maker)))));
}

Result<std::optional<Device>> find_deleted_by_tag(sql::Snapshot& snapshot, std::string_view tag) {
  return first_of(TRY(devices_of(
      snapshot, snapshot.query("SELECT device_id FROM devices WHERE lower(tag) = lower($1) AND tag IS NOT NULL"
                               " AND deleted_ms IS NOT NULL ORDER BY deleted_ms DESC LIMIT 1",
                               tag))));
}

Result<std::vector<std::string>> devices_to_rename(sql::Snapshot& snapshot, const domain::DeviceModel& model,
                                                   std::string_view after, std::size_t limit) {
  return all_rows<std::string>(snapshot.query("SELECT device_id FROM devices WHERE model_id = $1 AND deleted_ms IS NULL"
                                              " AND (maker <> $2 OR model <> $3) AND device_id > $4"
                                              " ORDER BY device_id LIMIT $5",
                                              model.model_id, model.maker, model.name, after, limit),
                               [](sql::Rows& row) -> Result<std::string> { return row.string(0); });
}

Result<std::vector<std::string>> models_with_other_names(sql::Snapshot& snapshot) {
  return all_rows<std::string>(
      snapshot.query("SELECT DISTINCT d.model_id FROM devices d JOIN device_models m ON m.model_id = d.model_id"
                     " WHERE d.deleted_ms IS NULL AND (d.maker <> m.maker OR d.model <> m.name)"),
      [](sql::Rows& row) -> Result<std::string> { return row.string(0); });
}

Result<std::int64_t> count_devices_of_model(sql::Snapshot& snapshot, std::string_view model_id) {
  const auto rows = TRY(
      snapshot.query("SELECT count(*) FROM devices WHERE model_id = $1 AND deleted_ms IS NULL", model_id));
  TRY(rows->next());
  return rows->integer(0);
}

}  // namespace rollcall::storage
