// What can be found. To add a kind: its name in domain/search.h, a line in the table of search_kinds.cpp, a call of
// storage::mark_for_search where its rows change, and in the migration that makes them a mark for each that is there.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/permission.h"
#include "server/domain/search.h"

namespace rollcall::service {

struct SearchHit {
  domain::SearchKind kind{};
  std::string id{};      // of its page
  std::string title{};   // a tag, a name
  std::string number{};  // a serial number, a student number; empty: none
  std::string detail{};  // a model, a grade, the kind of a place; empty: none
  std::string school_id{};
  std::string state{"active"};  // "disabled", "missing", "deleted"
  domain::SearchRank rank{};
};

struct SearchSubject {
  SearchHit hit{};
  std::string text{};                     // domain::SearchText
  std::vector<std::string> school_ids{};  // who reaches one of them reaches this; none: only who reaches the district
  bool everybodys{};                      // and this one everybody, such as a place of the district
  bool gone{};                            // found behind those that are not
};

struct SearchedKind {
  domain::SearchKind kind;
  domain::Permission needed;
  bool newest_first;  // of those that answer equally well; otherwise by their text
  // By the key that it is marked with; nothing: there is no such row.
  Result<std::optional<SearchSubject>> (*load)(sql::Snapshot& snapshot, std::string_view subject);
};

// In the index what is everybody's stands under this school, which is none.
inline constexpr std::string_view kEverybodys = "*";

std::span<const SearchedKind> searched_kinds();
const SearchedKind& searched_kind(domain::SearchKind kind);

}  // namespace rollcall::service
