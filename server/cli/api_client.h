// The API as Results: a problem+json answer becomes an Error with the server's own words and field.
#pragma once

#include <boost/json/fwd.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/net/http_client.h"
#include "server/cli/profile.h"

namespace rollcall::cli {

using Query = std::vector<std::pair<std::string, std::string>>;  // empty values are left out

// "/devices" and {{"q", "a b"}} → "/api/v1/devices?q=a%20b".
std::string target_of(std::string_view path, const Query& query);
// One segment of a path, percent-encoded.
std::string segment(std::string_view text);

// The message of the `conflict` that asks for a new password in place of a one-time one.
inline constexpr const char* kPasswordChangeRequired =
    "the one-time password is right and must be replaced: sign in with `rollcall login` and choose your own";

class ApiClient {
 public:
  static Result<ApiClient> open(const Profile& profile, const Clock& clock);

  Result<boost::json::value> get(std::string_view path, const Query& query = {});
  Result<boost::json::value> send(net::Method method, std::string_view path, const boost::json::value& body);
  Result<> remove(std::string_view path);
  Result<> follow(std::string_view path, const std::function<bool(const net::Event&)>& on_event);

 private:
  ApiClient(std::unique_ptr<net::TlsHttpClient> client, std::string token)
      : client_(std::move(client)), token_(std::move(token)) {}
  net::ClientRequest request(net::Method method, std::string target) const;
  Result<std::string> exchange(const net::ClientRequest& request);

  std::unique_ptr<net::TlsHttpClient> client_;
  std::string token_;
};

}  // namespace rollcall::cli
