#include "common/base/text.h"
#include "server/api/routes.h"

namespace rollcall::api {

Routes event_routes(EventHub& hub, service::Sessions& sessions, service::Fleet& fleet) {
  return {{net::Method::get, "/api/v1/events", domain::Permission::view_devices, domain::ScopeKind::school,
           Where::loop, 0, [&hub, &sessions, &fleet](Call& call) -> Result<net::Response> {
             const auto& who = *call.caller.person;
             EventHub::Reader reader;
             reader.person = who.user_id;
             reader.scope = [&sessions, id = who.session_id]() -> std::optional<domain::Scope> {
               const auto now = sessions.find(id);
               if (!now || !now->may(domain::Permission::view_devices)) return std::nullopt;
               return now->scope;
             };
             reader.covers = [&fleet](const domain::Scope& scope, std::string_view id) {
               const auto row = fleet.row(id);
               return row && scope.covers_school(row->school_id);
             };
             const auto last_seen = call.request.headers.get("Last-Event-ID");
             net::Response response;
             response.headers.set("Content-Type", "text/event-stream");
             // An id that is no number is an id that is not held any more: 0 is answered by a resync.
             response.body = TRY(hub.follow(last_seen.empty() ? std::nullopt
                                                              : std::optional(parse_number<std::uint64_t>(last_seen)
                                                                                  .value_or(0)),
                                            std::move(reader)));
             return response;
           }}};
}

}  // namespace rollcall::api
