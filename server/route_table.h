// The whole route table, one function a door: what server/api offers, bound to the services of a Core.
#pragma once

#include <functional>
#include <string>

#include "server/api/events.h"
#include "server/api/route.h"
#include "server/core.h"

namespace rollcall {

// What is handed in outlives the routes. `metrics` makes the whole page of /metrics; from any thread.
api::Routes people_door_routes(Core& core, api::EventHub& hub, std::function<std::string()> metrics);
api::Routes agents_door_routes(Core& core);
api::Routes probe_door_routes();

}  // namespace rollcall
