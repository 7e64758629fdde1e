// The district's schools. A school of the configuration is there from the start; the roster adds others and names
// those it knows. Thread-safe: reading is answered from memory and never waits for the database.
#pragma once

#include <optional>
#include <shared_mutex>
#include <span>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/school.h"
#include "server/service/policies.h"

namespace rollcall::service {

class Schools {
 public:
  Schools(sql::Database& db, const Clock& clock) : db_(db), clock_(clock) {}

  // Writes down those of the configuration that are new or have another name, then reads all of them.
  Result<> load(std::span<const ConfiguredSchool> configured);
  // After the roster wrote some.
  Result<> reload();

  std::vector<domain::School> all() const;  // by name
  std::optional<domain::School> find(std::string_view school_id) const;
  // Errors: invalid_argument with `field`, that there is no such school and where schools come from.
  Result<> expect(std::string_view school_id, std::string_view field) const;

 private:
  sql::Database& db_;
  const Clock& clock_;
  mutable std::shared_mutex mutex_;  // guards schools_
  std::vector<domain::School> schools_;
};

}  // namespace rollcall::service
