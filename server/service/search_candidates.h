// What the index offers for a query: documents that are worth a look. Bounded, whatever is asked: of each word at most
// kMaxPostings postings are read, of all of them at most kMaxCandidates documents looked at, and the terms are walked
// for typos as long as `looks` lasts. What had to be left out is said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/permission.h"
#include "server/domain/search.h"

namespace rollcall::service {

inline constexpr std::size_t kMaxPostings = 16'384, kMaxCandidates = 4'096, kMaxLooks = 6'000;

struct SearchCandidates {
  std::vector<std::int64_t> documents{};  // each once, the likeliest first
  bool complete{true};                    // every document that answers is among them
};
Result<SearchCandidates> search_candidates(sql::Snapshot& snapshot, std::span<const std::int64_t> scopes,
                                           const domain::SearchQuery& query, bool typos, std::size_t& looks);

// Where somebody with this scope may look for things of a kind.
Result<std::vector<std::int64_t>> search_scopes(sql::Snapshot& snapshot, domain::SearchKind kind,
                                                const domain::Scope& scope);

}  // namespace rollcall::service
