// Structured enough for journald, readable enough for a person: one line a fact, to stderr only. Thread-safe.
// An error is logged where it is handled, never where it is passed on. No personal data: ids, never names.
#pragma once

#include <fmt/core.h>

#include <string_view>
#include <utility>

#include "common/base/result.h"

namespace rollcall::log {

enum class Level { debug, info, warn, error };

// Before this is called, lines of level info and above go to stderr.
void set_level(Level level);
void write(Level level, std::string_view line);
bool enabled(Level level);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::debug)) write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::info)) write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::warn)) write(Level::warn, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace rollcall::log
