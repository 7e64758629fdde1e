#include "agent/sync/link.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/wire/packing.h"

namespace rollcall::sync {

Result<net::ClientResponse> Link::post(const std::string& target, std::string json, Patience patience, bool packed) {
  yielded_ = false;
  if (!client_) client_ = TRY(open_());
  net::ClientRequest request;
  request.method = net::Method::post;
  request.target = target;
  request.headers.set("Content-Type", "application/json");
  if (packed) request.headers.set("Content-Encoding", "deflate");
  request.body = packed ? wire::pack(json) : std::move(json);
  request.deadline_ms = patience.deadline_ms;
  if (patience.yields) request.give_up = urgent_;
  request.body_limit = kReplyLimit;
  request.keep_connection = true;
  auto response = client_->send(request);
  yielded_ = !response && request.give_up && request.give_up();
  if (!yielded_) learn(response);
  if (!response) close();
  return response;
}

void Link::learn(const Result<net::ClientResponse>& response) {
  if (response) {
    const auto& timing = response->timing;
    if (timing.dns_ms) facts_.dns_ms = timing.dns_ms;
    if (timing.connect_ms) facts_.connect_ms = timing.connect_ms;
    if (timing.tls_ms) facts_.tls_ms = timing.tls_ms;
    facts_.portal = wire::PortalState::clear;
    facts_.tls_intercepted = false;
    return;
  }
  facts_ = LinkFacts{};
  const bool certificate = response.error().code == Errc::permission_denied;
  if (certificate) facts_.tls_intercepted = response.error().message.starts_with(net::kTlsIntercepted);
}

void Link::close() {
  if (client_) client_->disconnect();
}

void Link::reopen() {
  close();
  client_.reset();
}

std::optional<std::int64_t> retry_after_ms(const net::ClientResponse& response) {
  const auto seconds = parse_number<std::int64_t>(trim(response.headers.get("Retry-After")));
  if (!seconds || *seconds < 0) return std::nullopt;
  return std::min(*seconds, kDayMs / kSecondMs) * kSecondMs;
}

std::string problem_text(const net::ClientResponse& response) {
  boost::json::error_code error;
  const auto body = boost::json::parse(response.body, error);
  const auto* problem = error ? nullptr : body.if_object();
  const auto* detail = problem == nullptr ? nullptr : problem->if_contains("detail");
  const auto* words = detail == nullptr ? nullptr : detail->if_string();
  const std::string_view text = words == nullptr ? std::string_view(response.body) : std::string_view(*words);
  return fmt::format("the server says: {} (HTTP {})", printable(clip_utf8(text, 300)), response.status);
}

}  // namespace rollcall::sync
