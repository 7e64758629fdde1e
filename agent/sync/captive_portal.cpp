#include "agent/sync/captive_portal.h"

#include <fmt/core.h>

#include <boost/url/parse.hpp>

#include "common/base/log.h"
#include "common/base/text.h"

namespace rollcall::sync {

namespace {
constexpr std::int64_t kDeadlineMs = 2'000;
constexpr std::size_t kPageLimit = 64 * 1024;
constexpr unsigned kDefaultAgentsPort = 443;
constexpr unsigned kProbeAfterAgents = 3;
}  // namespace

wire::PortalState probe_portal(const OpenProbe& open, const Urgent& urgent) {
  auto client = open();
  if (!client) {
    log::debug("the portal probe did not start: {}", client.error().message);
    return wire::PortalState::unknown;
  }
  net::ClientRequest request;
  request.method = net::Method::get;
  request.target = "/generate_204";
  request.deadline_ms = kDeadlineMs;
  request.give_up = urgent;
  request.body_limit = kPageLimit;
  const auto response = (*client)->send(request);
  // A page too large to read is a page; what is not HTTP at all (io) is no portal that a person could use.
  if (!response) {
    return response.error().code == Errc::too_large ? wire::PortalState::portal : wire::PortalState::unknown;
  }
  const bool clear = response->status == 204 && response->body.empty();
  return clear ? wire::PortalState::clear : wire::PortalState::portal;
}

Result<std::string> probe_url_of(const std::string& server_url) {
  const auto url = boost::urls::parse_uri(server_url);
  if (!url || url->scheme() != "https" || url->encoded_host().empty()) {
    return fail(Errc::invalid_argument, fmt::format("{} is not an address like https://host:8444", server_url));
  }
  const std::string port(url->port());
  const unsigned agents = port.empty() ? kDefaultAgentsPort : parse_number<unsigned>(port).value_or(0);
  if (agents == 0 || agents + kProbeAfterAgents > 65'535) {
    return fail(Errc::invalid_argument, fmt::format("{} has no usable port", server_url));
  }
  const std::string host(url->encoded_host());
  return fmt::format("http://{}:{}", host, agents + kProbeAfterAgents);
}

}  // namespace rollcall::sync
