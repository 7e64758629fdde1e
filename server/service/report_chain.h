// Reads one device's entries from the report log, newest first, by following the chains of its agents. One
// look-up by rowid an entry; see README.md in this folder for what was measured.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/agent.h"
#include "server/domain/device_state.h"

namespace rollcall::service {

class ReportChain {
 public:
  struct Position {
    domain::AgentHandle agent;
    std::int64_t log_id{};  // of the next entry to read; 0: the chain has ended
  };

  // Neither outlives `snapshot`.
  ReportChain(sql::Snapshot& snapshot, std::vector<Position> positions)
      : snapshot_(snapshot), positions_(std::move(positions)) {}

  struct Item {
    domain::AgentHandle agent;
    domain::ReportEntry entry;
  };
  // Nothing: that was the oldest that is kept. Errors: corrupt, and what the database says.
  Result<std::optional<Item>> next();
  // Where it stands, for a later page.
  const std::vector<Position>& positions() const { return positions_; }

 private:
  sql::Snapshot& snapshot_;
  std::vector<Position> positions_;
};

}  // namespace rollcall::service
