// Rows of `terms`, `courses`, `classes`, `class_terms` and `enrollments`. Plain functions; the caller's transaction
// decides what belongs together. Every put inserts, or writes the whole row of that number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/roster.h"

namespace rollcall::storage {

// Errors: already_exists (source_id).
Result<> put_term(sql::Transaction& transaction, const domain::RosterTerm& term);
Result<> put_course(sql::Transaction& transaction, const domain::RosterCourse& course);
Result<> put_class(sql::Transaction& transaction, const domain::RosterClass& row);
Result<> put_enrollment(sql::Transaction& transaction, const domain::Enrollment& enrollment);
Result<> mark_enrollment_missing(sql::Transaction& transaction, std::int64_t person_no, std::int64_t source_key,
                                 std::int64_t missing_ms);

Result<std::vector<domain::RosterTerm>> list_terms(sql::Snapshot& snapshot);  // missing ones too; by first day
// What the classes of a school are held in; of former classes only what ended before `today` (days since 1970-01-01).
Result<std::vector<domain::RosterTerm>> terms_of_school(sql::Snapshot& snapshot, std::string_view school_id,
                                                        std::int32_t today);
Result<std::vector<domain::RosterCourse>> list_courses(sql::Snapshot& snapshot);
Result<std::vector<domain::RosterClass>> list_classes(sql::Snapshot& snapshot);  // missing ones too; by number

// In the order of (person_no, source_key), beginning behind the given one.
Result<std::vector<domain::Enrollment>> enrollments_after(sql::Snapshot& snapshot, std::int64_t person_no,
                                                          std::int64_t source_key, std::size_t limit);

struct ClassOfPerson {
  domain::Enrollment enrollment{};
  std::string title{}, code{}, school_id{}, periods{};
  std::optional<domain::RosterTerm> term{};  // absent: the roster names none, or one that is missing by now
};
// Current ones only: neither the enrollment nor the class is missing. Once for each term of the class; by the term's
// first day, those without a term last, then by title.
Result<std::vector<ClassOfPerson>> classes_of_person(sql::Snapshot& snapshot, std::int64_t person_no);

}  // namespace rollcall::storage
