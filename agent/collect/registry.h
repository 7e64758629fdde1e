// The one visible list of what is collected.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "agent/collect/collector.h"

namespace rollcall::collect {

struct NamedCollector {
  std::string_view name;  // in the report and in agent.yaml
  std::unique_ptr<Collector> collector;
};

// New instances of all collectors, in the order of the report.
std::vector<NamedCollector> all_collectors();

}  // namespace rollcall::collect
