// The roster by school and grade, with what its students have, for looking at the next school year. Plain functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/storage/leaver_store.h"

namespace rollcall::storage {

struct GradeCount {
  std::string school_id{};  // their home school; empty: none
  std::string grade{};      // empty: none
  std::int64_t students{};  // active ones
  std::int64_t holding{};   // of them, those who have a device
  std::int64_t devices{};
  bool operator==(const GradeCount&) const = default;
};
// By school and grade, as the codes sort.
Result<std::vector<GradeCount>> count_grades(sql::Snapshot& snapshot, const std::optional<std::string>& school_id,
                                             const std::optional<std::string>& user_id);

// Devices of active students whose grade is `last` or a later one, by the students' names. The filter's school is their
// home school.
Result<std::vector<LeaverRow>> list_graduates(sql::Snapshot& snapshot, std::string_view last,
                                              const LeaverFilter& filter);

}  // namespace rollcall::storage
