// Rows of `devices`. Plain functions; the caller's transaction decides what belongs together.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/device.h"

namespace rollcall::storage {

// Errors: already_exists (serial and maker, or tag, of a live device).
Result<> insert_device(sql::Transaction& transaction, const domain::Device& device);
// Writes serial, tag, school, maker, model and version of the row that has `expected_version`; false: there is
// none. Errors: as insert_device.
Result<bool> update_device(sql::Transaction& transaction, const domain::Device& device,
                           std::int64_t expected_version);
// False: not there, or deleted already.
Result<bool> delete_device(sql::Transaction& transaction, std::string_view device_id, std::int64_t now_ms);

Result<std::optional<domain::Device>> find_device(sql::Snapshot& snapshot, std::string_view device_id);
// Live ones only. `serial` and `maker` are normalised here.
Result<std::optional<domain::Device>> find_device_by_serial(sql::Snapshot& snapshot, std::string_view serial,
                                                            std::string_view maker);
Result<std::optional<domain::Device>> find_device_by_tag(sql::Snapshot& snapshot, std::string_view tag);
// The oldest live device with an agent on hardware of this system UUID.
Result<std::optional<domain::Device>> find_device_by_uuid(sql::Snapshot& snapshot, std::string_view uuid);
// Live ones, oldest first.
Result<> each_device(sql::Snapshot& snapshot, const std::function<void(domain::Device device)>& take);
Result<std::vector<domain::Device>> list_devices(sql::Snapshot& snapshot);

}  // namespace rollcall::storage
