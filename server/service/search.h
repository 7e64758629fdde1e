// One box for everything that has a tag, a number or a name. Thread-safe; every call reads the database, so none
// belongs on the loop thread.
//
// What changed is found at once, although a job (SearchIndexer) indexes it later: up to kMaxWaiting marked things are
// looked at directly. When more wait (a roster came in), the answer says that it is behind.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/search.h"
#include "server/domain/user.h"
#include "server/service/search_kinds.h"

namespace rollcall::service {

struct SearchGroup {
  domain::SearchKind kind{};
  std::vector<SearchHit> hits{};  // best first; gone ones behind the others that answer as well
  bool more{};                    // others answer too: another word would tell them apart
};

struct SearchAnswer {
  std::vector<SearchGroup> groups{};  // those with hits, the one with the best hit first
  bool behind{};                      // many changes wait to be indexed: somebody may be missing
};

class Search {
 public:
  static constexpr std::size_t kMaxHits = 50;  // of a kind
  static constexpr std::size_t kMaxWaiting = 200;
  explicit Search(sql::Database& db) : db_(db) {}

  struct Wanted {
    std::string text{};
    std::optional<domain::SearchKind> kind{};  // absent: every kind
    std::size_t hits{8};                       // of a kind
  };
  // Of what `who` may see and reaches. Typos are forgiven only when nothing is the tag or number that was typed.
  // Errors: invalid_argument (field "q").
  Result<SearchAnswer> find(const domain::Principal& who, const Wanted& wanted);

 private:
  sql::Database& db_;
};

// The same for who lists the people that answer to a text. `waiting`: what waits to be indexed, from search_waiting().
struct SearchWaiting {
  std::vector<std::string> subjects{};  // of the kind
  bool behind{};
};
Result<SearchWaiting> search_waiting(sql::Snapshot& snapshot, domain::SearchKind kind);

// May somebody with this scope know of something in these schools?
bool reaches_one_of(const domain::Scope& scope, const std::vector<std::string>& school_ids);

}  // namespace rollcall::service
