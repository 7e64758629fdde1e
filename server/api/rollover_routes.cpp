// The next school year, looked at before it begins.
#include "server/api/encode.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

class RolloverRoutes {
 public:
  explicit RolloverRoutes(service::Rollover& rollover) : rollover_(rollover) {}

  Result<net::Response> preview(Call& call) const {
    Query query(call.request);
    const auto school = read_school(query);
    const auto last = query.text("last", 16);
    TRY(query.done());
    json::array items;
    for (const auto& row : TRY(rollover_.preview(*call.caller.person, school, last))) {
      json::object item{{"students", row.now.students},
                        {"holding", row.now.holding},
                        {"devices", row.now.devices},
                        {"next", domain::name_of(row.next.next)}};
      put_text(item, "school", row.now.school_id);
      put_text(item, "grade", row.now.grade);
      put_text(item, "next_grade", row.next.grade);
      items.push_back(std::move(item));
    }
    return json_response(json::object{{"items", std::move(items)}});
  }

  Result<net::Response> graduates(Call& call) const {
    Query query(call.request);
    const auto school = read_school(query);
    const auto last = query.text("last", 16);
    const auto asked = query.page(service::Rollover::kMaxPage);
    TRY(query.done());
    const auto page = TRY(rollover_.graduates(*call.caller.person, school, last, asked.cursor, asked.limit));
    json::array items;
    for (const auto& it : page.graduates) {
      items.push_back({{"person", encode(it.person)},
                       {"device", encode(it.held.device)},
                       {"custody_id", it.held.custody->custody.custody_id},
                       {"given_ms", it.held.custody->custody.given.at_ms}});
    }
    return paged(std::move(items), page.next_cursor);
  }

 private:
  static std::optional<std::string> read_school(Query& query) {
    const auto school = query.text("school", 64);
    return school.empty() ? std::nullopt : std::optional(school);
  }

  service::Rollover& rollover_;
};

}  // namespace

Routes rollover_routes(service::Rollover& rollover) {
  const RolloverRoutes it(rollover);
  return {
      {Method::get, "/api/v1/rollover", domain::Permission::view_people, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.preview(call); }},
      {Method::get, "/api/v1/rollover/graduates", domain::Permission::view_people, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.graduates(call); }},
  };
}

}  // namespace rollcall::api
