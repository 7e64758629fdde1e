#include "server/api/problem.h"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

namespace rollcall::api {
namespace {

boost::json::value body_of(const net::Response& response) {
  return boost::json::parse(std::get<std::string>(response.body));
}

TEST_CASE("every kind of error has one status") {
  CHECK(status_of(Errc::invalid_argument) == 400);
  CHECK(status_of(Errc::unauthenticated) == 401);
  CHECK(status_of(Errc::permission_denied) == 403);
  CHECK(status_of(Errc::not_found) == 404);
  CHECK(status_of(Errc::already_exists) == 409);
  CHECK(status_of(Errc::conflict) == 409);
  CHECK(status_of(Errc::too_large) == 413);
  CHECK(status_of(Errc::rate_limited) == 429);
  CHECK(status_of(Errc::unavailable) == 503);
  CHECK(status_of(Errc::storage_full) == 507);
  for (const Errc code : {Errc::corrupt, Errc::io, Errc::internal}) CHECK(status_of(code) == 500);
}

TEST_CASE("a problem names the field and what to do") {
  const auto response = problem(Error{Errc::invalid_argument, "tag is longer than 64 bytes", "tag"});
  CHECK(response.status == 400);
  CHECK(response.headers.get("Content-Type") == "application/problem+json");
  const auto body = body_of(response);
  CHECK(body.at("type") == "urn:rollcall:problem:invalid-argument");
  CHECK(body.at("status") == 400);
  CHECK(body.at("title") == "Bad Request");
  CHECK(body.at("detail") == "tag is longer than 64 bytes");
  CHECK(body.at("field") == "tag");
}

TEST_CASE("a fault of ours is told without its detail") {
  const auto response = problem(Error{Errc::io, "/var/lib/rollcall/rollcall.db: disk I/O error"});
  CHECK(response.status == 500);
  CHECK(std::get<std::string>(response.body).find("/var/lib") == std::string::npos);
}

TEST_CASE("who must wait is told how long") {
  CHECK(problem_rate_limited(17, "too many").headers.get("Retry-After") == "17");
  CHECK_FALSE(problem(Error{Errc::unavailable, "busy"}).headers.get("Retry-After").empty());
}

}  // namespace
}  // namespace rollcall::api
