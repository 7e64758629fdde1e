// The records of the API as JSON: one function for each schema of openapi.yaml. For .cpp files of this room.
#pragma once

#include <cstdint>

#include "server/api/actor_names.h"
#include "server/api/caller.h"
#include "server/api/json.h"
#include "server/domain/custody.h"
#include "server/domain/device.h"
#include "server/domain/device_model.h"
#include "server/domain/person.h"
#include "server/domain/place.h"
#include "server/domain/review.h"
#include "server/domain/token.h"
#include "server/service/audit.h"
#include "server/service/calendars.h"
#include "server/service/custody.h"
#include "server/service/fleet.h"
#include "server/service/history.h"
#include "server/service/inventory_checks.h"
#include "server/service/receiving.h"
#include "server/service/users.h"

namespace rollcall::api {

json::object encode(const domain::Day& day, bool with_bells = true);
json::value encode(const domain::CalendarDocument& document);
json::object encode(const domain::Term& term);
json::object encode(const service::Calendars::Outcome& outcome);
json::object encode(const domain::User& user);
json::object encode(const domain::Scope& scope);
// What a list shows and nothing else: a page of it holds a hundred children.
json::object encode(const domain::Person& person);
json::object encode(const domain::DeviceModel& model);
json::array encode(domain::Kit kit);
json::object encode(const domain::Place& place);
json::object encode(const domain::Device& device);
json::object encode(const domain::Papers& papers);
json::object encode(const domain::Blocker& blocker);
// Who did it is shown to whoever may see people.
json::object encode(const service::CustodyView& view, const Caller& caller, ActorNames& names);
json::object encode(const service::HeldDevice& held, const Caller& caller, ActorNames& names);
// Who did it and what was noted are shown to whoever may see people.
json::object encode(const service::CheckView& view, const Caller& caller, ActorNames& names);
json::object encode(const service::CheckItemView& view, const Caller& caller, ActorNames& names);
// Who did it is shown to whoever may see people.
json::object encode(const service::OrderView& view, const Caller& caller, ActorNames& names);
json::object encode(const service::DeliveryView& view, const Caller& caller);
json::object encode(const service::ReceivedView& view, const Caller& caller, ActorNames& names);
// kind, lifecycle, condition, flags
void put_standing(json::object& object, const domain::Standing& standing);
json::object encode(const service::DeviceRow& row);
json::object encode(const service::DeviceView& view, std::int64_t reviews_open, std::int64_t now_ms);
json::object encode(const service::LatestReport& latest);
json::object encode(const service::BatteryCurve& curve);
json::object encode(const service::TimelineEntry& entry);
json::object encode(const domain::TokenRecord& token, std::string_view created_by, std::int64_t now_ms);
json::object encode(const service::AuditRecord& record, std::string_view actor_name);

}  // namespace rollcall::api
