// A physical audit: somebody goes to one place with a scanner and holds what lies there against what the custody ledger
// says. What is expected is written down when it begins; it ends when every device is accounted for. Pure types and
// rules. (In the code it is a check, because the audit is the log of all changes.)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "server/domain/place.h"

namespace rollcall::domain {

enum class CheckState : std::uint8_t { open, closed, abandoned };
inline constexpr std::size_t kCheckStates = 3;
std::string_view name_of(CheckState state);
std::optional<CheckState> parse_check_state(std::string_view text);

// What became of a device that was expected and not found, up to `other`; what was done with one that was found and not
// expected, the rest.
enum class CheckOutcome : std::uint8_t {
  found_elsewhere,
  with_person,
  in_repair,
  lost,
  stolen,
  disposed,
  other,
  moved_here,
  noted
};
inline constexpr std::size_t kCheckOutcomes = 9;
std::string_view name_of(CheckOutcome outcome);
std::optional<CheckOutcome> parse_check_outcome(std::string_view text);

// One device of it, or one label that belongs to no device.
struct CheckItem {
  struct Outcome {
    CheckOutcome what{};
    std::string note{};
    std::int64_t at_ms{};
    std::string actor{};  // Actor::to_text
    bool operator==(const Outcome&) const = default;
  };
  std::string item{};       // names it within the audit: the device's id, or '?' and what was scanned
  std::string device_id{};  // empty: nothing is known under what was scanned
  bool expected{};
  std::string custody_id{};  // by which it was expected; empty: it was not
  std::optional<std::int64_t> scanned_ms{};  // the first time
  std::string scanned_by{};                  // Actor::to_text; empty: it was not
  // Its agent was on the school's network since the audit began. Not the same as a scan: it says that the device is in
  // use at school, not where.
  std::optional<std::int64_t> seen_ms{};
  std::optional<Outcome> outcome{};

  bool operator==(const CheckItem&) const = default;
};

// scanned, seen, missing and explained are of what was expected; a missing one is explained when somebody said what
// became of it. unexpected is settled by moving it here or by a note; unknown, which is no device, by a note.
enum class CheckStatus : std::uint8_t { scanned, seen, missing, explained, unexpected, settled, unknown, dismissed };
inline constexpr std::size_t kCheckStatuses = 8;
std::string_view name_of(CheckStatus status);
std::optional<CheckStatus> parse_check_status(std::string_view text);
CheckStatus status_of(const CheckItem& item);

// May the audit end while this is so?
constexpr bool is_accounted_for(CheckStatus status) {
  return status != CheckStatus::missing && status != CheckStatus::unexpected && status != CheckStatus::unknown;
}

struct CheckCounts {
  std::array<std::int64_t, kCheckStatuses> of{};  // by CheckStatus

  std::int64_t operator[](CheckStatus status) const { return of[static_cast<std::size_t>(status)]; }
  void add(CheckStatus status) { ++of[static_cast<std::size_t>(status)]; }
  std::int64_t expected() const;
  std::int64_t open() const;  // that are not accounted for
  bool operator==(const CheckCounts&) const = default;
};

// Errors: conflict; the message says how many of what are not accounted for.
Result<> expect_accounted_for(const CheckCounts& counts);

// Is this a thing to say of this item? A reason that is no word of its own needs a note. Errors: invalid_argument (field
// "outcome" or "note").
Result<> expect_fit(const CheckItem& item, CheckOutcome outcome, std::string_view note);

struct InventoryCheck {
  std::string check_id{};  // ULID
  std::string place_id{};
  PlaceKind place_kind{};    // kind, name and school as they were when it began
  std::string place_name{};
  std::string school_id{};  // empty: a place of the district
  CheckState state{CheckState::open};
  std::string note{};
  std::int64_t started_ms{};
  std::string started_by{};  // Actor::to_text
  std::optional<std::int64_t> ended_ms{};
  std::string ended_by{}, end_note{};

  bool operator==(const InventoryCheck&) const = default;
};

inline constexpr std::size_t kMaxCheckNote = 500;      // bytes
inline constexpr std::int64_t kMaxExpected = 10'000;   // as many as a place may be said to hold

}  // namespace rollcall::domain
