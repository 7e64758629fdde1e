// Dates and the time of day where a school is. The rules of the zones are the machine's own (/usr/share/zoneinfo), read at
// the first use. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall {

// A day on a wall calendar: no zone, no hour. Arithmetic in std::chrono::days.
using LocalDate = std::chrono::local_days;

inline constexpr int kMinutesOfDay = 24 * 60;

// "2026-08-31" and nothing else, from 1900 to 2199; nothing for a day that no month has.
std::optional<LocalDate> parse_date(std::string_view text);
std::string iso_date(LocalDate date);

// 1 Monday … 7 Sunday.
int weekday_of(LocalDate date);

// An IANA name that this machine knows, such as America/New_York.
bool is_time_zone(std::string_view zone);

struct LocalTime {
  LocalDate date;
  int minute;  // on the clock on the wall, since its midnight
};

// Nothing for a zone that is not known or an instant outside 1970 to 9999.
std::optional<LocalTime> local_time(std::string_view zone, std::int64_t utc_ms);

// When a clock on the wall shows `minute` (0 to kMinutesOfDay) of `date`. An hour that the clocks leap over yields the
// leap, an hour that comes twice its first time, so that a later minute is never an earlier instant. Nothing for a
// zone that is not known.
std::optional<std::int64_t> instant_ms(std::string_view zone, LocalDate date, int minute);

}  // namespace rollcall
