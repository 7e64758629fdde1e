// The text form of every enumeration of the vocabulary, in one table each. JSON, the console and the command
// line all use these words. The first word is the default: it is what an absent key means.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "common/wire/report.h"

namespace rollcall::wire {

template <class Enum>
struct Words;  // `text[i]` is the word of the enumerator with the value i

template <>
struct Words<CollectorState> {
  static constexpr std::array<std::string_view, 3> text{"ok", "absent", "failed"};
};
template <>
struct Words<PackState> {
  static constexpr std::array<std::string_view, 5> text{"unknown", "charging", "discharging", "full",
                                                        "not_charging"};
};
template <>
struct Words<PortalState> {
  static constexpr std::array<std::string_view, 3> text{"unknown", "clear", "portal"};
};
template <>
struct Words<Occasion> {
  static constexpr std::array<std::string_view, 7> text{
      "scheduled",      "started",       "resumed",         "power_changed",
      "going_to_sleep", "shutting_down", "battery_critical"};
};

// The word of an enumerator; "invalid" for a value that no enumerator has.
template <class Enum>
constexpr std::string_view word_of(Enum value) {
  const auto at = static_cast<std::size_t>(value);
  return at < Words<Enum>::text.size() ? Words<Enum>::text[at] : "invalid";
}

template <class Enum>
constexpr std::optional<Enum> parse_word(std::string_view word) {
  for (std::size_t i = 0; i < Words<Enum>::text.size(); ++i) {
    if (Words<Enum>::text[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace rollcall::wire
