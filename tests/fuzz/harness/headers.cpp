// What the people's door reads out of a request's headers and JSON body: cookie, bearer token, origin, Accept,
// fields. One header a line, then an empty line, then the body.
#include <algorithm>

#include "common/base/text.h"
#include "server/api/guard.h"
#include "server/api/json.h"
#include "server/api/static_files.h"
#include "server/domain/user.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

void check_credentials(const net::Headers& headers) {
  const auto cookie = api::cookie(headers, api::kSessionCookie);
  promise(cookie.find(';') == cookie.npos, "a cookie ends where the next begins");
  promise(cookie.empty() || headers.get("Cookie").find(std::string(api::kSessionCookie).append("=").append(cookie)) != cookie.npos,
          "a cookie stands in the header under its own name");
  const auto bearer = api::bearer(headers);
  promise(trim(bearer) == bearer, "a token has no white space around it");
  promise(headers.has("Authorization") || bearer.empty(), "no token comes from nowhere");
  if (!api::is_same_origin(headers)) return;
  promise(headers.get("Sec-Fetch-Site") == "same-origin" || headers.get("Sec-Fetch-Site").empty(), "another site is another origin");
  const auto origin = headers.get("Origin");
  promise(origin.empty() || equal_ignoring_case(origin, "https://" + std::string(headers.get("Host"))), "another host is another origin");
}

void check_body(const net::Request& request) {
  auto body = api::Body::parse(request);
  if (!body) return promise(body.error().code == Errc::invalid_argument, "what is no JSON object is an invalid argument");
  const std::string name = body->text("name", 32);
  promise(name.size() <= 32 && is_utf8(name), "a text keeps its limit");
  if (const auto user = domain::normalise_user_name(name)) promise(domain::normalise_user_name(*user) == *user, "a user's name has one form");
  const auto uses = body->integer_or("uses", 1, 1, 100);
  promise(uses >= 1 && uses <= 100, "an integer keeps its range");
  body->optional_flag("flag");
  const auto serials = body->texts("serials", 4, 16);
  promise(serials.size() <= 4 && std::ranges::all_of(serials, [](const auto& it) { return it.size() <= 16; }), "a list keeps its limits");
  if (const auto password = body->optional_text("password", domain::kMaxPasswordBytes)) {
    const auto objection = domain::password_objection(*password, name);
    promise(!objection.empty() || password->size() >= domain::kMinPasswordCharacters, "a short password is refused");
  }
  if (auto scope = body->optional_object("scope")) {
    scope->optional_text("kind", 16);
    if (const auto done = scope->done(); !done) promise(!done.error().message.empty(), "a refusal says why");
  }
  if (const auto done = body->done(); !done) promise(!done.error().message.empty(), "a refusal says why");
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  fuzz::Input input(data, size);
  net::Request request;
  request.path = "/";
  while (!input.rest().empty()) {
    const auto line = input.line();
    if (line.empty()) break;
    const auto colon = line.find(':');
    if (colon != line.npos) request.headers.add(line.substr(0, colon), trim(line.substr(colon + 1)));
  }
  fuzz::check_credentials(request.headers);
  static const api::StaticFiles no_files;
  fuzz::promise(!no_files.find(request), "where no console is, nothing is found");
  request.body = input.rest();
  fuzz::check_body(request);
  return 0;
}
