// The people of the roster, for those who look somebody up. Thread-safe; every call reads the database, so none belongs
// on the loop thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/person.h"
#include "server/domain/user.h"
#include "server/service/audit.h"
#include "server/storage/person_store.h"
#include "server/storage/roster_store.h"

namespace rollcall::service {

struct PeopleQuery {
  std::string search{};  // as it is typed: words that begin a name or the student number, in any order
  std::optional<std::string> school_id{};
  std::optional<domain::PersonRole> role{};
  std::optional<domain::PersonState> state{};
  std::optional<std::string> grade{};
  std::string cursor{};
  std::size_t limit{100};
};

class Roster {
 public:
  static constexpr std::size_t kMaxPage = 500;
  Roster(sql::Database& db, Audit& audit) : db_(db), audit_(audit) {}

  struct Page {
    std::vector<domain::Person> people{};  // by family name; school_ids may be left empty
    std::string next_cursor{};             // empty: no more; a search may end a page early and go on behind it
  };
  // Those whom `who` reaches. Errors: invalid_argument (field "cursor" or "q").
  Result<Page> list(const domain::Principal& who, const PeopleQuery& query);

  struct View {
    domain::Person person{};
    std::vector<storage::ClassOfPerson> classes{};
    std::optional<std::int64_t> roster_ms{};  // of the last import that came to its end
  };
  // Looking at one person's record is recorded. Errors: not_found (also: out of reach).
  Result<View> view(const domain::Principal& who, std::string_view person_id);

  // Of a user_hash that an agent observed (hexadecimal). For rules, not for showing: nothing is recorded.
  Result<std::optional<domain::Person>> person_of_user(std::string_view user_hash);

 private:
  Result<Page> search(const domain::Principal& who, const PeopleQuery& query, storage::PersonFilter filter);

  sql::Database& db_;
  Audit& audit_;
};

}  // namespace rollcall::service
