// Rooms, carts, pools, benches, vendors, storage. A school's places are its own; the district's (without a school) are
// seen by everybody and changed by whoever reaches the district. Thread-safe; every call reads or writes the database,
// so none belongs on the loop thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/place.h"
#include "server/domain/user.h"
#include "server/service/audit.h"
#include "server/service/schools.h"
#include "server/service/writes.h"

namespace rollcall::service {

// What a person may change. Absent: left alone.
struct PlaceChange {
  std::optional<std::string> name{}, school_id{}, note{};
  std::optional<std::optional<std::int64_t>> capacity{};  // an empty one inside: taken away

  bool empty() const { return !name && !school_id && !note && !capacity; }
};

struct PlaceQuery {
  std::string search{};                    // part of the name; case and accents are ignored
  std::optional<std::string> school_id{};  // empty: the district's
  std::optional<domain::PlaceKind> kind{};
  std::string cursor{};  // an earlier page's next_cursor; empty: from the start
  std::size_t limit{100};
};

class Places {
 public:
  static constexpr std::size_t kMaxPage = 500;
  Places(sql::Database& db, const Clock& clock, Random& random, Audit& audit, const Schools& schools)
      : db_(db), clock_(clock), random_(random), audit_(audit), schools_(schools) {}

  struct Page {
    std::vector<domain::Place> places{};  // by name
    std::vector<std::int64_t> devices{};  // how many each holds that `who` reaches
    std::string next_cursor{};            // empty: no more
  };
  // Those that `who` may see. Errors: invalid_argument (field "cursor").
  Result<Page> list(const domain::Principal& who, const PlaceQuery& query);
  // Errors: not_found (also for a deleted one and one out of reach).
  Result<domain::Place> get(const domain::Principal& who, std::string_view place_id);

  // `wanted` without id, version and instants. Errors: invalid_argument (with its field), permission_denied (field
  // "school": out of the caller's reach), already_exists (field "name").
  Result<domain::Place> create(Write& write, const domain::Principal& who, const domain::Place& wanted);
  // `expected_version` is the ETag that the caller saw. Errors: those of create; not_found; conflict (changed
  // meanwhile).
  Result<domain::Place> edit(Write& write, const domain::Principal& who, std::string_view place_id,
                             const PlaceChange& change, std::int64_t expected_version);
  // Errors: not_found, permission_denied, conflict (changed meanwhile, or devices are in it).
  Result<> remove(Write& write, const domain::Principal& who, std::string_view place_id,
                  std::optional<std::int64_t> expected_version);

 private:
  Result<> expect_fit(sql::Snapshot& snapshot, const domain::Principal& who, const domain::Place& wanted,
                      const std::string& name_key) const;

  sql::Database& db_;
  const Clock& clock_;
  Random& random_;
  Audit& audit_;
  const Schools& schools_;
};

// May somebody with this scope see, and use, this place?
inline bool sees(const domain::Scope& scope, const domain::Place& place) {
  return place.school_id.empty() || scope.covers_school(place.school_id);
}

}  // namespace rollcall::service
