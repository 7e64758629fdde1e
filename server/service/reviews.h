// Identities that only a person can settle: placeholder serials and serials that two live agents claim.
// Thread-safe; commits, so not on the loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/agent.h"
#include "server/domain/device.h"
#include "server/domain/user.h"
#include "server/domain/review.h"
#include "server/service/agents.h"
#include "server/service/audit.h"

namespace rollcall::service {

class Reviews {
 public:
  Reviews(sql::Database& db, const Clock& clock, Random& random, Agents& agents, Audit& audit)
      : db_(db), clock_(clock), random_(random), agents_(agents), audit_(audit) {}

  static constexpr std::size_t kMaxPage = 500;
  struct Page {
    std::vector<domain::Review> reviews{};  // oldest first
    std::string next_cursor{};              // empty: no more
  };
  // `cursor`: an earlier page's next_cursor, or empty. Errors: invalid_argument (field "cursor").
  Result<Page> open(std::string_view cursor = {}, std::size_t limit = kMaxPage);
  Result<std::int64_t> count_open();
  // Those that touch this device: its own agents', and those that claim to be it.
  Result<std::int64_t> count_open_of(std::string_view device_id);
  // Errors: not_found.
  Result<domain::Review> get(std::string_view review_id);

  // `device_id` is for attach: where the agent belongs; empty means the review's other device.
  // Errors: not_found, conflict (resolved already), invalid_argument (field "device_id").
  Result<domain::Review> resolve(const domain::Actor& actor, std::string_view review_id,
                                 domain::ReviewAction action, std::string_view device_id);

  // For ingest: an agent whose AgentRef says `superseded_ms` has reported at `received_ms`. Two live agents
  // claim one device: the newcomers get a device of their own, without the serial but with their reports,
  // and a review; the older agent keeps the device. Neither can take it from the other by reporting.
  // Does nothing within kSupersededGraceMs, or when it is settled already.
  Result<> report_from_superseded(const domain::AgentHandle& agent, std::int64_t received_ms);

 private:
  Result<> attach(sql::Transaction& transaction, const domain::Review& review, const std::string& target);
  // Gives `newcomer` a device of its own and a review; notes the new device's id in `changed`.
  Result<> split_off(sql::Transaction& transaction, const domain::Device& from, const domain::Agent& newcomer,
                     std::set<std::string>& changed);

  sql::Database& db_;
  const Clock& clock_;
  Random& random_;
  Agents& agents_;
  Audit& audit_;
};

}  // namespace rollcall::service
