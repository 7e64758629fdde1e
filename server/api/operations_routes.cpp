#include <memory>

#include "server/api/json.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

net::Response health(const Operations& operations) {
  const auto read = operations.read_once();
  json::object out{{"status", read ? "ok" : "failing"}, {"version", operations.version}};
  put(out, "last_commit_age_ms", operations.last_commit_age_ms());
  if (!read) out["detail"] = read.error().message;
  return json_response(out, read ? 200 : 503);
}

net::Response text(std::string body, std::string_view type) {
  net::Response response;
  response.headers.set("Content-Type", type);
  response.body = std::move(body);
  return response;
}

}  // namespace

Routes operations_routes(Operations operations) {
  const auto shared = std::make_shared<const Operations>(std::move(operations));
  return {
      {Method::get, "/healthz", Permission::public_, ScopeKind::self, Where::worker, 0,
       [shared](Call&) -> Result<net::Response> { return health(*shared); }},
      {Method::get, "/metrics", Permission::metrics, ScopeKind::district, Where::worker, 0,
       [shared](Call&) -> Result<net::Response> {
         return text(shared->metrics(), "text/plain; version=0.0.4; charset=utf-8");
       }},
      {Method::get, "/ca.pem", Permission::public_, ScopeKind::self, Where::loop, 0,
       [shared](Call&) -> Result<net::Response> {
         auto response = text(shared->authority_pem, "application/x-pem-file");
         response.headers.set("Content-Disposition", "attachment; filename=\"rollcall-ca.pem\"");
         return response;
       }},
  };
}

}  // namespace rollcall::api
