// Finds the row of the route table for a request. Immutable after make(), so any thread may ask.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "server/api/route.h"

namespace rollcall::api {

class Router {
 public:
  struct Match {
    const Route* route{};                 // null: nothing answers here
    std::vector<std::string> parameters;  // of the path
    std::string allowed;                  // "GET, PATCH" when the path is known and the method is not
  };

  // Refuses two rows for one request, a path that does not start with '/', a row without a handler, and one
  // that would answer later from a worker.
  static Result<Router> make(std::vector<Route> routes);

  // HEAD is answered by the row for GET.
  Match match(net::Method method, std::string_view path) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}
  std::vector<Route> routes_;
};

}  // namespace rollcall::api
