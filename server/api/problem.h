// Errors as RFC 9457 problems: the one place where an Errc becomes an HTTP status.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/net/http_message.h"
#include "server/domain/custody.h"

namespace rollcall::api {

int status_of(Errc code);

// A fault of ours (corrupt, io, internal) is logged here, where it is handled, and told without its detail.
net::Response problem(const Error& error);

// For what an Errc cannot say. `name` is the last part of the type: "precondition-failed".
net::Response problem(int status, std::string_view name, std::string_view detail, std::string_view field = {});

// Try again after this many seconds.
net::Response problem_rate_limited(std::int64_t retry_after_s, std::string_view detail);

// A movement of a device that something is in the way of: `blockers` lists what, and what to do about each.
net::Response problem_blocked(const domain::Blockers& blockers);

// The phrase of RFC 9110 for a status.
std::string_view title_of(int status);

}  // namespace rollcall::api
