#include "server/api/router.h"

#include <catch2/catch.hpp>

namespace rollcall::api {
namespace {

using net::Method;

Route row(Method method, std::string_view path, Where where = Where::loop) {
  return {method, path, Permission::public_, domain::ScopeKind::self, where, 0,
          [](Call&) -> Result<net::Response> { return net::Response{}; }};
}

TEST_CASE("a path finds its row and the parts in braces") {
  const auto router = Router::make({row(Method::get, "/a"), row(Method::get, "/a/{id}"), row(Method::get, "/a/{id}/b/{n}")});
  REQUIRE(router);
  CHECK(router->match(Method::get, "/a").route == &router->routes()[0]);
  const auto one = router->match(Method::get, "/a/x-1");
  CHECK(one.route == &router->routes()[1]);
  CHECK(one.parameters == std::vector<std::string>{"x-1"});
  CHECK(router->match(Method::get, "/a/x/b/7").parameters == std::vector<std::string>{"x", "7"});
  CHECK(router->match(Method::get, "/a/{id}").parameters == std::vector<std::string>{"{id}"});
}

TEST_CASE("what is not in the table is not found") {
  const auto router = Router::make({row(Method::get, "/a/{id}")});
  REQUIRE(router);
  for (const char* path : {"/", "/a", "/a/", "/a/x/", "/a/x/y", "/b/x", "/A/x", "/ax"}) {
    INFO(path);
    CHECK(router->match(Method::get, path).route == nullptr);
    CHECK(router->match(Method::get, path).allowed.empty());
  }
}

TEST_CASE("HEAD is answered by the row for GET, another method by the list of what is allowed") {
  const auto router = Router::make({row(Method::get, "/a/{id}"), row(Method::patch, "/a/{id}")});
  REQUIRE(router);
  CHECK(router->match(Method::head, "/a/1").route == &router->routes()[0]);
  CHECK(router->match(Method::post, "/a/1").route == nullptr);
  CHECK(router->match(Method::post, "/a/1").allowed == "GET, PATCH");
}

TEST_CASE("a route table that contradicts itself does not start") {
  CHECK_FALSE(Router::make({row(Method::get, "/a/{id}"), row(Method::get, "/a/{name}")}));
  CHECK_FALSE(Router::make({row(Method::get, "a")}));
  Route without = row(Method::get, "/a");
  without.handler = Answer{};
  CHECK_FALSE(Router::make({without}));
  Route later = row(Method::get, "/a", Where::worker);
  later.handler = AnswerLater{[](Call, net::Reply) {}};
  CHECK_FALSE(Router::make({later}));
}

}  // namespace
}  // namespace rollcall::api
