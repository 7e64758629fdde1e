// Phase: is there a sign-in page between us and the server? Asked only after an exchange has failed.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/sync/link.h"
#include "common/base/result.h"
#include "common/net/http_client.h"
#include "common/wire/report.h"

namespace rollcall::sync {

using OpenProbe = std::function<Result<std::unique_ptr<net::HttpClient>>()>;

// GET /generate_204 in plain HTTP on the server's probe port. An empty 204 is a clear way; any other answer
// comes from a portal; no answer within two seconds, or given up for something urgent, says nothing.
wire::PortalState probe_portal(const OpenProbe& open, const Urgent& urgent);

// The probe's address from the server's: plain HTTP, the agents' port + 3 (8444 → 8447), the same host.
// Errors: invalid_argument.
Result<std::string> probe_url_of(const std::string& server_url);

}  // namespace rollcall::sync
