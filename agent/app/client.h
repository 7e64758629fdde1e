// The agent's HTTP clients: over mutual TLS to the server, by a token's fingerprint to enroll, in plain to probe.
#pragma once

#include <memory>
#include <string>

#include "agent/sync/enrol.h"
#include "agent/sync/state_folder.h"
#include "common/base/clock.h"
#include "common/net/http_client.h"

namespace rollcall::app {

// Starts with `session` and keeps the newest one in it; `session` outlives the client.
Result<std::unique_ptr<net::HttpClient>> open_server(const sync::Credentials& credentials, const std::string& proxy,
                                                     std::string& session, const Clock& clock);
Result<std::unique_ptr<net::HttpClient>> open_enrolment(const sync::EnrolInput& input, const std::string& proxy,
                                                        const Clock& clock);
// Never through the proxy: the portal that is looked for stands before it.
Result<std::unique_ptr<net::HttpClient>> open_probe(const std::string& url, const Clock& clock);

}  // namespace rollcall::app
