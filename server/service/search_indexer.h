// Brings the search's index up to what was marked: a batch of changed things is read, what changes in the index is
// sorted by scope and term and written in that order, and only then are the marks taken away. A batch that is cut short
// is done again by the next start. Not thread-safe: belongs to the thread of the jobs.
//
// Sorted, because terms lie anywhere in the index: written one thing after the other, each costs a page a term
// (a prototype took 91 s for 696,000 things, 300 a transaction, and 19 s in batches of 50,000 that were sorted).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/service/search_kinds.h"
#include "server/storage/search_store.h"

namespace rollcall::service {

class SearchIndexer {
 public:
  SearchIndexer(sql::Database& db, const Clock& clock) : db_(db), clock_(clock) {}

  std::int64_t next_due() const { return next_due_ms_; }  // wall clock
  // At most some 20 ms of work, in reads and transactions that are shorter.
  void run_due(std::int64_t now_ms);

 private:
  struct Change {
    storage::SearchMark mark{};
    storage::SearchDocument before{}, after{};  // with the same doc_no
    std::vector<std::string> terms_before{}, terms_after{};
    std::vector<std::string> school_ids{};  // of the scopes that it is to be in
    bool is_new{}, is_there{};
  };
  struct Step {
    storage::Posting posting{};  // its term is a change's
    bool add{};
  };

  // Each does a part of its work; true: there is more to do.
  Result<bool> gather();
  Result<bool> write();
  Result<bool> settle();
  Result<std::vector<Change>> read_changes() const;
  Result<> make_places(std::vector<Change>& changes);
  void plan(const Change& change);
  // As many of `count` as fit into one transaction; returns how many were done.
  Result<std::size_t> in_turn(std::size_t count, const std::function<Result<>(sql::Transaction&, std::size_t)>& one);
  void begin_again();

  sql::Database& db_;
  const Clock& clock_;
  std::int64_t next_due_ms_{};

  enum class Phase { gathering, writing, settling } phase_{};
  storage::SearchMark last_{};  // that was gathered
  std::vector<Change> changes_;
  std::vector<Step> steps_;
  std::size_t done_{};  // of the phase's
  std::map<std::pair<domain::SearchKind, std::string>, std::int64_t> scopes_;
};

}  // namespace rollcall::service
