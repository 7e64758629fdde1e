// One roster compared with what is kept (make), and then written (write). Order matters: schools and terms before what
// names them. Not thread-safe.
#pragma once

#include <memory>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/roster.h"
#include "server/service/bulk_writer.h"
#include "server/service/import_plan.h"
#include "server/service/roster_enrollments.h"
#include "server/service/roster_keys.h"
#include "server/service/roster_people.h"
#include "server/service/roster_reader.h"
#include "server/service/roster_schools.h"

namespace rollcall::service {

class RosterPlan final : public ImportPlan {
 public:
  // Everything but the reader outlives this.
  RosterPlan(sql::Database& db, const Clock& clock, Random& random, const RosterKeys& keys,
             std::unique_ptr<RosterReader> reader, ImportWatch& watch, std::vector<domain::School> schools);

  Result<> make() override;
  Result<> write() override;
  std::vector<domain::FileCounts> counts() const override { return reader_->all_counts(); }

 private:
  using TermLedger = RosterLedger<domain::RosterTerm, &domain::RosterTerm::term_no>;
  using CourseLedger = RosterLedger<domain::RosterCourse, &domain::RosterCourse::course_no>;

  Result<> load();
  // `present` before `take`: a row that is refused costs nobody their place.
  template <class Ledger>
  Result<> each(Ledger& ledger, RosterFile file, const RosterReader::Take& take);
  Result<> read_terms();
  Result<> read_courses();
  Result<> read_classes();
  Result<> take_term(const RosterRow& row, csv::DateOrder order);
  Result<> take_class(const RosterRow& row);
  template <class Ledger, class Record>
  Result<> keep(Ledger& ledger, RosterFile file, const RosterRow& row, Record record);
  template <class Ledger>
  void settle(Ledger& ledger, RosterFile file);
  std::uint64_t bytes_of(std::initializer_list<RosterFile> files) const;

  sql::Database& db_;
  const Clock& clock_;
  Random& random_;
  const std::unique_ptr<RosterReader> reader_;
  ImportWatch& watch_;
  RosterSchools schools_;
  TermLedger terms_;
  CourseLedger courses_;
  ClassLedger classes_;
  RosterPeople people_;
  RosterEnrollments enrollments_;
};

}  // namespace rollcall::service
