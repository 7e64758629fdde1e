// What the operator sees: gathered from every room when somebody asks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/net/http_server.h"
#include "server/api/metrics.h"
#include "server/core.h"

namespace rollcall {

using DoorStatsByName = std::vector<std::pair<std::string, net::DoorStats>>;

std::vector<api::Metric> collect_metrics(const Core& core, const DoorStatsByName& doors, std::size_t event_streams);

// One real read; /healthz answers with its error.
Result<> read_once(sql::Database& database);
// Absent before the first commit of any kind since the start.
std::optional<std::int64_t> last_commit_age_ms(const Core& core);

}  // namespace rollcall
