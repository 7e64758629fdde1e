#include "server/api/encode.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;

template <class Enum, class Counts>
json::object by_name(const Counts& counts) {
  json::object out;
  for (std::size_t i = 0; i < counts.size(); ++i) out[name_of(static_cast<Enum>(i))] = counts[i];
  return out;
}

json::object school_row(std::string_view id, std::string_view name, const service::Overview& overview) {
  service::SchoolCounts counts;
  for (const auto& one : overview.schools) {
    if (one.school_id == (id == "none" ? "" : id)) counts = one;
  }
  return {{"id", id},           {"name", name},         {"total", counts.total},
          {"online", counts.online}, {"silent", counts.silent}, {"replace", counts.replace}};
}

json::object encode(const service::Overview& overview, const domain::Scope& scope,
                    const service::Schools& all) {
  json::object out{{"total", overview.total}};
  out["states"] = by_name<domain::Presence>(overview.presences);
  out["verdicts"] = by_name<domain::Verdict>(overview.verdicts);
  json::array schools, ages;
  for (const auto& school : all.all()) {
    if (scope.covers_school(school.school_id)) schools.push_back(school_row(school.school_id, school.name, overview));
  }
  if (scope.covers_school("")) schools.push_back(school_row("none", "No school", overview));
  for (std::size_t i = 0; i < overview.ages.size(); ++i) {
    ages.push_back({{"bucket", name_of(static_cast<service::AgeBucket>(i))}, {"count", overview.ages[i]}});
  }
  out["schools"] = std::move(schools);
  out["report_ages"] = std::move(ages);
  return out;
}

}  // namespace

Routes overview_routes(service::Fleet& fleet, service::Reviews& reviews, const service::Schools& schools,
                       const Clock& clock) {
  return {{net::Method::get, "/api/v1/overview", domain::Permission::view_devices, ScopeKind::school, Where::worker,
           0, [&fleet, &reviews, &schools, &clock](Call& call) -> Result<net::Response> {
             const auto& scope = call.caller.person->scope;
             const bool everything = scope.kind == ScopeKind::district;
             auto out = encode(everything ? fleet.overview() : fleet.overview(scope.ids), scope, schools);
             out["reviews_open"] = everything ? TRY(reviews.count_open()) : 0;
             out["server_ms"] = clock.wall_ms();
             return json_response(out);
           }}};
}

}  // namespace rollcall::api
