#include "common/wire/schema.h"
#include "server/api/encode.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

constexpr std::size_t kMaxAccessPoints = 1'000;

Result<net::Response> retention(service::Retention& service) {
  const auto schedule = TRY(service.schedule());
  json::array items;
  for (const auto& rule : schedule.rules) {
    json::object item{{"what", rule.what}, {"why", rule.why}};
    put(item, "keep_days", rule.keep_days);
    items.push_back(std::move(item));
  }
  json::object out{{"items", std::move(items)}, {"next_run_ms", schedule.next_run_ms}};
  put(out, "oldest_report_ms", schedule.oldest_report_ms);
  put(out, "last_run_ms", schedule.last_run_ms);
  return json_response(out);
}

Result<net::Response> collected() {
  json::array groups;
  std::string_view section;
  for (const auto& field : wire::collected_fields()) {
    if (field.section != section) {
      section = field.section;
      groups.push_back({{"name", section}, {"fields", json::array()}});
    }
    json::object out{{"path", field.name}, {"key", field.key}, {"kind", field.kind}, {"meaning", field.purpose}};
    put_text(out, "unit", field.unit);
    groups.back().at("fields").as_array().push_back(std::move(out));
  }
  json::array never{"camera", "microphone", "screen", "keys", "browsing", "file names", "location"};
  return json_response({{"groups", std::move(groups)}, {"never", std::move(never)}});
}

Result<net::Response> schools(const service::Schools& all, const Call& call) {
  json::array items;
  for (const auto& school : all.all()) {
    if (!call.caller.person->scope.covers_school(school.school_id)) continue;
    items.push_back({{"id", school.school_id}, {"name", school.name}});
  }
  return json_response({{"items", std::move(items)}});
}

Result<net::Response> list_access_points(service::AccessPoints& access_points) {
  json::array items;
  for (const auto& row : TRY(access_points.list(kMaxAccessPoints))) {
    json::object out{{"bssid", row.bssid}, {"ssid", row.ssid}, {"reports", row.reports}};
    put_text(out, "school", row.school_id);
    put(out, "signal_dbm", row.mean_signal_dbm);
    put(out, "worst_signal_dbm", row.worst_signal_dbm);
    out["first_seen_ms"] = row.first_seen_ms;
    out["last_seen_ms"] = row.last_seen_ms;
    items.push_back(std::move(out));
  }
  return json_response({{"items", std::move(items)}});
}

}  // namespace

Routes about_routes(service::Retention& retention_service, service::AccessPoints& access_points,
                    const service::Schools& all_schools, std::string agents_url) {
  using P = domain::Permission;
  return {
      {Method::get, "/api/v1/retention", P::view_settings, ScopeKind::self, Where::worker, 0,
       [&retention_service](Call&) { return retention(retention_service); }},
      {Method::get, "/api/v1/collected", P::view_settings, ScopeKind::self, Where::worker, 0,
       [](Call&) { return collected(); }},
      {Method::get, "/api/v1/enrollment", P::view_settings, ScopeKind::self, Where::worker, 0,
       [url = std::move(agents_url)](Call&) { return json_response({{"agents_url", url}}); }},
      {Method::get, "/api/v1/schools", P::view_devices, ScopeKind::school, Where::worker, 0,
       [&all_schools](Call& call) { return schools(all_schools, call); }},
      {Method::get, "/api/v1/access-points", P::view_access_points, ScopeKind::district, Where::worker, 0,
       [&access_points](Call& call) -> Result<net::Response> {
         TRY(Query(call.request).done());
         return list_access_points(access_points);
       }},
  };
}

}  // namespace rollcall::api
