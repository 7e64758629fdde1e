#include "server/domain/place.h"

#include "server/domain/plain_text.h"
#include "server/domain/word_list.h"

namespace rollcall::domain {
namespace {

constexpr std::array<std::string_view, kPlaceKinds> kKinds{"room", "cart", "pool", "bench", "vendor", "storage"};

}  // namespace

std::string_view name_of(PlaceKind kind) {
  return word_of(kKinds, kind);
}
std::optional<PlaceKind> parse_place_kind(std::string_view text) {
  return find_word<PlaceKind>(kKinds, text);
}

Result<Place> normalise(Place place) {
  place.name = TRY(plain_text(place.name, kMaxPlaceName, "name"));
  place.note = TRY(plain_text(place.note, kMaxPlaceNote, "note"));
  if (place.name.empty())
    return fail(Errc::invalid_argument, "the name is missing: what people call this place", "name");
  if (place.capacity && (*place.capacity < 1 || *place.capacity > kMaxPlaceCapacity)) {
    return fail(Errc::invalid_argument, "capacity must be from 1 to " + std::to_string(kMaxPlaceCapacity), "capacity");
  }
  return place;
}

}  // namespace rollcall::domain
