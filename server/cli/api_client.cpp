#include "server/cli/api_client.h"

#include <boost/json.hpp>

#include "common/base/id.h"
#include "common/base/random.h"

namespace rollcall::cli {
namespace {

namespace json = boost::json;

constexpr std::int64_t kUploadMs = 15 * kMinuteMs;  // as long as the server takes it
constexpr std::size_t kDownloadLimit = std::size_t{1} << 30;  // a district of 348,000 devices has 100 MB
constexpr std::size_t kTextLimit = 64 * 1024 * 1024;

Errc code_of(int status) {
  switch (status) {
    case 400:
    case 422:
    case 428: return Errc::invalid_argument;
    case 401: return Errc::unauthenticated;
    case 403: return Errc::permission_denied;
    case 404: return Errc::not_found;
    case 409:
    case 412: return Errc::conflict;
    case 413: return Errc::too_large;
    case 429: return Errc::rate_limited;
    case 503: return Errc::unavailable;
    case 507: return Errc::storage_full;
    default: return Errc::internal;
  }
}

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

Error problem_of(const net::ClientResponse& response) {
  const Errc code = code_of(response.status);
  boost::system::error_code ignored;
  const auto body = json::parse(response.body, ignored);
  if (!body.is_object()) {
    return {code, "the server answered " + std::to_string(response.status) + " without a reason"};
  }
  const auto& object = body.get_object();
  std::string message = text_of(object, "detail");
  if (message.empty()) message = text_of(object, "title");
  // What is in the way of a movement, and what to do about each.
  if (const auto* blockers = object.if_contains("blockers"); blockers && blockers->is_array()) {
    message.clear();
    for (const auto& it : blockers->get_array()) {
      if (!it.is_object()) continue;
      const auto& blocker = it.get_object();
      message.append(message.empty() ? "" : "\n  ").append(text_of(blocker, "message"));
      message.append(": ").append(text_of(blocker, "remedy"));
    }
  }
  // The kind of problem is what a caller can act on; the sentence may change.
  if (text_of(object, "type").ends_with("password-change-required")) message = kPasswordChangeRequired;
  return {code, message, text_of(object, "field")};
}

Result<json::value> parse(const std::string& body) {
  if (body.empty()) return json::value(nullptr);
  boost::system::error_code error;
  auto value = json::parse(body, error);
  if (error) return fail(Errc::internal, "the server's answer is not JSON; is this a Rollcall server?");
  return value;
}

}  // namespace

std::string segment(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

std::string target_of(std::string_view path, const Query& query) {
  std::string out = "/api/v1" + std::string(path);
  char separator = '?';
  for (const auto& [name, value] : query) {
    if (value.empty()) continue;
    out += separator + segment(name) + '=' + segment(value);
    separator = '&';
  }
  return out;
}

Result<ApiClient> ApiClient::open(const Profile& profile, const Clock& clock) {
  net::ClientConfig config;
  config.url = profile.server;
  config.authority_pem = profile.authority_pem;
  return ApiClient(TRY(net::TlsHttpClient::open(std::move(config), clock)), profile.token);
}

net::ClientRequest ApiClient::request(net::Method method, std::string target) const {
  net::ClientRequest out;
  out.method = method;
  out.target = std::move(target);
  out.keep_connection = true;
  out.headers.set("Accept", "application/json");
  if (!token_.empty()) out.headers.set("Authorization", "Bearer " + token_);
  return out;
}

Result<std::string> ApiClient::exchange(const net::ClientRequest& request) {
  auto response = TRY(client_->send(request));
  if (response.status < 200 || response.status > 299) return std::unexpected(problem_of(response));
  return std::move(response.body);
}

Result<json::value> ApiClient::get(std::string_view path, const Query& query) {
  return parse(TRY(exchange(request(net::Method::get, target_of(path, query)))));
}

Result<json::value> ApiClient::send(net::Method method, std::string_view path, const json::value& body) {
  auto out = request(method, target_of(path, {}));
  out.headers.set("Content-Type", "application/json");
  out.body = json::serialize(body);
  return parse(TRY(exchange(out)));
}

Result<json::value> ApiClient::replace(std::string_view path, const json::value& body, std::string_view etag) {
  auto out = request(net::Method::put, target_of(path, {}));
  out.headers.set("Content-Type", "application/json");
  out.headers.set("If-Match", etag);
  out.body = json::serialize(body);
  return parse(TRY(exchange(out)));
}

Result<json::value> ApiClient::send(net::Method method, std::string_view path) {
  return parse(TRY(exchange(request(method, target_of(path, {})))));
}

Result<json::value> ApiClient::write(net::Method method, std::string_view path, const json::value& body,
                                     const std::string& etag) {
  SystemRandom random;
  auto out = request(method, target_of(path, {}));
  out.headers.set("Idempotency-Key", make_uuid(random));
  if (!etag.empty()) out.headers.set("If-Match", etag);
  if (!body.is_null()) {
    out.headers.set("Content-Type", "application/json");
    out.body = json::serialize(body);
  }
  auto answer = exchange(out);
  const bool lost = !answer && (answer.error().code == Errc::unavailable || answer.error().code == Errc::timeout);
  if (lost) answer = exchange(out);
  return parse(TRY(std::move(answer)));
}

Result<std::string> ApiClient::etag_of(std::string_view path) {
  const auto response = TRY(client_->send(request(net::Method::get, target_of(path, {}))));
  if (response.status != 200) return std::unexpected(problem_of(response));
  return std::string(response.headers.get("ETag"));
}

Result<std::string> ApiClient::get_text(std::string_view path) {
  auto out = request(net::Method::get, target_of(path, {}));
  out.headers.set("Accept", "*/*");
  out.body_limit = kTextLimit;
  return exchange(out);
}

Result<std::string> ApiClient::download(std::string_view path, const Query& query) {
  auto out = request(net::Method::get, target_of(path, query));
  out.headers.set("Accept", "*/*");
  out.body_limit = kDownloadLimit;
  out.deadline_ms = kUploadMs;
  return exchange(out);
}

Result<std::string> ApiClient::post_for_bytes(std::string_view path, const json::value& body) {
  auto out = request(net::Method::post, target_of(path, {}));
  out.headers.set("Accept", "*/*");
  out.headers.set("Content-Type", "application/json");
  out.body = json::serialize(body);
  out.body_limit = kTextLimit;
  return exchange(out);
}

Result<json::value> ApiClient::upload(std::string_view path, const Query& query, std::string_view type,
                                      std::uint64_t size, std::function<Result<std::string>()> pieces) {
  auto out = request(net::Method::post, target_of(path, query));
  out.headers.set("Content-Type", type);
  out.body_pieces = std::move(pieces);
  out.body_size = size;
  out.deadline_ms = kUploadMs;
  return parse(TRY(exchange(out)));
}

Result<> ApiClient::remove(std::string_view path) {
  TRY(exchange(request(net::Method::delete_, target_of(path, {}))));
  return {};
}

Result<> ApiClient::follow(std::string_view path, std::string_view last_seen,
                           const std::function<bool(const net::Event&)>& on_event) {
  auto out = request(net::Method::get, target_of(path, {}));
  if (!last_seen.empty()) out.headers.set("Last-Event-ID", std::string(last_seen));
  out.headers.set("Accept", "text/event-stream");
  return client_->follow_events(out, on_event);
}

}  // namespace rollcall::cli
