#include "server/api/encode.h"
#include "server/api/reach.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

std::optional<bool> parse_events_only(std::string_view which) {
  if (which == "events") return true;
  if (which == "all") return false;
  return std::nullopt;
}

Result<net::Response> battery(const service::Fleet& fleet, service::History& history, const Clock& clock,
                              Call& call) {
  const auto row = TRY(reachable_device(fleet, call.caller, call.parameters[0]));
  Query query(call.request);
  const auto to = query.integer("to_ms", 0, service::History::kMaxSpanMs * 10'000);
  const auto from = query.integer("from_ms", 0, service::History::kMaxSpanMs * 10'000);
  TRY(query.done());
  const auto to_ms = to.value_or(from ? *from + kDayMs : clock.wall_ms());
  return json_response(encode(TRY(history.battery(row.id, from.value_or(to_ms - kDayMs), to_ms))));
}

Result<net::Response> timeline(const service::Fleet& fleet, service::History& history, Call& call) {
  const auto row = TRY(reachable_device(fleet, call.caller, call.parameters[0]));
  Query query(call.request);
  const bool events_only = query.word("which", parse_events_only).value_or(false);
  const auto asked = query.page(500);
  TRY(query.done());
  const auto page = TRY(history.timeline(row.id, asked.cursor, asked.limit, events_only));
  json::array items;
  for (const auto& entry : page.entries) items.push_back(encode(entry));
  return paged(std::move(items), page.next_cursor);
}

Result<net::Response> latest(const service::Fleet& fleet, Call& call) {
  const auto row = TRY(reachable_device(fleet, call.caller, call.parameters[0]));
  return json_response(encode(TRY(fleet.latest(row.id))));
}

}  // namespace

Routes history_routes(service::Fleet& fleet, service::History& history, const Clock& clock) {
  constexpr auto kView = domain::Permission::view_devices;
  return {
      {Method::get, "/api/v1/devices/{id}/battery", kView, ScopeKind::school, Where::worker, 0,
       [&fleet, &history, &clock](Call& call) { return battery(fleet, history, clock, call); }},
      {Method::get, "/api/v1/devices/{id}/timeline", kView, ScopeKind::school, Where::worker, 0,
       [&fleet, &history](Call& call) { return timeline(fleet, history, call); }},
      {Method::get, "/api/v1/devices/{id}/reports/latest", kView, ScopeKind::school, Where::worker, 0,
       [&fleet](Call& call) { return latest(fleet, call); }},
  };
}

}  // namespace rollcall::api
