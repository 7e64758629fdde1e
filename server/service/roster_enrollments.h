// Who is in which class: millions of rows, held as 32 bytes each, sorted as the table is, and merged with it. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/csv/dates.h"
#include "server/domain/roster.h"
#include "server/service/bulk_writer.h"
#include "server/service/roster_ledger.h"
#include "server/service/roster_people.h"
#include "server/service/roster_reader.h"

namespace rollcall::service {

using ClassLedger = RosterLedger<domain::RosterClass, &domain::RosterClass::class_no>;

class RosterEnrollments {
 public:
  RosterEnrollments(sql::Database& db, const Clock& clock, const RosterPeople& people, const ClassLedger& classes,
                    RosterReader& reader)
      : db_(db), clock_(clock), people_(people), classes_(classes), reader_(reader) {}

  Result<> plan();
  std::size_t to_write() const;
  Result<> write(BulkWriter& writer);

 private:
  static constexpr std::int32_t kNoDay = std::numeric_limits<std::int32_t>::min();
  struct Row {
    std::uint32_t person_no{}, class_no{};
    std::int64_t key{};
    std::int32_t first_day{kNoDay}, last_day{kNoDay};
    domain::PersonRole role{};
    bool primary{}, write{};
    bool operator<(const Row& other) const {
      return person_no != other.person_no ? person_no < other.person_no : key < other.key;
    }
  };
  struct Place {
    std::uint32_t person_no{};
    std::int64_t key{};
  };

  Result<> read();
  Result<> take(const RosterRow& row);
  bool is_gone(const domain::Enrollment& kept) const;
  Result<std::int32_t> day_in(const RosterRow& row, std::size_t field);
  Result<csv::DateOrder> order_of_dates();
  Result<> merge(domain::FileCounts& counts);
  void meet(const domain::Enrollment& kept, std::vector<Row>::iterator& at, domain::FileCounts& counts);
  static bool same(const Row& row, const domain::Enrollment& kept);
  static domain::Enrollment enrollment_of(const Row& row);

  sql::Database& db_;
  const Clock& clock_;
  const RosterPeople& people_;
  const ClassLedger& classes_;
  RosterReader& reader_;
  std::optional<csv::DateOrder> order_;
  std::vector<Row> rows_;
  std::vector<Place> gone_;
  std::vector<std::int64_t> present_;  // source keys of rows that are of no use; ascending
  // Of a delta: by source key, the person who has it now, 0 for nobody; kept rows elsewhere are gone.
  std::unordered_map<std::int64_t, std::uint32_t> moved_;
};

}  // namespace rollcall::service
