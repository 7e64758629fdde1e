// Rows of `devices` as the inventory sees them: with their papers. Plain functions; the caller's transaction decides
// what belongs together. What an agent needs is in device_store.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/device.h"

namespace rollcall::storage {

// The flags of the standing are those of the papers. Errors: already_exists (serial and maker, or tag, of a live
// device).
Result<> insert_asset(sql::Transaction& transaction, const domain::Asset& asset);
// Writes everything but created_ms and deleted_ms of the live row that has `expected_version`; false: there is none.
// Errors: as insert_asset.
Result<bool> update_asset(sql::Transaction& transaction, const domain::Asset& asset, std::int64_t expected_version);
// Undoes a deletion; false: not there, or not deleted. Errors: as insert_asset.
Result<bool> restore_device(sql::Transaction& transaction, std::string_view device_id);

Result<std::optional<domain::Asset>> find_asset(sql::Snapshot& snapshot, std::string_view device_id);
Result<std::int64_t> count_listed(sql::Snapshot& snapshot);  // live ones that the inventory has
// Live ones with this serial, whoever made them.
Result<std::vector<domain::Device>> find_devices_of_serial(sql::Snapshot& snapshot, std::string_view serial);
// The one that was deleted last.
Result<std::optional<domain::Device>> find_deleted_by_serial(sql::Snapshot& snapshot, std::string_view serial,
                                                             std::string_view maker);
Result<std::optional<domain::Device>> find_deleted_by_tag(sql::Snapshot& snapshot, std::string_view tag);

// The live devices of a model that carry another maker or name than `model`'s, in the order of their ids behind `after`.
Result<std::vector<std::string>> devices_to_rename(sql::Snapshot& snapshot, const domain::DeviceModel& model,
                                                   std::string_view after, std::size_t limit);
// Models that have such devices.
Result<std::vector<std::string>> models_with_other_names(sql::Snapshot& snapshot);
// Live devices of this model.
Result<std::int64_t> count_devices_of_model(sql::Snapshot& snapshot, std::string_view model_id);

}  // namespace rollcall::storage
