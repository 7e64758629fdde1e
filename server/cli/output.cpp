#include "server/cli/output.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <ctime>

#include "common/base/clock.h"
#include "common/base/text.h"

namespace rollcall::cli {
namespace {

namespace json = boost::json;

// Characters, not bytes; wide ones are counted as one, which at worst bends a column.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

const json::value* find(const json::value& object, std::string_view name) {
  return object.is_object() ? object.get_object().if_contains(name) : nullptr;
}

}  // namespace

std::string Table::to_text() const {
  std::vector<std::size_t> widths(rows_[0].size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - width_of(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += (out.empty() ? "" : "\n") + line;
  }
  return out;
}

void print(std::string_view text) { fmt::print("{}\n", text); }

void print_json(const json::value& value) { print(json::serialize(value)); }

std::string cell(const json::value& object, std::string_view name) {
  const auto* value = find(object, name);
  return value ? text_of(*value) : std::string{};
}

std::string text_of(const json::value& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return printable(std::string_view(value.get_string()));
  if (value.is_double()) return fmt::format("{:.0f}", value.get_double());
  return json::serialize(value);
}

const json::value& member(const json::value& object, std::string_view name) {
  static const json::value kNothing = json::object();
  const auto* found = find(object, name);
  return found ? *found : kNothing;
}

const json::array& list(const json::value& object, std::string_view name) {
  static const json::array empty;
  const auto* value = find(object, name);
  return value && value->is_array() ? value->get_array() : empty;
}

std::string instant_cell(const json::value& object, std::string_view name) {
  const auto* value = find(object, name);
  if (!value || !value->is_int64()) return {};
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(static_cast<std::time_t>(value->get_int64() / kSecondMs)));
}

std::string ago(std::int64_t then_ms, std::int64_t now_ms) {
  const auto passed = std::max<std::int64_t>(0, now_ms - then_ms);
  if (passed < kMinuteMs) return fmt::format("{} s ago", passed / kSecondMs);
  if (passed < kHourMs) return fmt::format("{} min ago", passed / kMinuteMs);
  if (passed < kDayMs) return fmt::format("{} h ago", passed / kHourMs);
  return fmt::format("{} d ago", passed / kDayMs);
}

}  // namespace rollcall::cli
