#include "common/base/local_time.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <exception>

#include "common/base/text.h"

namespace rollcall {
namespace {

// The library's calendar overflows beyond these years.
constexpr std::int64_t kMaxMs = 253'402'300'799'999;

const date::time_zone* find_zone(std::string_view name) {
  if (name.empty()) return nullptr;
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace

std::optional<LocalDate> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = parse_number<unsigned>(text.substr(0, 4));
  const auto month = parse_number<unsigned>(text.substr(5, 2));
  const auto day = parse_number<unsigned>(text.substr(8, 2));
  if (!year || !month || !day || *year < 1900 || *year > 2199) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                                         std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return LocalDate(date);
}

std::string iso_date(LocalDate date) {
  const std::chrono::year_month_day parts(date);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(parts.year()), static_cast<unsigned>(parts.month()),
                     static_cast<unsigned>(parts.day()));
}

int weekday_of(LocalDate date) { return static_cast<int>(std::chrono::weekday(date).iso_encoding()); }

bool is_time_zone(std::string_view zone) { return find_zone(zone) != nullptr; }

std::optional<LocalTime> local_time(std::string_view zone, std::int64_t utc_ms) {
  const auto* found = find_zone(zone);
  if (found == nullptr || utc_ms < 0 || utc_ms > kMaxMs) return std::nullopt;
  try {
    const auto local = found->to_local(date::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(utc_ms)));
    const auto day = date::floor<date::days>(local);
    return LocalTime{LocalDate(std::chrono::days(day.time_since_epoch().count())),
                     static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(local - day).count())};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::optional<std::int64_t> instant_ms(std::string_view zone, LocalDate date, int minute) {
  const auto* found = find_zone(zone);
  if (found == nullptr) return std::nullopt;
  try {
    const date::local_time<std::chrono::minutes> local(std::chrono::minutes(
        std::int64_t{date.time_since_epoch().count()} * kMinutesOfDay + minute));
    const auto instant = found->to_sys(local, date::choose::earliest);
    return std::chrono::duration_cast<std::chrono::milliseconds>(instant.time_since_epoch()).count();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace rollcall
