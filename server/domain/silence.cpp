#include "server/domain/silence.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace rollcall::domain {
namespace {

constexpr std::array<std::string_view, 7> kOccasions{
    "scheduled", "started", "resumed", "power_changed", "going_to_sleep", "shutting_down", "battery_critical"};
constexpr std::array<std::string_view, kPresences> kPresenceNames{"online", "asleep", "shut_down", "flat",
                                                                  "silent", "never",  "no_agent"};

bool nearly_empty(const LastWord& word) {
  if (word.occasion == Occasion::battery_critical) return true;
  return !word.on_ac && word.percent && *word.percent <= kNearlyEmptyPercent;
}

// The instant from which silence is overdue.
std::int64_t deadline_ms(const LastWord& word, const Downtime& downtime) {
  const std::int64_t deadline = word.promised_ms + kGraceMs;
  const bool absent = downtime.until_ms > downtime.from_ms;
  // Overdue before the server went away: that silence was not the server's doing.
  if (!absent || deadline <= downtime.from_ms) return deadline;
  return std::max(deadline, downtime.until_ms + kGraceAfterDowntimeMs);
}

std::string ago(std::int64_t ms) {
  const auto of = [](std::int64_t count, std::string_view unit) {
    return fmt::format("{} {}{} ago", count, unit, count == 1 ? "" : "s");
  };
  if (ms < kMinuteMs) return "just now";
  if (ms < kHourMs) return of(ms / kMinuteMs, "minute");
  if (ms < 2 * kDayMs) return of(ms / kHourMs, "hour");
  return of(ms / kDayMs, "day");
}

}  // namespace

std::string_view name_of(Occasion occasion) { return kOccasions[static_cast<std::size_t>(occasion)]; }
std::string_view name_of(Presence presence) { return kPresenceNames[static_cast<std::size_t>(presence)]; }

std::optional<Presence> parse_presence(std::string_view text) {
  for (std::size_t i = 0; i < kPresences; ++i) {
    if (kPresenceNames[i] == text) return static_cast<Presence>(i);
  }
  return std::nullopt;
}

Silence explain(const std::optional<LastWord>& word, std::int64_t enrolled_ms, const Downtime& downtime,
                std::int64_t now_ms) {
  if (!word) return {Presence::never, enrolled_ms, kNever};
  if (word->occasion == Occasion::going_to_sleep) return {Presence::asleep, word->received_ms, kNever};
  if (word->occasion == Occasion::shutting_down) return {Presence::shut_down, word->received_ms, kNever};
  const std::int64_t deadline = deadline_ms(*word, downtime);
  if (now_ms < deadline) return {Presence::online, word->received_ms, deadline};
  return {nearly_empty(*word) ? Presence::flat : Presence::silent, deadline, kNever};
}

std::string sentence(Presence presence, const std::optional<LastWord>& word, std::int64_t now_ms) {
  if (presence == Presence::no_agent) return "Has no agent: it is known from what people recorded";
  if (!word || presence == Presence::never) return "Enrolled, but it never reported";
  const std::string when = ago(now_ms - word->received_ms);
  const std::string battery =
      word->percent ? fmt::format(", battery at {:.0f}%{}", *word->percent, word->on_ac ? ", plugged in" : "") : "";
  switch (presence) {
    case Presence::online: return fmt::format("Reported {}{}", when, battery);
    case Presence::asleep: return fmt::format("Said it was going to sleep {}{}", when, battery);
    case Presence::shut_down: return fmt::format("Said it was shutting down {}{}", when, battery);
    case Presence::flat: return fmt::format("Fell silent with a nearly empty battery; last heard {}{}", when, battery);
    case Presence::silent:
    case Presence::never:
    case Presence::no_agent: break;
  }
  return fmt::format("Was expected {} and said nothing; last heard {}{}", ago(now_ms - word->promised_ms), when,
                     battery);
}

}  // namespace rollcall::domain
