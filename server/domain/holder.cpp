#include "server/domain/holder.h"

#include "server/domain/word_list.h"

namespace rollcall::domain {
namespace {

constexpr std::array<std::string_view, kHolderKinds> kWords{"nobody", "person", "room",   "cart",
                                                            "pool",   "bench",  "vendor", "storage"};

}  // namespace

std::string_view name_of(HolderKind kind) {
  return word_of(kWords, kind);
}
std::optional<HolderKind> parse_holder_kind(std::string_view text) {
  return find_word<HolderKind>(kWords, text);
}

HolderKind holder_kind_of(PlaceKind kind) {
  switch (kind) {
    case PlaceKind::room: return HolderKind::room;
    case PlaceKind::cart: return HolderKind::cart;
    case PlaceKind::pool: return HolderKind::pool;
    case PlaceKind::bench: return HolderKind::bench;
    case PlaceKind::vendor: return HolderKind::vendor;
    case PlaceKind::storage: return HolderKind::storage;
  }
  return HolderKind::nobody;
}

}  // namespace rollcall::domain
