// How a person's change is made to a device's record. For Devices only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/device.h"
#include "server/domain/permission.h"

namespace rollcall::service {

// Who comes upon a device by its serial takes it over only from nobody, or within reach. Errors: already_exists (field
// "serial"; not which school has it).
Result<> expect_own(const domain::Scope& reach, const domain::Device& device);

// Returns the names of what changes, "tag, school". Errors: invalid_argument with its field.
Result<std::string> apply(const domain::DeviceChange& change, domain::Asset& asset, std::int64_t now_ms);

// The record that an agent made of the device that is to be listed; nothing when there is none, or when it is listed
// already. Without a maker a serial must be that of one device only.
Result<std::optional<domain::Device>> unlisted(sql::Snapshot& snapshot, const domain::DeviceChange& wanted,
                                               const domain::Device& device);

}  // namespace rollcall::service
