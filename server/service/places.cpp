#include "server/service/places.h"

#include <algorithm>
#include <utility>

#include "common/base/digest.h"
#include "common/base/fold.h"
#include "common/base/id.h"
#include "common/base/text.h"
#include "server/service/versions.h"
#include "server/storage/custody_store.h"
#include "server/storage/place_store.h"

namespace rollcall::service {
namespace {

using domain::Place;

// "ID NAME" of the last one, so that the name may hold anything.
std::string cursor_of(const storage::PlaceRow& last) {
  return to_base64url(last.place.place_id + ' ' + last.name_key);
}

Result<> begin_behind(std::string_view cursor, storage::PlaceFilter& filter) {
  if (cursor.empty()) return {};
  const auto text = from_base64url(cursor);
  const auto blank = text ? text->find(' ') : std::string::npos;
  if (blank == std::string::npos || !is_utf8(*text)) {
    return fail(Errc::invalid_argument, "this is not a cursor of the places", "cursor");
  }
  filter.after_id = text->substr(0, blank);
  filter.after_name = text->substr(blank + 1);
  return {};
}

Result<Place> live_place(sql::Snapshot& snapshot, const domain::Principal& who, std::string_view place_id) {
  auto place = TRY(storage::find_place(snapshot, place_id));
  if (!place || place->deleted() || !sees(who.scope, *place)) return fail(Errc::not_found, "there is no such place");
  return std::move(*place);
}

Result<> expect_own(const domain::Principal& who, const std::string& school_id) {
  if (who.scope.covers_school(school_id)) return {};
  return fail(Errc::permission_denied,
              school_id.empty() ? "a place of the whole district is for accounts that reach the district"
                                : "this school is out of your reach",
              "school");
}

}  // namespace

Result<Places::Page> Places::list(const domain::Principal& who, const PlaceQuery& query) {
  storage::PlaceFilter filter{.school_id = query.school_id,
                              .kind = query.kind,
                              .search = fold_text(query.search),
                              .limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage)};
  if (who.scope.kind != domain::ScopeKind::district) filter.user_id = who.user_id;
  TRY(begin_behind(query.cursor, filter));
  auto found = TRY(db_.read([&](sql::Snapshot& snapshot) { return storage::list_places(snapshot, filter); }));
  Page page;
  if (found.size() == filter.limit) page.next_cursor = cursor_of(found.back());
  for (auto& it : found) {
    page.devices.push_back(it.devices);
    page.places.push_back(std::move(it.place));
  }
  return page;
}

Result<Place> Places::get(const domain::Principal& who, std::string_view place_id) {
  return db_.read([&](sql::Snapshot& snapshot) { return live_place(snapshot, who, place_id); });
}

// A name is refused here before the unique index would, in words.
Result<> Places::expect_fit(sql::Snapshot& snapshot, const domain::Principal& who, const Place& wanted,
                            const std::string& name_key) const {
  TRY(expect_own(who, wanted.school_id));
  if (!wanted.school_id.empty()) TRY(schools_.expect(wanted.school_id, "school"));
  const auto same = TRY(storage::find_place_by_name(snapshot, wanted.school_id, wanted.kind, name_key));
  if (!same || same->place_id == wanted.place_id) return {};
  return fail(Errc::already_exists,
              "there is a " + std::string(name_of(wanted.kind)) + " called " + same->name + " already", "name");
}

Result<Place> Places::create(Write& write, const domain::Principal& who, const Place& wanted) {
  Place place = TRY(domain::normalise(wanted));
  place.place_id = make_ulid(clock_, random_);
  place.version = 1;
  place.created_ms = write.now_ms();
  const std::string name_key = fold_text(place.name);
  TRY(expect_fit(write.transaction(), who, place, name_key));
  TRY(storage::insert_place(write.transaction(), {place, name_key}));
  TRY(audit_.append(write.transaction(), write.actor(), "place.create", "place:" + place.place_id));
  return place;
}

Result<Place> Places::edit(Write& write, const domain::Principal& who, std::string_view place_id,
                           const PlaceChange& change, std::int64_t expected_version) {
  Place place = TRY(live_place(write.transaction(), who, place_id));
  TRY(expect_own(who, place.school_id));
  TRY(expect_version("this place", place.version, expected_version));
  const Place before = place;
  if (change.name) place.name = *change.name;
  if (change.school_id) place.school_id = *change.school_id;
  if (change.note) place.note = *change.note;
  if (change.capacity) place.capacity = *change.capacity;
  place = TRY(domain::normalise(std::move(place)));
  if (place == before) return place;
  const std::string name_key = fold_text(place.name);
  TRY(expect_fit(write.transaction(), who, place, name_key));
  ++place.version;
  if (!TRY(storage::update_place(write.transaction(), {place, name_key}, expected_version))) {
    return changed_meanwhile("this place");
  }
  std::string fields;
  const auto add = [&](bool changed, std::string_view name) {
    if (changed) fields.append(fields.empty() ? "" : ", ").append(name);
  };
  add(place.name != before.name, "name");
  add(place.school_id != before.school_id, "school");
  add(place.note != before.note, "note");
  add(place.capacity != before.capacity, "capacity");
  TRY(audit_.append(write.transaction(), write.actor(), "place.edit", "place:" + place.place_id, fields));
  return place;
}

Result<> Places::remove(Write& write, const domain::Principal& who, std::string_view place_id,
                        std::optional<std::int64_t> expected_version) {
  const Place place = TRY(live_place(write.transaction(), who, place_id));
  TRY(expect_own(who, place.school_id));
  if (expected_version) TRY(expect_version("this place", place.version, *expected_version));
  if (!TRY(storage::open_custody_of_place(write.transaction(), place_id, {}, 1)).empty()) {
    return fail(Errc::conflict, "devices are in " + place.name + ": take them out first, or move them");
  }
  TRY(storage::delete_place(write.transaction(), place_id, write.now_ms()));
  return audit_.append(write.transaction(), write.actor(), "place.delete", "place:" + place.place_id);
}

}  // namespace rollcall::service
