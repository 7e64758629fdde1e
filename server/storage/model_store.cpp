#include "server/storage/model_store.h"

#include "server/domain/device.h"
#include "server/storage/columns.h"
#include "server/storage/search_store.h"

namespace rollcall::storage {
namespace {

using domain::DeviceModel;

Result<DeviceModel> read_model(sql::Rows& row) {
  const auto kind = domain::parse_device_kind(row.text(3));
  const auto kit = domain::Kit::parse(row.text(7));
  if (!kind || !kit) return fail(Errc::corrupt, "a model of unknown kind is stored");
  return DeviceModel{.model_id = row.string(0),
                     .maker = row.string(1),
                     .name = row.string(2),
                     .kind = *kind,
                     .warranty_months = row.optional_integer(4),
                     .life_months = row.optional_integer(5),
                     .cost_cents = row.optional_integer(6),
                     .kit = *kit,
                     .version = row.integer(8),
                     .created_ms = row.integer(9),
                     .deleted_ms = row.optional_integer(10)};
}

}  // namespace

Result<> insert_model(sql::Transaction& transaction, const DeviceModel& model) {
  TRY(transaction.execute(
      "INSERT INTO device_models (model_id, maker, maker_key, name, name_key, kind, warranty_months, life_months,"
      " cost_cents, kit, version, created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      model.model_id, model.maker, domain::normalise_maker(model.maker), model.name, domain::model_key(model.name),
      domain::name_of(model.kind), model.warranty_months, model.life_months, model.cost_cents, model.kit.to_text(),
      model.version, model.created_ms));
  return mark_for_search(transaction, domain::SearchKind::model, model.model_id);
}

Result<bool> update_model(sql::Transaction& transaction, const DeviceModel& model, std::int64_t expected_version) {
  const std::int64_t changed = TRY(transaction.execute(
      "UPDATE device_models SET maker = $3, maker_key = $4, name = $5, name_key = $6, kind = $7, warranty_months = $8,"
      " life_months = $9, cost_cents = $10, kit = $11, version = $12"
      " WHERE model_id = $1 AND version = $2 AND deleted_ms IS NULL",
      model.model_id, expected_version, model.maker, domain::normalise_maker(model.maker), model.name,
      domain::model_key(model.name), domain::name_of(model.kind), model.warranty_months, model.life_months,
      model.cost_cents, model.kit.to_text(), model.version));
  if (changed == 1) TRY(mark_for_search(transaction, domain::SearchKind::model, model.model_id));
  return changed == 1;
}

Result<bool> delete_model(sql::Transaction& transaction, std::string_view model_id, std::int64_t now_ms) {
  const std::int64_t changed = TRY(transaction.execute(
      "UPDATE device_models SET deleted_ms = $2, version = version + 1 WHERE model_id = $1 AND deleted_ms IS NULL",
      model_id, now_ms));
  if (changed == 1) TRY(mark_for_search(transaction, domain::SearchKind::model, model_id));
  return changed == 1;
}

Result<std::optional<DeviceModel>> find_model(sql::Snapshot& snapshot, std::string_view model_id) {
  return first_row<DeviceModel>(
      snapshot.query("SELECT model_id, maker, name, kind, warranty_months, life_months, cost_cents, kit, version,"
                     " created_ms, deleted_ms FROM device_models WHERE model_id = $1",
                     model_id),
      read_model);
}

Result<std::optional<DeviceModel>> find_model_by_name(sql::Snapshot& snapshot, std::string_view maker,
                                                      std::string_view name) {
  return first_row<DeviceModel>(
      snapshot.query("SELECT model_id, maker, name, kind, warranty_months, life_months, cost_cents, kit, version,"
                     " created_ms, deleted_ms FROM device_models"
                     " WHERE maker_key = $1 AND name_key = $2 AND deleted_ms IS NULL",
                     domain::normalise_maker(maker), domain::model_key(name)),
      read_model);
}

Result<std::vector<ListedModel>> list_models(sql::Snapshot& snapshot, const ModelFilter& filter) {
  const auto kind = filter.kind ? std::optional(domain::name_of(*filter.kind)) : std::nullopt;
  return all_rows<ListedModel>(
      snapshot.query("SELECT model_id, maker, name, kind, warranty_months, life_months, cost_cents, kit, version,"
                     " created_ms, deleted_ms, maker_key, name_key,"
                     " CASE WHEN $6 IS NULL THEN"
                     "  (SELECT count(*) FROM devices d WHERE d.model_id = device_models.model_id AND d.deleted_ms IS NULL)"
                     " ELSE"
                     "  (SELECT count(*) FROM user_scopes s JOIN devices d ON d.school_id = s.scope_id"
                     "   WHERE s.user_id = $6 AND d.model_id = device_models.model_id AND d.deleted_ms IS NULL) END"
                     " FROM device_models WHERE deleted_ms IS NULL"
                     " AND (maker_key > $1 OR (maker_key = $1 AND name_key > $2)) AND ($3 IS NULL OR kind = $3)"
                     " AND ($4 IS NULL OR lower(maker || ' ' || name) LIKE $4 ESCAPE '!')"
                     " ORDER BY maker_key, name_key LIMIT $5",
                     filter.after_maker, filter.after_name, kind, like_part(filter.search), filter.limit,
                     filter.user_id),
      [](sql::Rows& row) -> Result<ListedModel> {
        return ListedModel{TRY(read_model(row)), row.string(11), row.string(12), row.integer(13)};
      });
}

}  // namespace rollcall::storage
