#include "server/service/search_indexer.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "common/base/log.h"

namespace rollcall::service {
namespace {

constexpr std::int64_t kIdleMs = 500, kRetryMs = 5 * kSecondMs, kSliceMs = 20;
constexpr std::int64_t kTransactionMs = 12;  // its commit comes on top
constexpr std::size_t kRead = 400;           // some 10 ms
constexpr std::size_t kBatch = 20'000;       // 20 MB
constexpr std::size_t kMostRows = 4'000, kLookAtClock = 64;

std::vector<std::string> texts_of(std::string_view search_text) {
  std::vector<std::string> out;
  for (auto& term : domain::terms_of(search_text)) {
    if (out.empty() || out.back() != term.text) out.push_back(std::move(term.text));
  }
  return out;
}

}  // namespace

void SearchIndexer::begin_again() {
  phase_ = Phase::gathering;
  last_ = {};
  steps_.clear();
  changes_.clear();
  done_ = 0;
}

void SearchIndexer::run_due(std::int64_t now_ms) {
  next_due_ms_ = now_ms;
  const auto began_ms = clock_.monotonic_ms();
  do {
    const auto more = phase_ == Phase::gathering ? gather() : phase_ == Phase::writing ? write() : settle();
    if (!more) {
      log::warn("the search is not brought up to date for now: {}", more.error().message);
      begin_again();
    }
    if (!more || !*more) {
      next_due_ms_ = now_ms + (more ? kIdleMs : kRetryMs);
      return;
    }
  } while (clock_.monotonic_ms() - began_ms < kSliceMs);
}

Result<std::vector<SearchIndexer::Change>> SearchIndexer::read_changes() const {
  return db_.read([&](sql::Snapshot& snapshot) -> Result<std::vector<Change>> {
    std::vector<Change> out;
    for (auto& mark : TRY(storage::search_marks(snapshot, last_, kRead))) {
      Change it;
      auto subject = TRY(searched_kind(mark.kind).load(snapshot, mark.subject));
      auto indexed = TRY(storage::find_document(snapshot, mark.kind, mark.subject));
      it.is_new = !indexed;
      it.is_there = subject.has_value();
      if (indexed) it.before = std::move(*indexed);
      it.after.doc_no = it.before.doc_no;
      if (subject) {
        it.after.text = std::move(subject->text);
        it.after.gone = subject->gone;
        it.school_ids = std::move(subject->school_ids);
        it.school_ids.emplace_back();  // all of the kind
        if (subject->everybodys) it.school_ids.emplace_back(kEverybodys);
      }
      it.terms_before = texts_of(it.before.text);
      it.terms_after = texts_of(it.after.text);
      it.mark = std::move(mark);
      out.push_back(std::move(it));
    }
    return out;
  });
}

// A place in the index for each thing that has none, and the scopes of all.
Result<> SearchIndexer::make_places(std::vector<Change>& changes) {
  std::map<std::pair<domain::SearchKind, std::string>, std::int64_t> scopes;
  TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
    scopes.clear();
    auto next = TRY(storage::next_document_no(transaction));
    for (Change& change : changes) {
      const auto kind = change.mark.kind;
      for (const auto& school_id : change.school_ids) {
        const std::pair key(kind, school_id);
        if (scopes_.contains(key) || scopes.contains(key)) continue;
        scopes.emplace(key, TRY(storage::make_scope(transaction, kind, school_id)));
      }
      if (!change.is_new || !change.is_there) continue;
      change.before.doc_no = change.after.doc_no = next;
      TRY(storage::add_document(transaction, next++, kind, change.mark.subject));
    }
    return {};
  }));
  scopes_.merge(scopes);
  for (Change& change : changes) {
    change.after.scopes.clear();
    for (const auto& school_id : change.school_ids) {
      change.after.scopes.push_back(scopes_.at({change.mark.kind, school_id}));
    }
    std::ranges::sort(change.after.scopes);
  }
  return {};
}

Result<bool> SearchIndexer::gather() {
  auto changes = TRY(read_changes());
  const bool is_last = changes.size() < kRead;
  if (!changes.empty()) {
    TRY(make_places(changes));
    last_ = changes.back().mark;
    std::ranges::move(changes, std::back_inserter(changes_));
  }
  if (changes_.empty()) return false;
  if (!is_last && changes_.size() < kBatch) return true;
  for (const Change& change : changes_) plan(change);
  std::ranges::sort(steps_, {}, [](const Step& it) {
    return std::tie(it.posting.scope_no, it.posting.term, it.posting.doc_no);
  });
  phase_ = Phase::writing;
  done_ = 0;
  return true;
}

void SearchIndexer::plan(const Change& change) {
  const auto doc_no = change.after.doc_no;
  const auto has = [](const auto& list, const auto& it) { return std::ranges::binary_search(list, it); };
  // What one has and the other has not.
  const auto without = [&](const auto& scopes, const auto& terms, const auto& other_scopes, const auto& other_terms,
                           bool add) {
    for (const auto scope : scopes) {
      const bool same_scope = has(other_scopes, scope);
      for (const auto& term : terms) {
        if (!same_scope || !has(other_terms, term)) steps_.push_back({{scope, term, doc_no}, add});
      }
    }
  };
  without(change.after.scopes, change.terms_after, change.before.scopes, change.terms_before, true);
  without(change.before.scopes, change.terms_before, change.after.scopes, change.terms_after, false);
}

Result<std::size_t> SearchIndexer::in_turn(std::size_t count,
                                           const std::function<Result<>(sql::Transaction&, std::size_t)>& one) {
  return db_.write([&](sql::Transaction& transaction) -> Result<std::size_t> {
    const auto began_ms = clock_.monotonic_ms();
    std::size_t done = 0;
    for (; done < std::min(count, kMostRows); ++done) {
      if (done % kLookAtClock == 0 && clock_.monotonic_ms() - began_ms >= kTransactionMs) break;
      TRY(one(transaction, done));
    }
    return done;
  });
}

Result<bool> SearchIndexer::write() {
  if (done_ < steps_.size()) {
    done_ += TRY(in_turn(steps_.size() - done_, [this](sql::Transaction& transaction, std::size_t i) {
      const Step& step = steps_[done_ + i];
      return step.add ? storage::add_posting(transaction, step.posting)
                      : storage::remove_posting(transaction, step.posting);
    }));
    return true;
  }
  phase_ = Phase::settling;
  done_ = 0;
  return true;
}

Result<bool> SearchIndexer::settle() {
  if (done_ < changes_.size()) {
    done_ += TRY(in_turn(changes_.size() - done_, [this](sql::Transaction& transaction, std::size_t i) -> Result<> {
      const Change& change = changes_[done_ + i];
      if (change.is_there) TRY(storage::update_document(transaction, change.after));
      else if (!change.is_new) TRY(storage::delete_document(transaction, change.after.doc_no));
      return storage::settle_mark(transaction, change.mark);
    }));
    return true;
  }
  begin_again();
  return true;
}

}  // namespace rollcall::service
