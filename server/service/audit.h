// The record of every change: who, what, which, when and with what outcome, in an append-only hash chain.
// It holds ids and names of fields, never secrets and never personal data. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/audit_record.h"
#include "server/domain/user.h"

namespace rollcall::service {

using AuditRecord = domain::AuditRecord;

class Audit {
 public:
  Audit(sql::Database& db, const Clock& clock) : db_(db), clock_(clock) {}

  // Inside the transaction that makes the change, so that neither is there without the other.
  Result<> append(sql::Transaction& transaction, const domain::Actor& actor, std::string_view action,
                  std::string_view target, std::string_view detail = {});
  // For what was refused: nothing else is written. Of each action kRefusalsAnHour are kept, since whoever may guess
  // must not grow a log from which nothing is ever deleted; one more, when the hour is over, says how many were not.
  Result<> refused(const domain::Actor& actor, std::string_view action, std::string_view target,
                   std::string_view detail);
  static constexpr int kRefusalsAnHour = 30;

  // Jobs: says how many refusals of an hour that is over were not kept.
  std::int64_t next_due_ms() const;  // INT64_MAX when none are
  Result<> run_due(std::int64_t now_ms);
  Result<> finish();  // the same of hours that are not over

  struct Page {
    std::vector<AuditRecord> records;  // newest first
    std::string next_cursor;           // empty: that was the oldest
  };
  // `cursor` is an earlier page's next_cursor, or empty. Errors: invalid_argument (field "cursor").
  Result<Page> page(std::string_view cursor, std::size_t limit);

  struct Head {
    std::int64_t seq{};  // 0: the log is empty
    Sha256 hash{};       // anchor it outside: cutting the tail off shows only against an older head
  };
  Result<Head> head();
  // Walks the whole chain. Errors: corrupt, naming the first record that does not fit. When `anchor` is
  // given, the chain must also contain it.
  Result<Head> verify(const std::optional<Head>& anchor = std::nullopt);

 private:
  struct Hour {
    std::int64_t start_ms{};
    int kept{};
    std::int64_t left_out{};
    bool is_over(std::int64_t now_ms) const { return now_ms - start_ms >= kHourMs || now_ms < start_ms; }
  };
  using Hours = std::map<std::string, Hour, std::less<>>;  // by action: no flood hides another's refusals
  Result<> write(const Hours& over, const std::optional<AuditRecord>& refusal);

  sql::Database& db_;
  const Clock& clock_;
  mutable std::mutex mutex_;  // guards what follows
  Hours refusals_;
};

}  // namespace rollcall::service
