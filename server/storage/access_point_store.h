// Sums an hour of what laptops heard of each access point; nothing in them leads to a laptop.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"

namespace rollcall::storage {

struct AccessPointHour {
  std::string bssid;
  std::int64_t hour{};  // since 1970-01-01 UTC
  std::string ssid, school_id;
  std::int64_t reports{};
  std::int64_t signals{}, signal_sum{}, signal_min{};  // signal_min means nothing without signals
};

// Added to what the hour has already; ssid and school are those that were heard last.
Result<> add_access_point_hour(sql::Transaction& transaction, const AccessPointHour& hour);

// One row an access point over all hours that are kept, the busiest first; `hour` is the first one.
struct AccessPointTotal {
  AccessPointHour sum;
  std::int64_t last_hour{};
};
Result<std::vector<AccessPointTotal>> busiest_access_points(sql::Snapshot& snapshot, std::size_t limit);

// At most `limit` rows of hours before `hour`. Returns how many.
Result<std::int64_t> delete_access_point_hours(sql::Transaction& transaction, std::int64_t hour, std::size_t limit);

}  // namespace rollcall::storage
