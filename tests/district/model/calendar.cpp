#include "tests/district/model/calendar.h"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <exception>

#include "common/base/clock.h"

namespace rollcall::district {
namespace {

using date::April, date::August, date::December, date::February, date::January, date::June, date::May,
    date::November, date::September;
using date::days, date::last, date::Monday, date::Thursday, date::year, date::Friday;

date::sys_time<std::chrono::milliseconds> instant(std::int64_t utc_ms) {
  return date::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds(utc_ms)};
}

int iso_weekday(Date day) { return static_cast<int>(date::weekday(day).iso_encoding()); }

Date first_day(year y) {
  const Date earliest{y / August / 22};
  return earliest + (Monday - date::weekday(earliest));
}

Date last_day(year y) {
  const Date latest{y / June / 8};
  return latest - (date::weekday(latest) - Friday);
}

bool is_holiday(Date day) {
  const date::year_month_day ymd(day);
  const year y = ymd.year();
  const auto is = [&](auto when) { return day == Date(when); };
  const Date thanksgiving{y / November / Thursday[4]};
  const Date april_monday{y / April / Monday[1]};
  return is(y / September / Monday[1]) || is(y / November / 11) ||
         (day >= thanksgiving - days(1) && day <= thanksgiving + days(1)) ||
         (ymd.month() == December && ymd.day() >= date::day(22)) ||
         (ymd.month() == January && ymd.day() <= date::day(2)) || is(y / January / Monday[3]) ||
         is(y / February / Monday[3]) || (day >= april_monday && day < april_monday + days(5)) ||
         is(y / May / Monday[last]);
}

}  // namespace

Result<Calendar> Calendar::open(Rules rules) {
  try {
    const auto* zone = date::locate_zone(rules.zone);
    return Calendar(std::move(rules), zone);
  } catch (const std::exception& error) {
    return fail(Errc::invalid_argument, std::string("the time zone: ") + error.what());
  }
}

DayKind Calendar::kind(Date day) const {
  const bool school = std::ranges::find(rules_.weekdays, iso_weekday(day)) != rules_.weekdays.end();
  if (rules_.holidays) {
    const year y = date::year_month_day(day).year();
    if (day > last_day(y) && day < first_day(y)) return DayKind::summer;
    if (school && is_holiday(day)) return DayKind::holiday;
  }
  return school ? DayKind::school : DayKind::weekend;
}

Date Calendar::date_of(std::int64_t utc_ms) const { return date::floor<days>(zone_->to_local(instant(utc_ms))); }

int Calendar::minute_of(std::int64_t utc_ms) const {
  const auto local = zone_->to_local(instant(utc_ms));
  return static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(local - date::floor<days>(local)).count());
}

std::int64_t Calendar::midnight_ms(Date day) const {
  const auto noon = zone_->to_sys(day + std::chrono::hours(12), date::choose::earliest);
  return std::chrono::duration_cast<std::chrono::milliseconds>(noon.time_since_epoch()).count() - 12 * kHourMs;
}

std::string zone_in_session(const std::string& own, std::int64_t utc_ms) {
  constexpr std::array kZones = {
      "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage",
      "Pacific/Honolulu", "Pacific/Pago_Pago", "Pacific/Auckland", "Pacific/Guadalcanal", "Pacific/Guam",
      "Asia/Tokyo", "Asia/Manila", "Asia/Bangkok", "Asia/Dhaka", "Asia/Karachi", "Asia/Dubai", "Europe/Moscow",
      "Europe/Athens", "Europe/Madrid", "Europe/London", "Atlantic/Azores", "Atlantic/South_Georgia",
      "America/Sao_Paulo", "America/Puerto_Rico"};
  constexpr int kTen = 10 * 60;
  const auto minute_in = [&](const std::string& zone) {
    const auto calendar = Calendar::open({.zone = zone});
    return calendar ? calendar->minute_of(utc_ms) : -1;
  };
  // From the first lessons to what leaves an hour of them.
  if (const int minute = minute_in(own); minute >= 8 * 60 + 30 && minute <= 13 * 60) return own;
  return *std::ranges::min_element(kZones, {}, [&](const char* zone) { return std::abs(minute_in(zone) - kTen); });
}

}  // namespace rollcall::district
