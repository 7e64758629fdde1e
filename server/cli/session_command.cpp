#include <boost/json.hpp>

#include "server/cli/commands.h"
#include "server/cli/output.h"
#include "server/cli/terminal.h"

namespace rollcall::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kAuthorityLimit = 64 * 1024;

// Signs in; a one-time password is answered by asking for one's own.
Result<json::value> sign_in(ApiClient& api, const std::string& name) {
  const auto password = TRY(ask_secret("Password"));
  json::object body{{"name", name}, {"password", password}, {"bearer", true}};
  auto session = api.send(net::Method::post, "/session", body);
  if (session || session.error().message != kPasswordChangeRequired) return session;
  const auto chosen = TRY(ask_secret("New password (at least 15 characters)"));
  if (TRY(ask_secret("New password again")) != chosen) {
    return fail(Errc::invalid_argument, "the two new passwords differ; nothing was changed");
  }
  body["new_password"] = chosen;
  return api.send(net::Method::post, "/session", body);
}

}  // namespace

Result<> login(Files& files, const Clock& clock, const std::string& profile_path,
               const LoginArguments& arguments) {
  Profile profile{.server = arguments.server, .authority_pem = {}, .token = {}};
  if (!arguments.authority_file.empty()) {
    profile.authority_pem = TRY(with(files.read(arguments.authority_file, kAuthorityLimit), "--ca"));
  } else if (const auto before = read_profile(files, profile_path); before && before->server == profile.server) {
    profile.authority_pem = before->authority_pem;
  }
  auto api = TRY(ApiClient::open(profile, clock));
  const auto session = TRY(sign_in(api, arguments.name));
  profile.token = cell(session, "token");
  TRY(write_profile(files, profile_path, profile));
  print("Signed in until " + instant_cell(session, "expires_ms") + "; the session is in " + profile_path);
  return {};
}

Result<> logout(Files& files, const Clock& clock, const std::string& profile_path) {
  auto profile = TRY(read_profile(files, profile_path));
  auto api = TRY(ApiClient::open(profile, clock));
  auto ended = api.remove("/session");
  // A session that is over already is what was asked for.
  if (!ended && ended.error().code != Errc::unauthenticated) return ended;
  profile.token.clear();
  TRY(write_profile(files, profile_path, profile));
  print("Signed out.");
  return {};
}

}  // namespace rollcall::cli
