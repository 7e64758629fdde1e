// What a district knows of a device as its property. Four facts are kept apart, because they change at different times
// and by different hands: where it is in its life (Lifecycle), who has it (custody.h), whether it is lent, and in what
// state it is (Condition). That it is lost, stolen or on hold is said beside them and stays until somebody clears it.
// Pure types and rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/local_time.h"
#include "common/base/result.h"
#include "server/domain/device_model.h"

namespace rollcall::domain {

// Of a device that only its agent has told of so far, it is `ready`. retired: out of service, still there.
enum class Lifecycle : std::uint8_t {
  ordered,
  received,
  tagged,
  ready,
  deployed,
  in_repair,
  at_vendor,
  retired,
  disposed
};
inline constexpr std::size_t kLifecycles = 9;
std::string_view name_of(Lifecycle lifecycle);
std::optional<Lifecycle> parse_lifecycle(std::string_view text);
// Is it out of service for good? Nobody may be given one.
constexpr bool is_over(Lifecycle lifecycle) {
  return lifecycle >= Lifecycle::retired;
}

// unknown: nobody has looked. damaged: works, with a flaw that should be repaired. broken: does not work.
enum class Condition : std::uint8_t { unknown, new_, good, fair, damaged, broken };
inline constexpr std::size_t kConditions = 6;
std::string_view name_of(Condition condition);
std::optional<Condition> parse_condition(std::string_view text);

enum class Ownership : std::uint8_t { district, leased, student };  // student: their own (BYOD)
inline constexpr std::size_t kOwnerships = 3;
std::string_view name_of(Ownership ownership);
std::optional<Ownership> parse_ownership(std::string_view text);

enum class Flag : std::uint8_t { lost, stolen, on_hold };
inline constexpr std::size_t kFlags = 3;
std::string_view name_of(Flag flag);
std::optional<Flag> parse_flag(std::string_view text);

class Flags {
 public:
  constexpr bool has(Flag flag) const { return (bits_ & (1u << static_cast<unsigned>(flag))) != 0; }
  constexpr bool any() const { return bits_ != 0; }
  constexpr Flags& set(Flag flag, bool on = true) {
    const auto bit = static_cast<std::uint8_t>(1u << static_cast<unsigned>(flag));
    bits_ = static_cast<std::uint8_t>(on ? bits_ | bit : bits_ & ~bit);
    return *this;
  }
  std::vector<std::string_view> words() const;
  constexpr bool operator==(const Flags&) const = default;

 private:
  std::uint8_t bits_{};
};

// Of each device; kept in memory for the list (service/device_table.h), so it is small.
struct Standing {
  DeviceKind kind{DeviceKind::laptop};
  Lifecycle lifecycle{Lifecycle::ready};
  Condition condition{Condition::unknown};
  Flags flags{};
  bool operator==(const Standing&) const = default;
};

// The papers of a device. Whoever is in the inventory has been `listed`; a device that is not is known from its agent
// only.
struct Papers {
  Ownership ownership{Ownership::district};
  Kit kit{};                     // what belongs to this one and should come back with it
  std::string funding_source{};  // "Title I", "ESSER III"
  std::string purchase_order{};
  std::optional<std::int64_t> cost_cents{};
  std::optional<LocalDate> purchased{}, warranty_end{}, lease_end{};  // the last day that counts
  std::string insurance{};                                            // policy and insurer; empty: none
  std::string hold_reason{};
  std::string note{};
  std::optional<std::int64_t> listed_ms{};                           // since when the inventory has it
  std::optional<std::int64_t> lost_ms{}, stolen_ms{}, on_hold_ms{};  // since when; as Standing::flags

  bool operator==(const Papers&) const = default;
};

inline constexpr std::size_t kMaxPaperText = 128, kMaxAssetNote = 1'000;  // bytes

// Texts trimmed. Errors: invalid_argument with its field.
Result<Papers> normalise(Papers papers);

std::optional<std::int64_t>& since(Papers& papers, Flag flag);

// So many months later, or the last day of that month: the warranty of what was bought on 31 January.
LocalDate months_after(LocalDate date, std::int64_t months);

}  // namespace rollcall::domain
