// Reads one device's entries from the report log, newest first, by following the chains of its agents: where days
// are merged, from their segments, a block at a time; else by one look-up by rowid an entry. README.md in this folder
// says what was measured.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/agent.h"
#include "server/domain/device_state.h"
#include "server/service/segments.h"

namespace rollcall::service {

class ReportChain {
 public:
  struct Position {
    domain::AgentHandle agent;
    std::int64_t log_id{};  // of the next entry to read; 0: the chain has ended
  };

  // Outlives neither `snapshot` nor `segments`.
  ReportChain(sql::Snapshot& snapshot, const Segments& segments, std::vector<Position> positions)
      : snapshot_(snapshot), segments_(segments), positions_(std::move(positions)) {}

  struct Item {
    domain::AgentHandle agent;
    domain::ReportEntry entry;
  };
  // Nothing: that was the oldest that is kept. Errors: corrupt, and what the database and the segments say.
  Result<std::optional<Item>> next();
  // Where it stands, for a later page.
  const std::vector<Position>& positions() const { return positions_; }

 private:
  Result<std::optional<domain::ReportEntry>> find(const Position& position);

  sql::Snapshot& snapshot_;
  const Segments& segments_;
  std::vector<Position> positions_;
  // Of each agent, what is left of the block that was read last, ascending.
  std::map<std::int64_t, std::vector<domain::ReportEntry>> blocks_;
};

}  // namespace rollcall::service
