#include <algorithm>

#include "common/base/text.h"
#include "server/api/encode.h"
#include "server/api/problem.h"
#include "server/api/reach.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

constexpr std::size_t kBodyLimit = 4 * 1024;

std::string etag_of(std::int64_t version) { return "\"v" + std::to_string(version) + '"'; }

std::optional<std::int64_t> version_of(std::string_view etag) {
  if (!etag.starts_with("\"v") || !etag.ends_with('"') || etag.size() < 4) return std::nullopt;
  return parse_number<std::int64_t>(etag.substr(2, etag.size() - 3));
}

std::optional<bool> parse_descending(std::string_view order) {
  if (order == "asc") return false;
  if (order == "desc") return true;
  return std::nullopt;
}

class DeviceRoutes {
 public:
  DeviceRoutes(service::Fleet& fleet, service::Devices& devices, service::Agents& agents,
               service::Reviews& reviews, const Clock& clock)
      : fleet_(fleet), devices_(devices), agents_(agents), reviews_(reviews), clock_(clock) {}

  Result<net::Response> list(Call& call) const {
    const auto wanted = TRY(read_query(call));
    const auto page = TRY(fleet_.list(wanted));
    json::array items;
    items.reserve(page.rows.size());
    for (const auto& row : page.rows) items.push_back(encode(row));
    json::object out{{"items", std::move(items)}, {"total", page.total}, {"server_ms", clock_.wall_ms()}};
    put_text(out, "next_cursor", page.next_cursor);
    return json_response(out);
  }

  Result<net::Response> show(Call& call) const {
    TRY(reachable_device(fleet_, call.caller, call.parameters[0]));
    return describe(call.parameters[0]);
  }

  Result<net::Response> edit(Call& call) const {
    const auto row = TRY(reachable_device(fleet_, call.caller, call.parameters[0]));
    const auto seen = call.request.headers.get("If-Match");
    if (seen.empty()) return problem(428, "precondition-required", "If-Match must carry the ETag that was read.");
    auto body = TRY(Body::parse(call.request));
    const domain::DeviceChange change{body.optional_text("tag", domain::kMaxTag),
                                      body.optional_text("school", 64)};
    if (!change.tag && !change.school_id) body.refuse("tag", "or school is missing");
    if (change.school_id && !call.caller.person->scope.covers_school(*change.school_id)) {
      body.refuse("school", "is out of your reach");
    }
    TRY(body.done());
    auto edited = devices_.edit(call.caller.actor(), row.id, change, version_of(seen).value_or(-1));
    if (!edited && edited.error().code == Errc::conflict) {
      return problem(412, "precondition-failed", edited.error().message);
    }
    if (!edited) return std::unexpected(std::move(edited).error());
    return describe(row.id);
  }

  Result<net::Response> remove(Call& call) const {
    const auto row = TRY(reachable_device(fleet_, call.caller, call.parameters[0]));
    const auto seen = call.request.headers.get("If-Match");
    const auto version = seen.empty() ? std::nullopt : std::optional(version_of(seen).value_or(-1));
    auto removed = devices_.remove(call.caller.actor(), row.id, version);
    if (!removed && removed.error().code == Errc::conflict) {
      return problem(412, "precondition-failed", removed.error().message);
    }
    if (!removed) return std::unexpected(std::move(removed).error());
    return no_content();
  }

  Result<net::Response> revoke_agent(Call& call) const {
    const auto agent = agents_.by_id(call.parameters[0]);
    if (!agent || !call.caller.person->scope.covers_school(agent->school_id)) {
      return fail(Errc::not_found, "no such agent");
    }
    TRY(agents_.revoke(call.caller.actor(), agent->agent_id));
    return no_content();
  }

 private:
  Result<service::DeviceQuery> read_query(const Call& call) const {
    service::DeviceQuery wanted;
    Query query(call.request);
    wanted.search = query.text("q", 128);
    wanted.presence = query.word("state", domain::parse_presence);
    wanted.verdict = query.word("verdict", domain::parse_verdict);
    wanted.age = query.word("age", service::parse_age_bucket);
    wanted.sort = query.word("sort", service::parse_device_sort).value_or(wanted.sort);
    wanted.descending = query.word("order", parse_descending).value_or(wanted.descending);
    wanted.limit = static_cast<std::size_t>(query.integer("limit", 1, service::kMaxPage).value_or(100));
    wanted.cursor = query.text("cursor", 512);
    const auto school = query.text("school", 64);
    if (!school.empty()) wanted.school_id = school == "none" ? "" : school;
    TRY(query.done());
    const auto& scope = call.caller.person->scope;
    if (scope.kind == ScopeKind::district) return wanted;
    if (wanted.school_id && *wanted.school_id != scope.id) {
      return fail(Errc::permission_denied, "this school is out of your reach", "school");
    }
    wanted.school_id = scope.id;
    return wanted;
  }

  Result<net::Response> describe(const std::string& device_id) const {
    const auto etag = etag_of(TRY(devices_.get(device_id)).version);
    // It stands for what a PATCH can change. What the laptop said changes without it, so If-None-Match is
    // not looked at: a page that asks again always gets the whole answer.
    const auto view = TRY(fleet_.view(device_id));
    const auto open = TRY(reviews_.open());
    const auto about = std::ranges::count_if(open, [&](const domain::Review& review) {
      return review.device_id == device_id || review.other_device_id == device_id;
    });
    auto response = json_response(encode(view, about, clock_.wall_ms()));
    response.headers.set("ETag", etag);
    return response;
  }

  service::Fleet& fleet_;
  service::Devices& devices_;
  service::Agents& agents_;
  service::Reviews& reviews_;
  const Clock& clock_;
};

}  // namespace

Routes device_routes(service::Fleet& fleet, service::Devices& devices, service::Agents& agents,
                     service::Reviews& reviews, const Clock& clock) {
  const DeviceRoutes it(fleet, devices, agents, reviews, clock);
  using P = domain::Permission;
  return {
      {Method::get, "/api/v1/devices", P::view_devices, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.list(call); }},
      {Method::get, "/api/v1/devices/{id}", P::view_devices, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.show(call); }},
      {Method::patch, "/api/v1/devices/{id}", P::edit_devices, ScopeKind::school, Where::worker, kBodyLimit,
       [it](Call& call) { return it.edit(call); }},
      {Method::delete_, "/api/v1/devices/{id}", P::delete_devices, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.remove(call); }},
      {Method::post, "/api/v1/agents/{id}/revoke", P::revoke_agents, ScopeKind::school, Where::worker, kBodyLimit,
       [it](Call& call) { return it.revoke_agent(call); }},
  };
}

}  // namespace rollcall::api
