// Rows of `places`. Plain functions; the caller's transaction decides what belongs together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/place.h"

namespace rollcall::storage {

struct PlaceRow {
  domain::Place place{};
  std::string name_key{};  // folded name
  std::int64_t devices{};  // how many it holds that the user of the filter reaches; told by list_places alone
};

// Errors: already_exists (a live place of this school, kind and name_key).
Result<> insert_place(sql::Transaction& transaction, const PlaceRow& row);
// Writes name, school, capacity, note and version of the live row that has `expected_version`; false: there is none.
// Errors: as insert_place.
Result<bool> update_place(sql::Transaction& transaction, const PlaceRow& row, std::int64_t expected_version);
// False: not there, or deleted already.
Result<bool> delete_place(sql::Transaction& transaction, std::string_view place_id, std::int64_t now_ms);

Result<std::optional<domain::Place>> find_place(sql::Snapshot& snapshot, std::string_view place_id);
// A live one of exactly this school (empty: the district), kind and folded name.
Result<std::optional<domain::Place>> find_place_by_name(sql::Snapshot& snapshot, std::string_view school_id,
                                                        domain::PlaceKind kind, std::string_view name_key);

struct PlaceFilter {
  std::optional<std::string> user_id{};    // those of this user's schools, and the district's
  std::optional<std::string> school_id{};  // empty: the district's
  std::optional<domain::PlaceKind> kind{};
  std::string search{};                  // part of the name, folded; empty: all
  std::string after_name{}, after_id{};  // where the page before ended
  std::size_t limit{100};
};
// Live ones, by name.
Result<std::vector<PlaceRow>> list_places(sql::Snapshot& snapshot, const PlaceFilter& filter);

}  // namespace rollcall::storage
