// Rows of `people` and `person_schools`. Plain functions; the caller's transaction decides what belongs together.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/person.h"

namespace rollcall::storage {

struct PersonRow {
  domain::Person person{};
  std::int64_t content_hash{};  // of what was imported
  std::string sort_name{};      // folded, for the order of lists
};

// Inserts, or writes everything but person_id, source_id, created_ms and version of the row with this person_no, whose
// version becomes one more. Errors: already_exists (person_id or source_id, of somebody else).
Result<> put_person(sql::Transaction& transaction, const PersonRow& row);
Result<> mark_person_missing(sql::Transaction& transaction, std::int64_t person_no, std::int64_t missing_ms);

// What an import compares with.
struct KeptPerson {
  std::int64_t person_no{};
  std::string_view source_id{};  // valid within the call
  std::int64_t content_hash{};
  domain::PersonRole role{};
  bool missing{};
};
// In the order of person_no, beginning behind `after`, at most `limit`. Returns the last one's number, or nothing.
Result<std::optional<std::int64_t>> each_kept_person(sql::Snapshot& snapshot, std::int64_t after, std::size_t limit,
                                                     const std::function<void(const KeptPerson&)>& take);

// What lists of devices call people by. The texts are valid within the call.
struct PersonKeys {
  std::int64_t person_no{};
  std::string_view student_number{}, email{}, username_hash{};  // empty: none
};
Result<> each_person_keys(sql::Snapshot& snapshot, const std::function<void(const PersonKeys&)>& take);

Result<std::optional<domain::Person>> find_person(sql::Snapshot& snapshot, std::string_view person_id);
Result<std::optional<domain::Person>> find_person_by_no(sql::Snapshot& snapshot, std::int64_t person_no);
// Everybody with this student number, at most `limit`: those that are active first.
Result<std::vector<std::int64_t>> find_people_by_number(sql::Snapshot& snapshot, std::string_view student_number,
                                                        std::size_t limit);
// Of several with one username (which a roster should not have), one that is active before one that is not.
Result<std::optional<domain::Person>> find_person_by_username(sql::Snapshot& snapshot, std::string_view username_hash);

struct ListedPerson {
  domain::Person person{};
  std::string sort_name{};
};
Result<std::optional<ListedPerson>> find_listed_person(sql::Snapshot& snapshot, std::int64_t person_no);

struct PersonFilter {
  // Absent or empty: everybody.
  std::optional<std::string> user_id{};  // whom this user reaches by their schools
  std::optional<std::string> school_id{};
  std::optional<domain::PersonRole> role{};
  std::optional<domain::PersonState> state{};
  std::optional<std::string> grade{};
  std::string after_name{};  // where the page before ended
  std::int64_t after_no{};
  std::size_t limit{100};
};
// school_ids are left empty. By sort_name, then number.
Result<std::vector<ListedPerson>> list_people(sql::Snapshot& snapshot, const PersonFilter& filter);

}  // namespace rollcall::storage
