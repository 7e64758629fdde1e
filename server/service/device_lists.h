// The vocabulary of lists of devices: which columns Rollcall's own list, Snipe-IT's export of assets and Google's list
// of devices have, and what their words mean. A column that is not here is never read. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "server/csv/columns.h"
#include "server/domain/asset.h"
#include "server/domain/import.h"

namespace rollcall::service {

namespace device_field {
enum : std::size_t {
  tag, id, serial, maker, model, kind, school, place, lifecycle, condition, flags, status, ownership, kit,
  funding_source, purchase_order, cost, purchased, warranty_end, warranty_months, lease_end, insurance, hold_reason,
  note, person, person_email, person_user, listed
};
}
inline constexpr std::size_t kDeviceFields = device_field::listed + 1;

// In the order of device_field; a field that this preset does not have is called "".
std::span<const csv::Field> fields_of(domain::DevicePreset preset);

// Whose list this header is; nothing: it has neither a tag nor a serial number in any spelling.
std::optional<domain::DevicePreset> preset_of(const csv::Row& header);

// What another system's status says of a device.
struct StatusMeaning {
  std::optional<domain::Lifecycle> lifecycle{};
  std::optional<domain::Condition> condition{};
  bool lost{}, stolen{};
  bool at_first_only{};  // what Rollcall knows of a device that it has is newer
};
// Nothing: it is no status that is known.
std::optional<StatusMeaning> meaning_of_status(std::string_view text);

// "Chromebooks", "Student laptop", "iPad".
domain::DeviceKind kind_of_category(std::string_view text);

// "$1,234.50" as cents; nothing: not an amount.
std::optional<std::int64_t> cents_of(std::string_view text);

// A number that a program wrote who took a name for one: "6.37702E+15", "12345.0".
bool is_mangled_number(std::string_view text);

}  // namespace rollcall::service
