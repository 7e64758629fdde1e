#include <algorithm>
#include <string>
#include <vector>

#include "server/api/encode.h"
#include "server/api/etag.h"
#include "server/api/once.h"
#include "server/api/reach.h"
#include "server/api/read.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

constexpr std::size_t kBodyLimit = 8 * 1024;
constexpr std::int64_t kMaxOffset = 10'000'000;

std::optional<bool> parse_descending(std::string_view order) {
  if (order == "asc") return false;
  if (order == "desc") return true;
  return std::nullopt;
}

std::optional<bool> parse_papers(std::string_view text) {
  return text == "papers" ? std::optional(true) : std::nullopt;
}

class DeviceRoutes {
 public:
  explicit DeviceRoutes(const DeviceServices& services) : it_(services) {}

  Result<net::Response> list(Call& call) const {
    bool papers = false;
    const auto wanted = TRY(read_query(call, papers));
    const auto page = TRY(it_.fleet.list(wanted));
    json::array items = TRY(rows(call, page.rows, papers));
    json::object out{{"items", std::move(items)}, {"total", page.total}, {"server_ms", it_.clock.wall_ms()}};
    put_text(out, "next_cursor", page.next_cursor);
    return json_response(out);
  }

  Result<net::Response> show(Call& call) const {
    TRY(reachable_device(it_.fleet, call.caller, call.parameters[0]));
    return describe(call, call.parameters[0]);
  }

  Result<net::Response> add(Call& call) const {
    auto body = TRY(Body::parse(call.request));
    const auto wanted = read_device(body);
    const bool reuse = body.optional_flag("reuse_deleted").value_or(false);
    if (!call.caller.person->scope.covers_school(wanted.school_id.value_or(""))) {
      body.refuse("school", "is out of your reach");
    }
    TRY(body.done());
    return answer_once(it_.writes, call, Key::required, [&](service::Write& write) -> Result<net::Response> {
      TRY(it_.devices.expect_reach(write.transaction(), call.caller.person->scope, wanted));
      const auto added = TRY(it_.devices.add(write, wanted, reuse));
      json::object out = encode(added.asset.device);
      out["met"] = added.met;
      if (added.tag_was_on) out["tag_was_on"] = encode(*added.tag_was_on);
      auto response = json_response(out, added.met ? 200 : 201);
      response.headers.set("ETag", etag_of(added.asset.device.version));
      return response;
    });
  }

  Result<net::Response> edit(Call& call) const {
    const auto row = TRY(reachable_device(it_.fleet, call.caller, call.parameters[0]));
    const auto seen = seen_version(call.request);
    if (!seen) return no_seen_version();
    auto body = TRY(Body::parse(call.request));
    const auto change = read_device(body);
    if (body.empty()) body.refuse("tag", "or another field is missing");
    if (change.school_id && !call.caller.person->scope.covers_school(*change.school_id)) {
      body.refuse("school", "is out of your reach");
    }
    TRY(body.done());
    auto edited = answer_once(it_.writes, call, Key::optional, [&](service::Write& write) -> Result<net::Response> {
      TRY(it_.devices.edit(write, row.id, change, *seen));
      return no_content();
    });
    if (!edited || edited->status != 204) return edited;
    auto response = TRY(describe(call, row.id));
    const auto replayed = edited->headers.get("Idempotency-Replayed");
    if (!replayed.empty()) response.headers.set("Idempotency-Replayed", std::string(replayed));
    return response;
  }

  Result<net::Response> remove(Call& call) const {
    const auto row = TRY(reachable_device(it_.fleet, call.caller, call.parameters[0]));
    auto removed = it_.devices.remove(call.caller.actor(), row.id, seen_version(call.request));
    if (!removed) return refusal(removed.error());
    return no_content();
  }

  Result<net::Response> restore(Call& call) const {
    const auto gone = TRY(it_.devices.deleted(call.parameters[0]));
    if (!call.caller.person->scope.covers_school(gone.school_id))
      return fail(Errc::not_found, "no such deleted device");
    return answer_once(it_.writes, call, Key::optional, [&](service::Write& write) -> Result<net::Response> {
      const auto asset = TRY(it_.devices.restore(write, gone.device_id));
      auto response = json_response(encode(asset.device));
      response.headers.set("ETag", etag_of(asset.device.version));
      return response;
    });
  }

  Result<net::Response> revoke_agent(Call& call) const {
    const auto agent = it_.agents.by_id(call.parameters[0]);
    if (!agent || !call.caller.person->scope.covers_school(agent->school_id)) {
      return fail(Errc::not_found, "no such agent");
    }
    TRY(it_.agents.revoke(call.caller.actor(), agent->agent_id));
    return no_content();
  }

 private:
  Result<service::DeviceQuery> read_query(const Call& call, bool& papers) const {
    service::DeviceQuery wanted;
    Query query(call.request);
    papers = query.word("include", parse_papers).has_value();
    wanted.search = query.text("q", 128);
    wanted.presence = query.word("state", domain::parse_presence);
    wanted.verdict = query.word("verdict", domain::parse_verdict);
    wanted.age = query.word("age", service::parse_age_bucket);
    wanted.kind = query.word("kind", domain::parse_device_kind);
    wanted.lifecycle = query.word("lifecycle", domain::parse_lifecycle);
    wanted.condition = query.word("condition", domain::parse_condition);
    wanted.flag = query.word("flag", domain::parse_flag);
    wanted.held_by = query.word("held_by", domain::parse_holder_kind);
    wanted.sort = query.word("sort", service::parse_device_sort).value_or(wanted.sort);
    wanted.descending = query.word("order", parse_descending).value_or(wanted.descending);
    query.take_page(wanted, service::kMaxPage);
    wanted.offset = static_cast<std::size_t>(query.integer("offset", 0, kMaxOffset).value_or(0));
    const auto school = query.text("school", 64);
    if (!school.empty()) wanted.school_ids = {school == "none" ? "" : school};
    TRY(query.done());
    const auto& scope = call.caller.person->scope;
    if (scope.kind == ScopeKind::district) return wanted;
    if (!wanted.school_ids) wanted.school_ids = scope.ids;
    if (!std::ranges::all_of(*wanted.school_ids, [&](const auto& id) { return scope.covers_school(id); })) {
      return fail(Errc::permission_denied, "this school is out of your reach", "school");
    }
    return wanted;
  }

  // Who has a device is in the database, for those of the page that anybody has.
  Result<json::array> rows(const Call& call, const std::vector<service::DeviceRow>& found, bool with_papers) const {
    std::vector<std::string> held;
    for (const auto& row : found) {
      if (row.held_by != domain::HolderKind::nobody) held.push_back(row.id);
    }
    const auto holders =
        held.empty() ? std::vector<service::CustodyView>{} : TRY(it_.holdings.current(*call.caller.person, held));
    json::array items;
    items.reserve(found.size());
    auto holder = holders.begin();  // in the order of the rows
    for (const auto& row : found) {
      auto& item = items.emplace_back(encode(row)).as_object();
      if (with_papers) TRY(put_papers(call, row.id, item));
      if (holder == holders.end() || holder->custody.device_id != row.id) continue;
      put_text(item, "holder_id", holder->holder.id);
      put_text(item, "holder_name", holder->holder.name);
      if (with_papers) put_text(item, "holder_number", holder->holder.number);
      ++holder;
    }
    return items;
  }

  // Nothing of a device that was deleted a moment ago.
  Result<> put_papers(const Call& call, const std::string& device_id, json::object& item) const {
    const auto asset = it_.devices.asset(device_id);
    if (asset) item["asset"] = papers_of(call, *asset);
    else if (asset.error().code != Errc::not_found) return std::unexpected(asset.error());
    return {};
  }

  json::object papers_of(const Call& call, const domain::Asset& asset) const {
    json::object papers = encode(asset.papers);
    put_text(papers, "model_id", asset.device.model_id);
    if (!call.caller.person->may(domain::Permission::view_people)) {
      papers.erase("note");  // people write names into it
      papers.erase("hold_reason");
    }
    return papers;
  }

  Result<net::Response> describe(const Call& call, const std::string& device_id) const {
    const auto asset = TRY(it_.devices.asset(device_id));
    // The ETag stands for what a PATCH can change. What the laptop said changes without it, so If-None-Match is
    // not looked at: a page that asks again always gets the whole answer.
    const auto view = TRY(it_.fleet.view(device_id));
    json::object out = encode(view, TRY(it_.reviews.count_open_of(device_id)), it_.clock.wall_ms());
    out["asset"] = papers_of(call, asset);
    ActorNames names(it_.users);
    for (const auto& custody : TRY(it_.holdings.current(*call.caller.person, {device_id}))) {
      out["custody"] = encode(custody, call.caller, names);
    }
    auto response = json_response(out);
    response.headers.set("ETag", etag_of(asset.device.version));
    return response;
  }

  DeviceServices it_;
};

}  // namespace

Routes device_routes(const DeviceServices& services) {
  const DeviceRoutes it(services);
  using P = domain::Permission;
  return {
      {Method::get, "/api/v1/devices", P::view_devices, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.list(call); }},
      {Method::post, "/api/v1/devices", P::edit_inventory, ScopeKind::school, Where::worker, kBodyLimit,
       [it](Call& call) { return it.add(call); }},
      {Method::get, "/api/v1/devices/{id}", P::view_devices, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.show(call); }},
      {Method::patch, "/api/v1/devices/{id}", P::edit_devices, ScopeKind::school, Where::worker, kBodyLimit,
       [it](Call& call) { return it.edit(call); }},
      {Method::delete_, "/api/v1/devices/{id}", P::delete_devices, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.remove(call); }},
      {Method::post, "/api/v1/devices/{id}/restore", P::delete_devices, ScopeKind::school, Where::worker, kBodyLimit,
       [it](Call& call) { return it.restore(call); }},
      {Method::post, "/api/v1/agents/{id}/revoke", P::revoke_agents, ScopeKind::school, Where::worker, kBodyLimit,
       [it](Call& call) { return it.revoke_agent(call); }},
  };
}

}  // namespace rollcall::api
