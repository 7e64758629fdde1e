#include "server/api/router.h"

#include <optional>

#include "common/base/text.h"

namespace rollcall::api {
namespace {

bool is_parameter(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

std::optional<std::vector<std::string>> parameters_of(std::string_view pattern, std::string_view path) {
  std::vector<std::string> found;
  if (pattern.find('{') == std::string_view::npos) return pattern == path ? std::optional(found) : std::nullopt;
  while (true) {
    const auto pattern_end = pattern.find('/', 1);
    const auto path_end = path.find('/', 1);
    const auto expected = pattern.substr(0, pattern_end);
    const auto actual = path.substr(0, path_end);
    if (is_parameter(expected.substr(1))) {
      if (actual.size() < 2) return std::nullopt;
      found.emplace_back(actual.substr(1));
    } else if (expected != actual) {
      return std::nullopt;
    }
    if (pattern_end == std::string_view::npos || path_end == std::string_view::npos) {
      if (pattern_end != path_end) return std::nullopt;
      return found;
    }
    pattern.remove_prefix(pattern_end);
    path.remove_prefix(path_end);
  }
}

// Two patterns that some path matches both of.
bool overlap(std::string_view a, std::string_view b) {
  const auto left = split(a, '/'), right = split(b, '/');
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (is_parameter(left[i]) != is_parameter(right[i])) return false;  // a literal wins by order
    if (!is_parameter(left[i]) && left[i] != right[i]) return false;
  }
  return true;
}

bool has_handler(const Route& route) {
  return std::visit([](const auto& handler) { return static_cast<bool>(handler); }, route.handler);
}

}  // namespace

Result<Router> Router::make(std::vector<Route> routes) {
  for (std::size_t i = 0; i < routes.size(); ++i) {
    const Route& route = routes[i];
    if (!route.path.starts_with('/') || !has_handler(route)) {
      return fail(Errc::internal, "route " + std::string(route.path) + ": no leading '/' or no handler");
    }
    if (route.where != Where::loop && std::holds_alternative<AnswerLater>(route.handler)) {
      return fail(Errc::internal, "route " + std::string(route.path) + ": answered later, so on the loop");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (routes[j].method == route.method && overlap(routes[j].path, route.path)) {
        return fail(Errc::internal, "two routes for " + std::string(route.path));
      }
    }
  }
  return Router(std::move(routes));
}

Router::Match Router::match(net::Method method, std::string_view path) const {
  if (method == net::Method::head) method = net::Method::get;
  Match match;
  for (const Route& route : routes_) {
    auto parameters = parameters_of(route.path, path);
    if (!parameters) continue;
    if (route.method == method) return {&route, std::move(*parameters), {}};
    if (!match.allowed.empty()) match.allowed += ", ";
    match.allowed += net::name_of(route.method);
  }
  return match;
}

}  // namespace rollcall::api
