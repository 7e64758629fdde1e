#include "server/route_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "server/api/routes.h"
#include "server/metrics_page.h"

namespace rollcall {
namespace {

void append(api::Routes& routes, api::Routes more) { std::ranges::move(more, std::back_inserter(routes)); }

std::string agents_url(const ServerConfig& config) {
  if (!config.agents_url.empty()) return config.agents_url;
  return fmt::format("https://{}:{}", main_name(config), config.agents.port);
}

}  // namespace

api::Routes people_door_routes(Core& core, api::EventHub& hub, std::function<std::string()> metrics) {
  const Clock& clock = core.machinery.clock;
  api::Routes routes = api::session_routes(core.users, core.sessions, clock);
  append(routes, api::overview_routes(core.fleet, core.reviews, core.schools, clock));
  append(routes, api::device_routes({core.fleet, core.devices, core.holdings, core.agents, core.reviews, core.users,
                                     core.writes, clock}));
  append(routes, api::label_routes(core.labels));
  append(routes, api::custody_routes(core.custody, core.holdings, core.writes, core.fleet, core.users));
  append(routes, api::history_routes(core.fleet, core.history, clock));
  append(routes, api::token_routes(core.tokens, core.users, agents_url(core.config), clock));
  append(routes, api::review_routes(core.reviews, core.fleet));
  append(routes, api::person_routes(core.roster));
  append(routes, api::rollover_routes(core.rollover));
  append(routes, api::search_routes(core.search));
  append(routes, api::import_routes(core.imports, core.users));
  append(routes, api::calendar_routes(core.calendars, core.schools, clock));
  append(routes, api::model_routes(core.models, core.writes));
  append(routes, api::place_routes(core.places, core.writes));
  append(routes, api::check_routes(core.checks, core.writes, core.users));
  append(routes, api::receiving_routes(core.receiving, core.writes, core.users));
  append(routes, api::user_routes(core.users, core.audit));
  append(routes, api::about_routes(core.retention, core.access_points, core.schools, agents_url(core.config)));
  append(routes, api::export_routes(routes, core.writes, core.audit));
  append(routes, api::event_routes(hub, core.sessions, core.fleet));
  append(routes, api::operations_routes({.read_once = [&core] { return read_once(*core.database); },
                                         .last_commit_age_ms = [&core] { return last_commit_age_ms(core); },
                                         .metrics = std::move(metrics),
                                         .authority_pem = core.credentials->authority().certificate_pem(),
                                         .version = ROLLCALL_VERSION}));
  return routes;
}

api::Routes agents_door_routes(Core& core) {
  return api::agent_routes(core.enrolment, core.ingest, core.machinery.clock);
}

api::Routes probe_door_routes() { return api::probe_routes(); }

}  // namespace rollcall
