// The version of a record as an ETag: told with what was read, asked back with what is changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/base/text.h"
#include "common/net/http_message.h"
#include "server/api/problem.h"

namespace rollcall::api {

inline std::string etag_of(std::int64_t version) { return "\"v" + std::to_string(version) + '"'; }

// What If-Match says was read. Nothing without it; -1, which no record ever has, for what etag_of() never wrote.
inline std::optional<std::int64_t> seen_version(const net::Request& request) {
  const std::string_view etag = request.headers.get("If-Match");
  if (etag.empty()) return std::nullopt;
  if (!etag.starts_with("\"v") || !etag.ends_with('"') || etag.size() < 4) return -1;
  return parse_number<std::int64_t>(etag.substr(2, etag.size() - 3)).value_or(-1);
}

// 428: who changes a record says which version they saw.
inline net::Response no_seen_version() {
  return problem(428, "precondition-required", "If-Match must carry the ETag that was read.");
}

// Of a change over a version that was seen: a conflict is 412.
inline Result<net::Response> not_changed(Error error) {
  if (error.code == Errc::conflict) return problem(412, "precondition-failed", error.message);
  return std::unexpected(std::move(error));
}

}  // namespace rollcall::api
