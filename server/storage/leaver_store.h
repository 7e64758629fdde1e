// People who hold a device that they should have given back: out of `custody`, `people` and `devices`. Plain functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"

namespace rollcall::storage {

struct LeaverFilter {
  // Of whose school the device is. Absent: everywhere.
  std::optional<std::string> school_id{};
  std::optional<std::string> user_id{};  // one of this user's schools
  // Where the page before ended.
  std::string after_name{}, after_id{};
  std::size_t limit{100};
};
struct LeaverRow {
  std::string custody_id{};
  std::int64_t person_no{};
  std::string device_id{};
  std::string sort_name{};
};
// Whoever is not active in the roster, or is not at the device's school (any more), by name.
Result<std::vector<LeaverRow>> list_leavers(sql::Snapshot& snapshot, const LeaverFilter& filter);

}  // namespace rollcall::storage
