// What the report log remembers of one device. Thread-safe; reads the database, so never on the loop thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "common/wire/report.h"
#include "server/domain/silence.h"
#include "server/service/fleet.h"
#include "server/service/segments.h"

namespace rollcall::service {

struct BatteryPoint {
  std::int64_t observed_ms{};
  std::string pack;  // "BAT0"
  std::optional<double> percent;
  std::optional<std::int64_t> power_mw;
  wire::PackState state{};
  std::optional<bool> on_ac;
};

struct BatteryCurve {
  std::int64_t from_ms{}, to_ms{};
  std::vector<BatteryPoint> points;  // ascending by time, packs of one sample beside each other
};

struct TimelineEntry {
  std::int64_t observed_ms{}, received_ms{};
  domain::Occasion occasion{};
  std::string agent_id;
  std::uint64_t sequence{};
  std::optional<double> percent;
  std::optional<bool> on_ac;
  std::vector<std::string> failed_collectors;
};

struct TimelinePage {
  std::vector<TimelineEntry> entries;  // newest first, in the order in which the reports arrived
  std::string next_cursor;             // empty: that was the oldest that is kept
};

class History {
 public:
  static constexpr std::size_t kMaxPoints = 2'000;
  static constexpr std::int64_t kMaxSpanMs = 31 * kDayMs;

  History(sql::Database& db, const Fleet& fleet, const Segments& segments)
      : db_(db), fleet_(fleet), segments_(segments) {}

  // Both ends included. Thinned to at most kMaxPoints by keeping, of each slice of time, its lowest, its
  // highest and its first change between charging and discharging.
  // Errors: not_found, invalid_argument (from after to, or further apart than kMaxSpanMs).
  Result<BatteryCurve> battery(std::string_view device_id, std::int64_t from_ms, std::int64_t to_ms);

  // `events_only` leaves out scheduled reports. Errors: not_found, invalid_argument (field "cursor").
  Result<TimelinePage> timeline(std::string_view device_id, std::string_view cursor, std::size_t limit,
                                bool events_only);

 private:
  sql::Database& db_;
  const Fleet& fleet_;
  const Segments& segments_;
};

}  // namespace rollcall::service
