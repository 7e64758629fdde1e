// What a pack held when full, as one median for each of the last seven days with a reading. Bounded to a few
// dozen bytes a pack, because there is one of these in memory for every pack of the fleet. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rollcall::domain {

struct DayCapacity {
  std::int32_t day{};  // days since 1970-01-01 UTC
  std::int32_t full_mwh{};
  bool operator==(const DayCapacity&) const = default;
};

class Capacity {
 public:
  static constexpr std::size_t kDays = 7;
  // Distinct readings kept of the day in progress. A gauge seldom shows two; a further one counts for its
  // nearest neighbour.
  static constexpr std::size_t kReadings = 6;

  struct Reading {
    std::int32_t full_mwh{};
    std::int32_t count{};
    bool operator==(const Reading&) const = default;
  };

  // Readings may come late: one of an earlier day counts only where that day has none yet.
  void add(std::int64_t observed_ms, std::int64_t full_mwh);

  // Ascending by day, the day in progress last; none older than seven days before the newest.
  std::vector<DayCapacity> days() const;

  // For storing.
  const std::vector<DayCapacity>& closed() const { return closed_; }
  const std::vector<Reading>& readings() const { return readings_; }
  std::int32_t open_day() const { return open_day_; }
  static Capacity restore(std::vector<DayCapacity> closed, std::int32_t open_day, std::vector<Reading> readings);

  bool operator==(const Capacity&) const = default;

 private:
  void put_closed(DayCapacity day);
  std::int32_t open_median() const;

  std::vector<DayCapacity> closed_;  // ascending by day
  std::int32_t open_day_{};
  std::vector<Reading> readings_;    // of open_day_, ascending by full_mwh
};

}  // namespace rollcall::domain
