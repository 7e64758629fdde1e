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
#include "server/service/devices.h"
#include "server/service/enrolment.h"
#include "server/service/fleet.h"
#include "server/service/history.h"
#include "server/service/ingest.h"
#include "server/service/people.h"
#include "server/service/policies.h"
#include "server/service/retention.h"
#include "server/service/reviews.h"
#include "server/service/sessions.h"
#include "server/service/tokens.h"

namespace rollcall::api {

// People's door
Routes session_routes(service::People& people, service::Sessions& sessions, const Clock& clock);
Routes overview_routes(service::Fleet& fleet, service::Reviews& reviews, const service::Policies& policies,
                       const Clock& clock);
Routes device_routes(service::Fleet& fleet, service::Devices& devices, service::Agents& agents,
                     service::Reviews& reviews, const Clock& clock);
Routes history_routes(service::Fleet& fleet, service::History& history, const Clock& clock);
Routes token_routes(service::Tokens& tokens, service::People& people, std::string agents_url, const Clock& clock);
Routes review_routes(service::Reviews& reviews, service::Fleet& fleet);
Routes people_routes(service::People& people, service::Audit& audit);
Routes about_routes(service::Retention& retention, service::AccessPoints& access_points,
                    const service::Policies& policies);
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
