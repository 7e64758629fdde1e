#include "server/api/json.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using net::Method;

json::object encode_hit(const service::SearchHit& hit) {
  json::object out{{"id", hit.id}, {"title", hit.title}, {"state", hit.state}, {"match", domain::name_of(hit.rank)}};
  put_text(out, "number", hit.number);
  put_text(out, "detail", hit.detail);
  put_text(out, "school", hit.school_id);
  return out;
}

json::object encode_group(const service::SearchGroup& group) {
  json::array items;
  for (const auto& hit : group.hits) items.push_back(encode_hit(hit));
  return {{"kind", domain::name_of(group.kind)}, {"items", std::move(items)}, {"more", group.more}};
}

class SearchRoutes {
 public:
  explicit SearchRoutes(service::Search& search) : search_(search) {}

  Result<net::Response> find(Call& call) const {
    Query query(call.request);
    service::Search::Wanted wanted;
    wanted.text = query.text("q", domain::kMaxSearchBytes);
    wanted.kind = query.word("kind", domain::parse_search_kind);
    wanted.hits = static_cast<std::size_t>(query.integer("limit", 1, service::Search::kMaxHits).value_or(8));
    TRY(query.done());
    const auto answer = TRY(search_.find(*call.caller.person, wanted));
    json::array groups;
    for (const auto& group : answer.groups) groups.push_back(encode_group(group));
    return json_response(json::object{{"groups", std::move(groups)}, {"behind", answer.behind}});
  }

 private:
  service::Search& search_;
};

}  // namespace

Routes search_routes(service::Search& search) {
  const SearchRoutes it(search);
  return {
      {Method::get, "/api/v1/search", domain::Permission::view_devices, domain::ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.find(call); }},
  };
}

}  // namespace rollcall::api
