// The inventory's own values, out of a request's body. For .cpp files of this room.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/local_time.h"
#include "server/api/json.h"
#include "server/domain/device.h"

namespace rollcall::api {

// A list of accessories; absent when the body does not have it.
std::optional<domain::Kit> read_kit(Body& body, std::string_view name);

// "2026-08-31". Absent: not there. An empty one inside: an empty text, it is to be taken away.
std::optional<std::optional<LocalDate>> read_date(Body& body, std::string_view name);

// Everything that a person may tell of a device.
domain::DeviceChange read_device(Body& body);

}  // namespace rollcall::api
