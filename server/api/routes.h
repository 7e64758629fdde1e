// The route table, one function a resource. Each is handed the services that its routes use and no others;
// they outlive the routes.
#pragma once

#include <functional>
#include <string>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "server/api/events.h"
#include "server/api/route.h"
#include "server/service/access_points.h"
#include "server/service/agents.h"
#include "server/service/audit.h"
#include "server/service/calendars.h"
#include "server/service/custody.h"
#include "server/service/device_labels.h"
#include "server/service/devices.h"
#include "server/service/enrolment.h"
#include "server/service/fleet.h"
#include "server/service/history.h"
#include "server/service/holdings.h"
#include "server/service/ingest.h"
#include "server/service/inventory_checks.h"
#include "server/service/models.h"
#include "server/service/places.h"
#include "server/service/receiving.h"
#include "server/service/retention.h"
#include "server/service/reviews.h"
#include "server/service/rollover.h"
#include "server/service/roster.h"
#include "server/service/imports.h"
#include "server/service/schools.h"
#include "server/service/search.h"
#include "server/service/sessions.h"
#include "server/service/tokens.h"
#include "server/service/users.h"
#include "server/service/writes.h"

namespace rollcall::api {

// People's door
Routes session_routes(service::Users& users, service::Sessions& sessions, const Clock& clock);
Routes overview_routes(service::Fleet& fleet, service::Reviews& reviews, const service::Schools& schools,
                       const Clock& clock);
struct DeviceServices {
  service::Fleet& fleet;
  service::Devices& devices;
  service::Holdings& holdings;
  service::Agents& agents;
  service::Reviews& reviews;
  service::Users& users;
  service::Writes& writes;
  const Clock& clock;
};
Routes device_routes(const DeviceServices& services);
Routes label_routes(service::DeviceLabels& labels);
Routes custody_routes(service::CustodyLedger& custody, service::Holdings& holdings, service::Writes& writes,
                      service::Fleet& fleet, service::Users& users);
Routes history_routes(service::Fleet& fleet, service::History& history, const Clock& clock);
Routes token_routes(service::Tokens& tokens, service::Users& users, std::string agents_url, const Clock& clock);
Routes review_routes(service::Reviews& reviews, service::Fleet& fleet);
Routes import_routes(service::Imports& imports, service::Users& users);
Routes person_routes(service::Roster& roster);
Routes rollover_routes(service::Rollover& rollover);
Routes calendar_routes(service::Calendars& calendars, const service::Schools& schools, const Clock& clock);
Routes model_routes(service::Models& models, service::Writes& writes);
Routes place_routes(service::Places& places, service::Writes& writes);
Routes check_routes(service::InventoryChecks& checks, service::Writes& writes, service::Users& users);
Routes receiving_routes(service::Receiving& receiving, service::Writes& writes, service::Users& users);
Routes search_routes(service::Search& search);
// Of those lists among `all` that can be taken along (export_lists.h).
Routes export_routes(const Routes& all, service::Writes& writes, service::Audit& audit);
Routes user_routes(service::Users& users, service::Audit& audit);
Routes about_routes(service::Retention& retention, service::AccessPoints& access_points,
                    const service::Schools& schools, std::string agents_url);
Routes event_routes(EventHub& hub, service::Sessions& sessions, service::Fleet& fleet);

struct Operations {
  std::function<Result<>()> read_once;                             // one real read of the database
  std::function<std::optional<std::int64_t>()> last_commit_age_ms;
  std::function<std::string()> metrics;                            // the whole page
  std::string authority_pem;
  std::string version;
};
Routes operations_routes(Operations operations);

// Agents' door
Routes agent_routes(service::Enrolment& enrolment, service::Ingest& ingest, const Clock& clock);

// Probe's door
Routes probe_routes();

}  // namespace rollcall::api
