#include "server/service/search.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "server/service/search_candidates.h"
#include "server/storage/search_store.h"

namespace rollcall::service {
namespace {

using domain::SearchKind;
using domain::SearchMatch;
using domain::SearchRank;

// One that answers, as the index knows it.
struct Found {
  SearchMatch match{};
  bool gone{};
  std::string subject{};
  std::string text{};
};

class Looking {
 public:
  Looking(sql::Snapshot& snapshot, const domain::Principal& who, const domain::SearchQuery& query, std::size_t hits)
      : snapshot_(snapshot), who_(who), query_(query), hits_(hits) {}

  Result<SearchAnswer> run(std::optional<SearchKind> only) {
    SearchAnswer answer;
    if (query_.readings.empty()) return answer;
    for (const auto& kind : searched_kinds()) {
      if (!who_.may(kind.needed) || (only && *only != kind.kind)) continue;
      const auto waiting = TRY(search_waiting(snapshot_, kind.kind));
      answer.behind = answer.behind || waiting.behind;
      answer.groups.push_back(TRY(look(kind, waiting, false)));
    }
    TRY(forgive(answer));
    std::erase_if(answer.groups, [](const auto& group) { return group.hits.empty(); });
    std::ranges::stable_sort(answer.groups, {}, [](const auto& group) { return group.hits.front().rank; });
    return answer;
  }

 private:
  // Who typed a tag or a number wants that one, and not its neighbors.
  Result<> forgive(SearchAnswer& answer) {
    const bool is_there = std::ranges::any_of(answer.groups, [](const auto& group) {
      return !group.hits.empty() && group.hits.front().rank <= SearchRank::same;
    });
    if (is_there) return {};
    for (auto& group : answer.groups) {
      if (group.hits.size() >= hits_) continue;
      group = TRY(look(searched_kind(group.kind), TRY(search_waiting(snapshot_, group.kind)), true));
    }
    return {};
  }

  Result<SearchGroup> look(const SearchedKind& kind, const SearchWaiting& waiting, bool typos) {
    const auto scopes = TRY(search_scopes(snapshot_, kind.kind, who_.scope));
    const auto candidates = TRY(search_candidates(snapshot_, scopes, query_, typos, looks_));
    const std::unordered_set<std::string_view> changed(waiting.subjects.begin(), waiting.subjects.end());
    std::vector<Found> found;
    for (const auto doc_no : candidates.documents) {
      auto document = TRY(storage::document_at(snapshot_, doc_no));
      if (!document || changed.contains(document->subject)) continue;
      const auto match = domain::match(query_, document->text, typos);
      if (match) found.push_back({*match, document->gone, std::move(document->subject), std::move(document->text)});
    }
    for (const auto& subject : waiting.subjects) TRY(look_at(kind, subject, typos, found));
    return take_best(kind, std::move(found), typos, !candidates.complete);
  }

  Result<> look_at(const SearchedKind& kind, const std::string& subject, bool typos, std::vector<Found>& found) {
    auto now = TRY(kind.load(snapshot_, subject));
    if (!now) return {};
    const auto match = domain::match(query_, now->text, typos);
    if (match) found.push_back({*match, now->gone, subject, std::move(now->text)});
    return {};
  }

  Result<SearchGroup> take_best(const SearchedKind& kind, std::vector<Found> found, bool typos, bool more) {
    std::ranges::sort(found, [&](const Found& a, const Found& b) {
      if (a.match != b.match) return a.match < b.match;
      if (a.gone != b.gone) return b.gone;
      if (kind.newest_first) return a.subject > b.subject;
      return std::tie(a.text, a.subject) < std::tie(b.text, b.subject);
    });
    SearchGroup out{.kind = kind.kind, .more = more};
    for (const auto& it : found) {
      auto now = TRY(kind.load(snapshot_, it.subject));
      // The row decides, not what the index remembers of it.
      const auto match = now ? domain::match(query_, now->text, typos) : std::nullopt;
      if (!match || !(now->everybodys || reaches_one_of(who_.scope, now->school_ids))) continue;
      if (out.hits.size() == hits_) {
        out.more = true;
        break;
      }
      now->hit.rank = match->rank;
      out.hits.push_back(std::move(now->hit));
    }
    return out;
  }

  sql::Snapshot& snapshot_;
  const domain::Principal& who_;
  const domain::SearchQuery& query_;
  const std::size_t hits_;
  std::size_t looks_{kMaxLooks};
};

}  // namespace

bool reaches_one_of(const domain::Scope& scope, const std::vector<std::string>& school_ids) {
  return scope.kind == domain::ScopeKind::district ||
         std::ranges::any_of(school_ids, [&](const auto& school) { return scope.covers_school(school); });
}

Result<SearchWaiting> search_waiting(sql::Snapshot& snapshot, SearchKind kind) {
  auto marks = TRY(storage::search_marks(snapshot, {.kind = kind}, Search::kMaxWaiting + 1));
  std::erase_if(marks, [&](const auto& mark) { return mark.kind != kind; });
  SearchWaiting out{.behind = marks.size() > Search::kMaxWaiting};
  if (out.behind) return out;
  for (auto& mark : marks) out.subjects.push_back(std::move(mark.subject));
  return out;
}

Result<SearchAnswer> Search::find(const domain::Principal& who, const Wanted& wanted) {
  const auto query = TRY(domain::SearchQuery::parse(wanted.text));
  const auto hits = std::clamp<std::size_t>(wanted.hits, 1, kMaxHits);
  return db_.read([&](sql::Snapshot& snapshot) { return Looking(snapshot, who, query, hits).run(wanted.kind); });
}

}  // namespace rollcall::service
