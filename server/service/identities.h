// What a laptop tells of itself in its reports after it enrolled: takes it over into the device's record.
//
//   a value that is missing, a failed read or a placeholder  → changes nothing
//   a serial where the record has none                       → the record has it, and a review that waited for
//                                                              one is closed
//   another serial                                           → the record follows, but only what the product's
//                                                              own field says replaces a serial
//   a serial of another device, or another serial on other   → nothing changes; a contested-identity review,
//   hardware (a disk that was moved or copied)                 once for an agent and a serial
//   maker, model, system UUID                                → the record follows
//   more than kLessonsADay changes of an agent in a day      → nothing changes, until it tells something else
//
// Thread-safe; on worker threads (it reads, and commits when there is something to change).
#pragma once

#include <cstdint>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/base/seldom.h"
#include "common/sql/sql.h"
#include "common/wire/report.h"
#include "server/service/agents.h"
#include "server/service/audit.h"
#include "server/service/rate_limit.h"

namespace rollcall::service {

class Identities {
 public:
  Identities(sql::Database& db, const Clock& clock, Random& random, Agents& agents, Audit& audit)
      : db_(db), clock_(clock), random_(random), agents_(agents), audit_(audit),
        lessons_(clock, kLessonsADay, kDayMs) {}

  // No laptop is repaired so often; one that were somebody else with every report would fill the audit log.
  static constexpr std::size_t kLessonsADay = 10;

  // Of an agent that is superseded, revoked or gone nothing is taken over.
  Result<> told(std::int64_t agent_no, const wire::Identity& identity);

 private:
  struct Lesson;  // what is known, what is to be known, and whether that is contested
  Result<Lesson> lesson(sql::Snapshot& snapshot, std::int64_t agent_no, const wire::Identity& identity) const;
  Result<> learn(sql::Transaction& transaction, Lesson& lesson);
  Result<> contest(sql::Transaction& transaction, const Lesson& lesson);
  Result<> close_placeholder_review(sql::Transaction& transaction, const Lesson& lesson);

  sql::Database& db_;
  const Clock& clock_;
  Random& random_;
  Agents& agents_;
  Audit& audit_;
  RateLimit lessons_;  // by agent
  Seldom unheeded_{kHourMs};
};

}  // namespace rollcall::service
