// The schools of a roster and of the configuration, brought together: which org is which school. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "server/domain/school.h"
#include "server/service/roster_reader.h"

namespace rollcall::service {

class RosterSchools {
 public:
  explicit RosterSchools(std::vector<domain::School> known);

  // orgs.csv, when it is there. A school of the configuration is found by its id or its name and keeps both.
  Result<> read(RosterReader& reader, const Clock& clock, Random& random);
  const std::vector<domain::School>& to_write() const { return to_write_; }

  // Nothing: no org of this id. Empty: an org that is not a school (the district), or, without the whole of orgs.csv,
  // may be one: only schools are kept.
  std::optional<std::string> school_of_org(std::string_view org_id) const;
  // Of a plain list: by id, number or name.
  std::optional<std::string> school_called(std::string_view text) const;

 private:
  Result<> take(const RosterRow& row, const Clock& clock, Random& random, domain::FileCounts& counts);
  std::size_t place_of(const domain::School& wanted) const;  // in schools_; its size: a new one

  std::vector<domain::School> schools_;
  std::unordered_map<std::string, std::size_t> by_org_;
  std::unordered_set<std::string> other_orgs_, seen_;
  std::vector<domain::School> to_write_;
  bool all_are_here_{};
};

}  // namespace rollcall::service
