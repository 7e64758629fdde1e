// Where a device is when no person has it: a room, a cart, a pool of loaners, the repair bench, a vendor, a storage
// room. Pure types and rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace rollcall::domain {

// bench: where the district repairs. vendor: who repairs for the district, or takes a device back.
enum class PlaceKind : std::uint8_t { room, cart, pool, bench, vendor, storage };
inline constexpr std::size_t kPlaceKinds = 6;
std::string_view name_of(PlaceKind kind);
std::optional<PlaceKind> parse_place_kind(std::string_view text);

struct Place {
  std::string place_id{};                  // ULID
  PlaceKind kind{PlaceKind::room};         // never changes: what it held was held by a place of this kind
  std::string name{};                      // unique of its kind in its school, whatever the case
  std::string school_id{};                 // empty: the district's
  std::optional<std::int64_t> capacity{};  // how many devices fit: a cart's slots
  std::string note{};
  std::int64_t version{1};  // counts changes; the ETag
  std::int64_t created_ms{};
  std::optional<std::int64_t> deleted_ms{};

  bool deleted() const { return deleted_ms.has_value(); }
  bool operator==(const Place&) const = default;
};

inline constexpr std::size_t kMaxPlaceName = 128, kMaxPlaceNote = 500;  // bytes
inline constexpr std::int64_t kMaxPlaceCapacity = 10'000;

// Texts trimmed; ready to be stored. Errors: invalid_argument with its field.
Result<Place> normalise(Place place);

}  // namespace rollcall::domain
