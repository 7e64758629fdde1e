#include "server/api/problem.h"

#include "common/base/log.h"
#include "server/api/encode.h"

namespace rollcall::api {
namespace {

// `more`: members beside those that every problem has.
net::Response respond(int status, std::string_view name, std::string_view detail, std::string_view field,
                      const json::object& more = {}) {
  json::object body;
  body["type"] = "urn:rollcall:problem:" + std::string(name);
  body["title"] = title_of(status);
  body["status"] = status;
  if (!detail.empty()) body["detail"] = detail;
  if (!field.empty()) body["field"] = field;
  for (const auto& [key, value] : more) body[key] = value;
  net::Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/problem+json");
  response.body = json::serialize(body);
  if (status == 401) response.headers.set("WWW-Authenticate", "Bearer");
  if (status == 503) response.headers.set("Retry-After", "5");
  return response;
}

std::string type_of(Errc code) {
  std::string name(name_of(code));
  for (char& c : name) {
    if (c == '_') c = '-';
  }
  return name;
}

}  // namespace

int status_of(Errc code) {
  switch (code) {
    case Errc::invalid_argument: return 400;
    case Errc::not_found: return 404;
    case Errc::already_exists: return 409;
    case Errc::conflict: return 409;
    case Errc::unauthenticated: return 401;
    case Errc::permission_denied: return 403;
    case Errc::too_large: return 413;
    case Errc::rate_limited: return 429;
    case Errc::unavailable: return 503;
    case Errc::timeout: return 503;
    case Errc::storage_full: return 507;
    case Errc::corrupt: return 500;
    case Errc::io: return 500;
    case Errc::internal: return 500;
  }
  return 500;
}

std::string_view title_of(int status) {
  switch (status) {
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    case 507: return "Insufficient Storage";
    default: return status < 500 ? "Bad Request" : "Internal Server Error";
  }
}

net::Response problem(const Error& error) {
  const int status = status_of(error.code);
  if (status == 500) {
    log::error("answered 500 ({}): {}", name_of(error.code), error.message);
    return respond(status, type_of(error.code), "The server's log says what went wrong.", {});
  }
  if (status >= 503) log::warn("answered {}: {}", status, error.message);
  auto response = respond(status, type_of(error.code), error.message, error.field);
  if (status == 429) response.headers.set("Retry-After", "60");
  return response;
}

net::Response problem(int status, std::string_view name, std::string_view detail, std::string_view field) {
  return respond(status, name, detail, field);
}

net::Response problem_rate_limited(std::int64_t retry_after_s, std::string_view detail) {
  auto response = respond(429, "rate-limited", detail, {});
  response.headers.set("Retry-After", std::to_string(retry_after_s));
  return response;
}

net::Response problem_blocked(const domain::Blockers& blockers) {
  json::array list;
  for (const auto& it : blockers) list.push_back(encode(it));
  return respond(409, "blocked", blockers.empty() ? "" : blockers.front().message, {}, {{"blockers", std::move(list)}});
}

}  // namespace rollcall::api
