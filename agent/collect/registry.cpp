#include "agent/collect/registry.h"

#include "agent/collect/battery.h"
#include "agent/collect/connectivity.h"
#include "agent/collect/health.h"
#include "agent/collect/identity.h"

namespace rollcall::collect {

std::vector<NamedCollector> all_collectors() {
  std::vector<NamedCollector> list;
  list.push_back({"identity", make_identity()});
  list.push_back({"battery", make_battery()});
  list.push_back({"connectivity", make_connectivity()});
  list.push_back({"health", make_health()});
  return list;
}

}  // namespace rollcall::collect
