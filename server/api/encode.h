// The records of the API as JSON: one function for each schema of openapi.yaml. For .cpp files of this room.
#pragma once

#include <cstdint>

#include "server/api/json.h"
#include "server/domain/review.h"
#include "server/domain/token.h"
#include "server/service/audit.h"
#include "server/service/fleet.h"
#include "server/service/history.h"
#include "server/service/people.h"

namespace rollcall::api {

json::object encode(const domain::User& user);
json::object encode(const domain::Scope& scope);
json::object encode(const service::DeviceRow& row);
json::object encode(const service::DeviceView& view, std::int64_t reviews_open, std::int64_t now_ms);
json::object encode(const service::LatestReport& latest);
json::object encode(const service::BatteryCurve& curve);
json::object encode(const service::TimelineEntry& entry);
json::object encode(const domain::TokenRecord& token, std::string_view created_by, std::int64_t now_ms);
json::object encode(const service::AuditRecord& record, std::string_view actor_name);

}  // namespace rollcall::api
