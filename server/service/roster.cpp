#include "server/service/roster.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "common/base/digest.h"
#include "common/base/text.h"
#include "server/service/search.h"
#include "server/service/search_candidates.h"
#include "server/storage/import_store.h"
#include "server/storage/search_store.h"

namespace rollcall::service {
namespace {

// "NUMBER NAME", so that the name may hold anything.
std::string cursor_of(const storage::ListedPerson& last) {
  return to_base64url(std::to_string(last.person.person_no) + ' ' + last.sort_name);
}

Result<> begin_behind(std::string_view cursor, storage::PersonFilter& filter) {
  if (cursor.empty()) return {};
  const auto text = from_base64url(cursor);
  const auto blank = text ? text->find(' ') : std::string::npos;
  const auto number = blank == std::string::npos ? std::nullopt : parse_number<std::int64_t>(text->substr(0, blank));
  if (!number || !is_utf8(*text)) return fail(Errc::invalid_argument, "this is not a cursor of the people", "cursor");
  filter.after_no = *number;
  filter.after_name = text->substr(blank + 1);
  return {};
}

constexpr std::size_t kWalkedAtOnce = 500, kWalked = 10'000;

bool passes(const storage::PersonFilter& filter, const domain::Person& person) {
  return (!filter.role || person.role == *filter.role) &&
         (!filter.state || domain::state_of(person) == *filter.state) &&
         (!filter.grade || person.grade == *filter.grade) &&
         (!filter.school_id || std::ranges::find(person.school_ids, *filter.school_id) != person.school_ids.end());
}

bool is_behind(const storage::ListedPerson& it, const storage::PersonFilter& filter) {
  return std::tie(it.sort_name, it.person.person_no) > std::tie(filter.after_name, filter.after_no);
}

// Who answers, by the index of the search. Nothing: it cannot name all of them.
Result<std::optional<std::vector<storage::ListedPerson>>> indexed(sql::Snapshot& snapshot, const domain::Scope& scope,
                                                                  const domain::SearchQuery& query,
                                                                  const storage::PersonFilter& filter) {
  std::optional<std::vector<storage::ListedPerson>> out;
  const auto waiting = TRY(search_waiting(snapshot, domain::SearchKind::person));
  const auto scopes = TRY(search_scopes(snapshot, domain::SearchKind::person, scope));
  std::size_t looks = 0;
  const auto candidates = TRY(search_candidates(snapshot, scopes, query, false, looks));
  if (waiting.behind || !candidates.complete) return out;
  std::set<std::string> subjects(waiting.subjects.begin(), waiting.subjects.end());
  for (const auto doc_no : candidates.documents) {
    if (auto document = TRY(storage::document_at(snapshot, doc_no))) subjects.insert(std::move(document->subject));
  }
  out.emplace();
  for (const auto& subject : subjects) {
    auto it = TRY(storage::find_listed_person(snapshot, parse_number<std::int64_t>(subject).value_or(0)));
    if (!it || !is_behind(*it, filter) || !passes(filter, it->person)) continue;
    if (!reaches_one_of(scope, it->person.school_ids)) continue;
    if (domain::match(query, domain::search_text(it->person), false)) out->push_back(std::move(*it));
  }
  std::ranges::sort(*out, {}, [](const auto& it) { return std::tie(it.sort_name, it.person.person_no); });
  return out;
}

}  // namespace

Result<Roster::Page> Roster::list(const domain::Principal& who, const PeopleQuery& query) {
  storage::PersonFilter filter{.school_id = query.school_id,
                               .role = query.role,
                               .state = query.state,
                               .grade = query.grade,
                               .limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage)};
  if (who.scope.kind != domain::ScopeKind::district) filter.user_id = who.user_id;
  TRY(begin_behind(query.cursor, filter));
  if (!trim(query.search).empty()) return search(who, query, std::move(filter));
  auto found = TRY(db_.read([&](sql::Snapshot& snapshot) { return storage::list_people(snapshot, filter); }));
  Page page;
  if (found.size() == filter.limit) page.next_cursor = cursor_of(found.back());
  for (auto& it : found) page.people.push_back(std::move(it.person));
  return page;
}

// Few are taken from the index and sorted. When it names too many, they are met soon enough by going through the list;
// what was gone through for one page is bounded.
Result<Roster::Page> Roster::search(const domain::Principal& who, const PeopleQuery& query,
                                    storage::PersonFilter filter) {
  const auto text = TRY(domain::SearchQuery::parse(query.search));
  Page page;
  if (text.readings.empty()) return page;
  const auto limit = std::exchange(filter.limit, kWalkedAtOnce);
  TRY(db_.read([&](sql::Snapshot& snapshot) -> Result<> {
    auto few = TRY(indexed(snapshot, who.scope, text, filter));
    const auto take = [&](storage::ListedPerson& it) {
      if (page.people.size() + 1 == limit) page.next_cursor = cursor_of(it);
      page.people.push_back(std::move(it.person));
      return page.people.size() < limit;
    };
    if (few) {
      for (auto& it : *few) {
        if (!take(it)) break;
      }
      return {};
    }
    for (std::size_t walked = 0; walked < kWalked; walked += kWalkedAtOnce) {
      auto next = TRY(storage::list_people(snapshot, filter));
      for (auto& it : next) {
        if (domain::match(text, domain::search_text(it.person), false) && !take(it)) return {};
      }
      if (next.size() < kWalkedAtOnce) return {};
      filter.after_name = next.back().sort_name;
      filter.after_no = next.back().person.person_no;
      page.next_cursor = cursor_of(next.back());
    }
    return {};
  }));
  return page;
}

Result<Roster::View> Roster::view(const domain::Principal& who, std::string_view person_id) {
  View view;
  TRY(db_.read([&](sql::Snapshot& snapshot) -> Result<> {
    auto person = TRY(storage::find_person(snapshot, person_id));
    if (!person || !reaches_one_of(who.scope, person->school_ids)) {
      return fail(Errc::not_found, "there is no such person");
    }
    view.person = std::move(*person);
    view.classes = TRY(storage::classes_of_person(snapshot, view.person.person_no));
    view.roster_ms = TRY(storage::last_import_ms(snapshot));
    return {};
  }));
  TRY(db_.write([&](sql::Transaction& transaction) {
    return audit_.append(transaction, domain::Actor::of(who), "person.view", "person:" + view.person.person_id);
  }));
  return view;
}

Result<std::optional<domain::Person>> Roster::person_of_user(std::string_view user_hash) {
  const auto hash = from_hex(user_hash);
  if (!hash || hash->empty()) return std::optional<domain::Person>();
  return db_.read([&](sql::Snapshot& snapshot) { return storage::find_person_by_username(snapshot, *hash); });
}

}  // namespace rollcall::service
