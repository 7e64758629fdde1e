#include <memory>

#include "common/wire/codec.h"
#include "common/wire/limits.h"
#include "server/api/agent_pace.h"
#include "server/api/json.h"
#include "server/api/problem.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

net::Response wire_response(std::string body) {
  net::Response response;
  response.headers.set("Content-Type", "application/json");
  response.body = std::move(body);
  return response;
}

net::Response outcome_response(service::IngestOutcome outcome) {
  if (!outcome.reply) {
    auto response = problem(outcome.reply.error());
    if (outcome.retry_after_s > 0) response.headers.set("Retry-After", std::to_string(outcome.retry_after_s));
    return response;
  }
  auto response = wire_response(wire::encode(*outcome.reply));
  response.close = !outcome.reply->keep_connection;
  return response;
}

// A certificate request is at most 4 KiB, and anybody may send one.
constexpr std::size_t kRequestLimit = 8 * 1024;

// Decoding takes microseconds, so it stays on the loop: a hop to a worker and back costs more.
void check_in(service::Ingest& ingest, AgentPace& pace, Call call, net::Reply reply) {
  auto decoded = wire::decode_check_in(call.request.body);
  if (!decoded) return reply(problem(decoded.error()));
  const auto wait_s = pace.charge(call.caller.agent->agent_no, decoded->message.reports.size(), call.request.body.size());
  if (wait_s > 0) return reply(problem_rate_limited(wait_s, "this laptop brings more than any laptop has to tell"));
  ingest.submit(std::move(call.caller.agent), std::move(*decoded), call.request.peer.address,
                [reply = std::move(reply)](service::IngestOutcome outcome) mutable {
                  reply(outcome_response(std::move(outcome)));
                });
}

Result<net::Response> enroll(service::Enrolment& enrolment, const Call& call) {
  const auto decoded = TRY(wire::decode_enrol_request(call.request.body));
  return wire_response(wire::encode(TRY(enrolment.enroll(decoded.message))));
}

Result<net::Response> renew(service::Enrolment& enrolment, const Call& call) {
  const auto decoded = TRY(wire::decode_renew_request(call.request.body));
  const auto renewed = enrolment.renew(decoded.message, call.request.peer.certificate->key_id);
  if (!renewed && renewed.error().code == Errc::rate_limited) {
    return problem_rate_limited(service::Enrolment::kCertificatesWindowMs / kSecondMs, renewed.error().message);
  }
  return wire_response(wire::encode(TRY(renewed)));
}

}  // namespace

Routes agent_routes(service::Enrolment& enrolment, service::Ingest& ingest, const Clock& clock) {
  const auto pace = std::make_shared<AgentPace>(clock);
  return {
      // First, because it is asked for a thousand times as often.
      {Method::post, "/agent/v1/reports", Permission::report, ScopeKind::self, Where::loop, wire::kMaxBodyBytes,
       [&ingest, pace](Call call, net::Reply reply) { check_in(ingest, *pace, std::move(call), std::move(reply)); }},
      {Method::post, "/agent/v1/enroll", Permission::enroll, ScopeKind::self, Where::worker, kRequestLimit,
       [&enrolment](Call& call) { return enroll(enrolment, call); }},
      {Method::post, "/agent/v1/renew", Permission::renew, ScopeKind::self, Where::worker, kRequestLimit,
       [&enrolment](Call& call) { return renew(enrolment, call); }},
  };
}

Routes probe_routes() {
  return {{Method::get, "/generate_204", Permission::public_, ScopeKind::self, Where::loop, 0,
           [](Call&) -> Result<net::Response> { return no_content(); }}};
}

}  // namespace rollcall::api
