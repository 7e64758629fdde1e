// Who has a device now and had it before: a ledger of which nothing is taken back. A row opens when a device is given
// to somebody and closes when it is taken from them; of each device at most one is open. Pure types and rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/domain/device.h"
#include "server/domain/holder.h"
#include "server/domain/person.h"

namespace rollcall::domain {

// Why a row opened or closed.
enum class CustodyReason : std::uint8_t { given, returned, moved, swapped, undone };
inline constexpr std::size_t kCustodyReasons = 5;
std::string_view name_of(CustodyReason reason);
std::optional<CustodyReason> parse_custody_reason(std::string_view text);

struct Custody {
  // What is told when a device changes hands, at either end.
  struct End {
    std::int64_t at_ms{};
    std::string actor{};   // Actor::to_text
    std::string act_id{};  // ULID; the rows that one act opened and closed have the same
    CustodyReason reason{};
    Condition condition{Condition::unknown};
    Kit kit{};  // what went, or came, along
    std::string note{};
    bool operator==(const End&) const = default;
  };
  std::string custody_id{};  // ULID
  std::string device_id{};
  Holder holder{};
  std::string agreement{};  // reference of what was signed; empty: none
  End given{};
  std::optional<End> taken{};  // absent: still there

  bool open() const { return !taken; }
  bool operator==(const Custody&) const = default;
};

inline constexpr std::size_t kMaxCustodyNote = 500, kMaxAgreement = 64;  // bytes

// How long whoever did something may undo it.
inline constexpr std::int64_t kUndoMs = 10 * 60 * 1'000;

// Being given out makes a device that is ready deployed, and coming back makes a deployed one ready. In repair or at a
// vendor it stays whoever has it in hand: that is the repair's to say.
Lifecycle lifecycle_held_by(Lifecycle lifecycle, HolderKind kind);

// Why somebody cannot be given a device, each with what to do about it.
enum class BlockerCode : std::uint8_t {
  unknown_device,
  ambiguous_device,
  retired_device,
  not_received,
  lost,
  stolen,
  on_hold,
  already_held,
  not_held,
  held_by_other,
  unknown_person,
  ambiguous_person,
  withdrawn_person,
  missing_person,
  unknown_place,
  same_holder
};
inline constexpr std::size_t kBlockerCodes = 16;
std::string_view name_of(BlockerCode code);

struct Blocker {
  BlockerCode code{};
  std::string message{};  // what is in the way
  std::string remedy{};   // what to do
  std::string device{};   // which, as it was scanned; empty: none in particular
  std::string holder{};   // who has it, for already_held and held_by_other
  bool operator==(const Blocker&) const = default;
};
using Blockers = std::vector<Blocker>;

// Of the device itself, whoever has it now and wherever it is to go. `shown`: what it was called when it was scanned.
Blockers blockers_of(const Device& device, const std::string& shown, HolderKind to);
// Of the person who is to have it.
Blockers blockers_of(const Person& person);

}  // namespace rollcall::domain
