// What one commit of Ingest will write, worked out before the transaction: which reports are news, their
// entries in the log, and the states that follow from them. Nothing of it counts until the commit is durable;
// a plan that is dropped leaves no trace.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "common/wire/checkin.h"
#include "server/domain/agent.h"
#include "server/service/agent_states.h"
#include "server/storage/pack_store.h"
#include "server/storage/report_log.h"

namespace rollcall::service {

class IngestPlan {
 public:
  // `max_leap`: a sequence number further ahead of the agent's highest is refused.
  // `check_ins`: about as many will be added.
  IngestPlan(const AgentStates& states, std::int64_t max_leap, std::size_t check_ins)
      : states_(states), max_leap_(max_leap), last_log_id_(states.last_log_id()) {
    updates_.reserve(check_ins);
    by_agent_.reserve(check_ins);
    rows_.reserve(check_ins);
  }

  struct Answer {
    std::vector<std::uint64_t> accepted;  // fresh and repeated ones; to be acknowledged after the commit
    std::vector<wire::RejectedReport> rejected;
    std::size_t fresh{}, duplicates{}, resets{}, too_late{};
    bool wants_identity{};
    std::vector<std::size_t> fresh_reports;  // their places in the check-in
  };
  Answer add(const domain::AgentRef& agent, const wire::CheckIn& check_in, std::int64_t received_ms,
             std::int64_t promised_ms);

  bool empty() const { return rows_.empty(); }
  // May be called more than once.
  Result<> write(sql::Transaction& transaction) const;
  // After the commit. `last_log_id` is what they reach to.
  std::vector<StateUpdate> take_updates();
  std::int64_t last_log_id() const { return last_log_id_; }

 private:
  struct PackNews {
    std::int64_t agent_no{};
    std::int64_t observed_ms{};
    std::vector<storage::Pack> packs;
  };
  StateUpdate& update_of(std::int64_t agent_no);
  void store(StateUpdate& update, const wire::Report& report, domain::ReportEntry entry);
  void keep_known_identity(const StateUpdate& update, const wire::Report& report, domain::ReportEntry& entry) const;

  const AgentStates& states_;
  const std::int64_t max_leap_;
  std::int64_t last_log_id_;
  std::string buffer_;  // of fill_parts()
  std::vector<storage::LogRow> rows_;
  std::vector<PackNews> packs_;
  std::vector<StateUpdate> updates_;
  std::unordered_map<std::int64_t, std::size_t> by_agent_;  // agent_no → place in updates_
};

}  // namespace rollcall::service
