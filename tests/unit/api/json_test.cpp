#include "server/api/json.h"

#include <catch2/catch.hpp>

namespace rollcall::api {
namespace {

net::Request with_body(std::string body) {
  net::Request request;
  request.body = std::move(body);
  return request;
}

TEST_CASE("a body is read field by field") {
  auto body = Body::parse(with_body(R"({"name":"ada","uses":3,"on":true,"list":["a","b"]})"));
  REQUIRE(body);
  CHECK(body->text("name", 10) == "ada");
  CHECK(body->integer_or("uses", 1, 1, 5) == 3);
  CHECK(body->optional_flag("on") == true);
  CHECK(body->texts("list", 2, 1) == std::vector<std::string>{"a", "b"});
  CHECK(body->integer_or("absent", 9, 1, 10) == 9);
  CHECK_FALSE(body->optional_text("gone", 3));
  CHECK(body->done());
}

TEST_CASE("what is not a JSON object is refused") {
  for (const char* text : {"", "{", "[]", "1", "\"a\"", "{\"a\":NaN}", "{\"a\":1}x", "\xff\xfe", "{\"a\":\"\xc3\x28\"}"}) {
    INFO(text);
    const auto body = Body::parse(with_body(text));
    CHECK_FALSE(body);
    CHECK(body.error().code == Errc::invalid_argument);
  }
  CHECK_FALSE(Body::parse(with_body(std::string(40, '[') + std::string(40, ']'))));
  std::string deep = "{\"a\":";
  for (int i = 0; i < 20; ++i) deep += "{\"a\":";
  CHECK_FALSE(Body::parse(with_body(deep + "1" + std::string(21, '}'))));
}

TEST_CASE("the first thing that is wrong names its field") {
  const auto wrong = [](const char* text, auto&& read) {
    auto body = Body::parse(with_body(text));
    REQUIRE(body);
    read(*body);
    const auto done = body->done();
    REQUIRE_FALSE(done);
    return done.error().field;
  };
  CHECK(wrong("{}", [](Body& body) { body.text("name", 5); }) == "name");
  CHECK(wrong(R"({"name":5})", [](Body& body) { body.text("name", 5); }) == "name");
  CHECK(wrong(R"({"name":"too long"})", [](Body& body) { body.text("name", 5); }) == "name");
  CHECK(wrong(R"({"name":"a\u0000b"})", [](Body& body) { body.text("name", 5); }) == "name");
  CHECK(wrong(R"({"name":"a\u202eb"})", [](Body& body) { body.text("name", 9); }) == "name");
  CHECK(wrong(R"({"list":["a\u200bb"]})", [](Body& body) { body.texts("list", 2, 9); }) == "list");
  CHECK(wrong(R"({"uses":1.5})", [](Body& body) { body.integer_or("uses", 1, 1, 5); }) == "uses");
  CHECK(wrong(R"({"uses":1e400})", [](Body& body) { body.integer_or("uses", 1, 1, 5); }) == "uses");
  CHECK(wrong(R"({"uses":6})", [](Body& body) { body.integer_or("uses", 1, 1, 5); }) == "uses");
  CHECK(wrong(R"({"on":"yes"})", [](Body& body) { body.optional_flag("on"); }) == "on");
  CHECK(wrong(R"({"list":["a","b","c"]})", [](Body& body) { body.texts("list", 2, 5); }) == "list");
}

TEST_CASE("a field that nobody asked for is refused, so that no change is silently lost") {
  auto body = Body::parse(with_body(R"({"name":"ada","rolle":"admin"})"));
  REQUIRE(body);
  body->text("name", 10);
  const auto done = body->done();
  REQUIRE_FALSE(done);
  CHECK(done.error().field == "rolle");
}

TEST_CASE("a query refuses unknown names, other words and numbers out of range") {
  net::Request request;
  request.query = {{"limit", "7"}, {"q", "abc"}};
  Query good(request);
  CHECK(good.integer("limit", 1, 10) == 7);
  CHECK(good.text("q", 5) == "abc");
  CHECK(good.done());
  Query unknown(request);
  CHECK(unknown.integer("limit", 1, 10) == 7);
  CHECK(unknown.done().error().field == "q");
  Query range(request);
  CHECK_FALSE(range.integer("limit", 1, 5));
  CHECK(range.done().error().field == "limit");
}

}  // namespace
}  // namespace rollcall::api
