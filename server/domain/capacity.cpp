#include "server/domain/capacity.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

#include "common/base/clock.h"

namespace rollcall::domain {

void Capacity::add(std::int64_t observed_ms, std::int64_t full_mwh) {
  if (full_mwh <= 0 || full_mwh > std::numeric_limits<std::int32_t>::max()) return;
  const auto value = static_cast<std::int32_t>(full_mwh);
  const auto day = static_cast<std::int32_t>(observed_ms / kDayMs);
  if (!readings_.empty() && day < open_day_) {
    put_closed({day, value});
    return;
  }
  if (day != open_day_) {
    if (!readings_.empty()) put_closed({open_day_, open_median()});
    readings_.clear();
    open_day_ = day;
    std::erase_if(closed_, [&](const DayCapacity& it) { return it.day <= day - static_cast<std::int32_t>(kDays); });
  }
  auto place = std::lower_bound(readings_.begin(), readings_.end(), value,
                                [](const Reading& it, std::int32_t wanted) { return it.full_mwh < wanted; });
  if (place == readings_.end() || place->full_mwh != value) {
    if (readings_.size() < kReadings) {
      readings_.insert(place, {value, 1});
      return;
    }
    if (place == readings_.end() ||
        (place != readings_.begin() && value - std::prev(place)->full_mwh < place->full_mwh - value)) {
      --place;
    }
  }
  if (place->count < std::numeric_limits<std::int32_t>::max()) ++place->count;
}

std::vector<DayCapacity> Capacity::days() const {
  std::vector<DayCapacity> days = closed_;
  if (!readings_.empty()) days.push_back({open_day_, open_median()});
  return days;
}

Capacity Capacity::restore(std::vector<DayCapacity> closed, std::int32_t open_day, std::vector<Reading> readings) {
  Capacity capacity;
  capacity.closed_ = std::move(closed);
  capacity.open_day_ = open_day;
  capacity.readings_ = std::move(readings);
  return capacity;
}

void Capacity::put_closed(DayCapacity day) {
  const auto place = std::lower_bound(closed_.begin(), closed_.end(), day.day,
                                      [](const DayCapacity& it, std::int32_t wanted) { return it.day < wanted; });
  if (place != closed_.end() && place->day == day.day) return;
  // Six at most, so that the day in progress is the seventh.
  const bool too_old = day.day <= open_day_ - static_cast<std::int32_t>(kDays);
  if (too_old) return;
  closed_.insert(place, day);
  if (closed_.size() > kDays - 1) closed_.erase(closed_.begin());
}

std::int32_t Capacity::open_median() const {
  std::int64_t total = 0;
  for (const Reading& reading : readings_) total += reading.count;
  std::int64_t below = 0;
  for (const Reading& reading : readings_) {
    below += reading.count;
    if (2 * below >= total) return reading.full_mwh;
  }
  return 0;
}

}  // namespace rollcall::domain
