#include "server/service/search_candidates.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <unordered_set>
#include <utility>

#include "server/domain/typos.h"
#include "server/service/search_kinds.h"
#include "server/storage/search_store.h"

namespace rollcall::service {
namespace {

using Documents = std::vector<std::int64_t>;

// The documents of one word.
class Gathering {
 public:
  Gathering(sql::Snapshot& snapshot, std::span<const std::int64_t> scopes, std::size_t& looks)
      : snapshot_(snapshot), scopes_(scopes), looks_(looks) {}

  // What fits better comes first, in all scopes, so that it is not what is left out.
  Result<> gather(std::string_view word, bool typos) {
    const auto bare = domain::without_zeros(word);
    for (const auto scope : scopes_) {
      TRY(with_term(scope, word));
      if (!bare.empty() && bare.size() < word.size()) TRY(with_term(scope, bare));
    }
    for (const auto scope : scopes_) TRY(with_longer_term(scope, word));
    if (!typos) return {};
    walked_ = true;
    for (const auto scope : scopes_) {
      const auto next = [&](std::string_view from) { return storage::next_term(snapshot_, scope, from); };
      for (const auto& neighbor : TRY(domain::neighbors_of(word, next, looks_))) {
        TRY(with_term(scope, neighbor.text));
        if (!neighbor.whole) TRY(with_longer_term(scope, neighbor.text));
      }
    }
    return {};
  }

  bool complete() const { return documents_.size() < kMaxPostings && !(walked_ && looks_ == 0); }
  const Documents& documents() const { return documents_; }

 private:
  Result<> with_term(std::int64_t scope, std::string_view term) {
    TRY(storage::each_with_term(snapshot_, scope, term, room(), [this](auto it) { documents_.push_back(it); }));
    return {};
  }
  Result<> with_longer_term(std::int64_t scope, std::string_view term) {
    TRY(storage::each_with_longer_term(snapshot_, scope, term, room(), [this](auto it) { documents_.push_back(it); }));
    return {};
  }
  std::size_t room() const { return kMaxPostings - documents_.size(); }

  sql::Snapshot& snapshot_;
  const std::span<const std::int64_t> scopes_;
  std::size_t& looks_;
  bool walked_{};  // for typos
  Documents documents_;
};

Documents in_order(Documents documents) {
  std::ranges::sort(documents);
  const auto repeated = std::ranges::unique(documents);
  documents.erase(repeated.begin(), repeated.end());
  return documents;
}

void keep_common(std::optional<Documents>& kept, const Documents& documents) {
  Documents sorted = in_order(documents);
  if (kept) {
    Documents both;
    std::ranges::set_intersection(*kept, sorted, std::back_inserter(both));
    sorted = std::move(both);
  }
  kept = std::move(sorted);
}

// Those that have all the words of which everything is known; the words of which it is not are left to who looks.
SearchCandidates combine(const std::vector<Gathering>& words) {
  if (words.size() == 1) return {words[0].documents(), words[0].complete()};
  std::optional<Documents> of_known, of_all;
  for (const auto& word : words) {
    if (word.complete()) keep_common(of_known, word.documents());
    keep_common(of_all, word.documents());
  }
  if (of_known) return {std::move(*of_known), true};
  SearchCandidates out{std::move(*of_all), false};
  const auto& more = words.front().documents();
  out.documents.insert(out.documents.end(), more.begin(), more.end());
  return out;
}

}  // namespace

Result<SearchCandidates> search_candidates(sql::Snapshot& snapshot, std::span<const std::int64_t> scopes,
                                           const domain::SearchQuery& query, bool typos, std::size_t& looks) {
  SearchCandidates out;
  std::unordered_set<std::int64_t> known;
  for (std::size_t i = 0; i < query.readings.size(); ++i) {
    std::vector<Gathering> words;
    for (const auto& word : query.readings[i]) {
      words.emplace_back(snapshot, scopes, looks);
      TRY(words.back().gather(word, typos && i == 0));
      // Nobody has this word.
      if (words.back().complete() && words.back().documents().empty()) break;
    }
    const auto found = combine(words);
    out.complete = out.complete && found.complete;
    for (const auto document : found.documents) {
      if (known.contains(document)) continue;
      if (known.size() == kMaxCandidates) {
        out.complete = false;
        break;
      }
      known.insert(document);
      out.documents.push_back(document);
    }
  }
  return out;
}

Result<std::vector<std::int64_t>> search_scopes(sql::Snapshot& snapshot, domain::SearchKind kind,
                                                const domain::Scope& scope) {
  std::vector<std::int64_t> out;
  const auto add = [&](std::string_view school_id) -> Result<> {
    const auto found = TRY(storage::find_scope(snapshot, kind, school_id));
    if (found) out.push_back(*found);
    return {};
  };
  if (scope.kind == domain::ScopeKind::district) TRY(add(""));
  if (scope.kind == domain::ScopeKind::school) {
    for (const auto& school_id : scope.ids) {
      if (!school_id.empty()) TRY(add(school_id));
    }
    TRY(add(kEverybodys));
  }
  return out;
}

}  // namespace rollcall::service
