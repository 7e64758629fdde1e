// Looking at the next school year before it begins: how many students each school has in each grade, what becomes of the
// grade, and who will be gone with a device in hand. Nothing is changed: grades come from the student system with the
// next roster import, which is compared before it is let in. Thread-safe; every call reads the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/person.h"
#include "server/domain/rollover.h"
#include "server/domain/user.h"
#include "server/service/custody.h"
#include "server/storage/rollover_store.h"

namespace rollcall::service {

class Rollover {
 public:
  static constexpr std::size_t kMaxPage = 500;
  explicit Rollover(sql::Database& db) : db_(db) {}

  struct Row {
    storage::GradeCount now{};
    domain::Promotion next{};
  };
  // `last`: the grade that graduates; empty: domain::kLastGrade. Errors: invalid_argument (field "last").
  Result<std::vector<Row>> preview(const domain::Principal& who, const std::optional<std::string>& school_id,
                                   std::string_view last);

  struct Graduate {
    domain::Person person{};
    HeldDevice held{};
  };
  struct Graduates {
    std::vector<Graduate> graduates{};  // by name, once a device
    std::string next_cursor{};          // empty: no more
  };
  // Errors: invalid_argument (field "last" or "cursor").
  Result<Graduates> graduates(const domain::Principal& who, const std::optional<std::string>& school_id,
                              std::string_view last, std::string_view cursor, std::size_t limit);

 private:
  sql::Database& db_;
};

}  // namespace rollcall::service
