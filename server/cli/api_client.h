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
  Result<boost::json::value> send(net::Method method, std::string_view path);  // without a body
  // A record over the version that was read.
  Result<boost::json::value> replace(std::string_view path, const boost::json::value& body, std::string_view etag);
  // With an Idempotency-Key of its own: an answer that is lost is asked for again, and nothing is done twice. `etag`:
  // of an edit; `body` null: none.
  Result<boost::json::value> write(net::Method method, std::string_view path, const boost::json::value& body,
                                   const std::string& etag = {});
  Result<std::string> etag_of(std::string_view path);
  Result<std::string> get_text(std::string_view path);                         // what is no JSON
  Result<std::string> download(std::string_view path, const Query& query);  // a file, for as long as it takes
  Result<std::string> post_for_bytes(std::string_view path, const boost::json::value& body);  // the answer is no JSON
  // A file as the body of a POST, pulled piece by piece; for as long as it takes.
  Result<boost::json::value> upload(std::string_view path, const Query& query, std::string_view type,
                                    std::uint64_t size, std::function<Result<std::string>()> pieces);
  Result<> remove(std::string_view path);
  // What came after the event `last_seen`, and then what comes; "0": begins with a resync, "": what comes only. Until
  // the stream ends; errors: why it could not be opened.
  Result<> follow(std::string_view path, std::string_view last_seen,
                  const std::function<bool(const net::Event&)>& on_event);

 private:
  ApiClient(std::unique_ptr<net::TlsHttpClient> client, std::string token)
      : client_(std::move(client)), token_(std::move(token)) {}
  net::ClientRequest request(net::Method method, std::string target) const;
  Result<std::string> exchange(const net::ClientRequest& request);

  std::unique_ptr<net::TlsHttpClient> client_;
  std::string token_;
};

}  // namespace rollcall::cli
