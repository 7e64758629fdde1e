// Who can have a device: a person or a place. Pure types and rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/domain/place.h"

namespace rollcall::domain {

// nobody: it is where nobody recorded. The places' words are those of PlaceKind.
enum class HolderKind : std::uint8_t { nobody, person, room, cart, pool, bench, vendor, storage };
inline constexpr std::size_t kHolderKinds = 8;
std::string_view name_of(HolderKind kind);
std::optional<HolderKind> parse_holder_kind(std::string_view text);
HolderKind holder_kind_of(PlaceKind kind);

// Is a device that they have in use? The others keep it, repair it or lend it.
constexpr bool uses(HolderKind kind) {
  return kind == HolderKind::person || kind == HolderKind::room || kind == HolderKind::cart;
}

struct Holder {
  HolderKind kind{HolderKind::nobody};
  std::int64_t person_no{};  // of a person
  std::string place_id{};    // of a place
  bool operator==(const Holder&) const = default;
};

}  // namespace rollcall::domain
