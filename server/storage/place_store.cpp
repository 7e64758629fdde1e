#include "server/storage/place_store.h"

#include "server/storage/columns.h"
#include "server/storage/search_store.h"

namespace rollcall::storage {
namespace {

using domain::Place;

Result<Place> read_place(sql::Rows& row) {
  const auto kind = domain::parse_place_kind(row.text(1));
  if (!kind) return fail(Errc::corrupt, "a place of unknown kind is stored");
  return Place{.place_id = row.string(0),
               .kind = *kind,
               .name = row.string(2),
               .school_id = row.string(3),
               .capacity = row.optional_integer(4),
               .note = row.string(5),
               .version = row.integer(6),
               .created_ms = row.integer(7),
               .deleted_ms = row.optional_integer(8)};
}

}  // namespace

Result<> insert_place(sql::Transaction& transaction, const PlaceRow& row) {
  const Place& place = row.place;
  TRY(
      transaction.execute("INSERT INTO places (place_id, kind, name, name_key, school_id, capacity, note, version,"
                          " created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                          place.place_id, domain::name_of(place.kind), place.name, row.name_key,
                          null_if_empty(place.school_id), place.capacity, place.note, place.version, place.created_ms));
  return mark_for_search(transaction, domain::SearchKind::place, place.place_id);
}

Result<bool> update_place(sql::Transaction& transaction, const PlaceRow& row, std::int64_t expected_version) {
  const Place& place = row.place;
  const std::int64_t changed = TRY(transaction.execute(
      "UPDATE places SET name = $3, name_key = $4, school_id = $5, capacity = $6, note = $7, version = $8"
      " WHERE place_id = $1 AND version = $2 AND deleted_ms IS NULL",
      place.place_id, expected_version, place.name, row.name_key, null_if_empty(place.school_id), place.capacity,
      place.note, place.version));
  if (changed == 1) TRY(mark_for_search(transaction, domain::SearchKind::place, place.place_id));
  return changed == 1;
}

Result<bool> delete_place(sql::Transaction& transaction, std::string_view place_id, std::int64_t now_ms) {
  const std::int64_t changed = TRY(transaction.execute(
      "UPDATE places SET deleted_ms = $2, version = version + 1 WHERE place_id = $1 AND deleted_ms IS NULL", place_id,
      now_ms));
  if (changed == 1) TRY(mark_for_search(transaction, domain::SearchKind::place, place_id));
  return changed == 1;
}

Result<std::optional<Place>> find_place(sql::Snapshot& snapshot, std::string_view place_id) {
  return first_row<Place>(snapshot.query("SELECT place_id, kind, name, school_id, capacity, note, version, created_ms,"
                                         " deleted_ms FROM places WHERE place_id = $1",
                                         place_id),
                          read_place);
}

Result<std::optional<Place>> find_place_by_name(sql::Snapshot& snapshot, std::string_view school_id,
                                                domain::PlaceKind kind, std::string_view name_key) {
  return first_row<Place>(
      snapshot.query("SELECT place_id, kind, name, school_id, capacity, note, version, created_ms, deleted_ms"
                     " FROM places WHERE coalesce(school_id, '') = $1 AND kind = $2 AND name_key = $3"
                     " AND deleted_ms IS NULL",
                     school_id, domain::name_of(kind), name_key),
      read_place);
}

Result<std::vector<PlaceRow>> list_places(sql::Snapshot& snapshot, const PlaceFilter& filter) {
  const auto kind = filter.kind ? std::optional(domain::name_of(*filter.kind)) : std::nullopt;
  return all_rows<PlaceRow>(
      snapshot.query("SELECT place_id, kind, name, school_id, capacity, note, version, created_ms, deleted_ms, name_key,"
                     " (SELECT count(*) FROM custody c JOIN devices d ON d.device_id = c.device_id"
                     "  WHERE c.place_id = places.place_id AND c.taken_ms IS NULL AND ($6 IS NULL OR EXISTS"
                     "  (SELECT 1 FROM user_scopes s WHERE s.scope_id = d.school_id AND s.user_id = $6)))"
                     " FROM places WHERE deleted_ms IS NULL AND (name_key > $1 OR (name_key = $1 AND place_id > $2))"
                     " AND ($3 IS NULL OR coalesce(school_id, '') = $3) AND ($4 IS NULL OR kind = $4)"
                     " AND ($5 IS NULL OR name_key LIKE $5 ESCAPE '!')"
                     " AND ($6 IS NULL OR school_id IS NULL"
                     "      OR EXISTS (SELECT 1 FROM user_scopes u WHERE u.scope_id = school_id AND u.user_id = $6))"
                     " ORDER BY name_key, place_id LIMIT $7",
                     filter.after_name, filter.after_id, filter.school_id, kind, like_part(filter.search),
                     filter.user_id, filter.limit),
      [](sql::Rows& row) -> Result<PlaceRow> {
        return PlaceRow{TRY(read_place(row)), row.string(9), row.integer(10)};
      });
}

}  // namespace rollcall::storage
