// What a laptop's silence means, told from the last thing that it said. Pure.
//
// An agent is told when to check in next (its promise). Until then, and for a grace after it, silence is
// normal. Whoever said "going to sleep" or "shutting down" is asleep or shut down from that word on. Whoever
// falls silent after saying that its battery is nearly empty is flat. Everything else that is overdue is
// silent: no word and no explanation. The server's own downtime is nobody's silence: a promise that fell
// into it, or shortly before, counts from the moment when the server was back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"

namespace rollcall::domain {

// Why a report was made; the same words in the same order as wire::Occasion.
enum class Occasion : std::uint8_t {
  scheduled, started, resumed, power_changed, going_to_sleep, shutting_down, battery_critical
};
std::string_view name_of(Occasion occasion);

// no_agent: a tablet, a charger, a laptop before it is imaged.
enum class Presence : std::uint8_t { online, asleep, shut_down, flat, silent, never, no_agent };
inline constexpr std::size_t kPresences = 7;

std::string_view name_of(Presence presence);  // "online", "asleep", "shut_down", …
std::optional<Presence> parse_presence(std::string_view text);

// The newest report of a laptop, as far as it explains what follows.
struct LastWord {
  Occasion occasion{};
  std::int64_t observed_ms{};  // when the laptop sampled it
  std::int64_t received_ms{};
  std::int64_t promised_ms{};  // when it was told to check in next
  std::optional<double> percent;  // charge of all packs together; absent without a battery
  bool on_ac{};
  bool operator==(const LastWord&) const = default;
};

// The server's latest absence: its last sign of life before, and its start. Equal when there was none.
struct Downtime {
  std::int64_t from_ms{};
  std::int64_t until_ms{};
};

struct Silence {
  Presence presence{Presence::never};
  std::int64_t since_ms{};  // when this presence began
  // When it changes although nothing is heard; kNever: it does not.
  std::int64_t changes_ms{};
};

inline constexpr std::int64_t kNever = INT64_MAX;
// Missing one check-in by this much is the network's or the jitter's doing.
inline constexpr std::int64_t kGraceMs = 2 * kMinuteMs;
// After the server was away, agents come back spread over their longest back-off.
inline constexpr std::int64_t kGraceAfterDowntimeMs = 15 * kMinuteMs;
inline constexpr double kNearlyEmptyPercent = 7.0;

// `word` is absent for a laptop that never reported; `enrolled_ms` then says since when.
Silence explain(const std::optional<LastWord>& word, std::int64_t enrolled_ms, const Downtime& downtime,
                std::int64_t now_ms);

// One sentence for a person, with the numbers: "Said it was going to sleep 3 hours ago, battery at 41%."
std::string sentence(Presence presence, const std::optional<LastWord>& word, std::int64_t now_ms);

}  // namespace rollcall::domain
