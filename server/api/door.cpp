#include "server/api/door.h"

#include <memory>
#include <utility>

#include "common/base/address.h"
#include "common/base/log.h"
#include "common/base/text.h"
#include "server/api/problem.h"

namespace rollcall::api {
namespace {

// No script, style or image of an answer of the API is ever run; the console's own files say more.
constexpr std::string_view kClosedPolicy = "default-src 'none'; frame-ancestors 'none'";

void harden(net::Headers& headers) {
  if (!headers.has("Content-Security-Policy")) headers.set("Content-Security-Policy", kClosedPolicy);
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Referrer-Policy", "no-referrer");
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
}

// None of these is sent by a form of another site without asking first.
bool is_file(std::string_view content_type) {
  const auto type = trim(content_type.substr(0, content_type.find(';')));
  return equal_ignoring_case(type, "application/zip") || equal_ignoring_case(type, "text/csv") ||
         equal_ignoring_case(type, "application/octet-stream");
}

bool is_json(std::string_view content_type) {
  const auto type = trim(content_type.substr(0, content_type.find(';')));
  return equal_ignoring_case(type, "application/json");
}

}  // namespace

Door::Begun Door::begin(const net::RequestHead& head) const {
  const auto host = head.headers.get("Host");
  return {parts_.clock.monotonic_ms(), host == "localhost" || host.starts_with("localhost:")};
}

net::Response Door::finish(net::Response response, const Begun& begun) {
  parts_.metrics.count(response.status, parts_.clock.monotonic_ms() - begun.started_ms);
  if (!parts_.for_browsers) return response;
  harden(response.headers);
  // The rule counts for every port of a name: on localhost it would lock out whatever else a developer runs.
  if (!begun.on_localhost) response.headers.set("Strict-Transport-Security", "max-age=31536000");
  return response;
}

net::Response Door::nothing_here(const net::RequestHead& head, const Router::Match& match) const {
  if (!match.allowed.empty()) {
    auto response = problem(405, "method-not-allowed", "This path knows only " + match.allowed + ".");
    response.headers.set("Allow", match.allowed);
    return response;
  }
  if (parts_.files) {
    if (auto file = parts_.files->find(head)) return std::move(*file);
  }
  return problem(404, "not-found", "Nothing is here.");
}

net::HttpHandler::Plan Door::plan(const net::RequestHead& head) {
  const auto begun = begin(head);
  const auto match = parts_.router.match(head.method, head.path);
  if (!match.route) return {.refusal = finish(nothing_here(head, match), begun)};
  // Before the body is read: nobody without a right to ask may make the server hold 64 KiB.
  if (auto caller = parts_.guard.admit(head, *match.route); !caller) {
    return {.refusal = finish(problem(caller.error()), begun)};
  }
  return {.body_limit = match.route->body_limit,
          .spool_folder = match.route->spool_folder,
          .on_loop = match.route->where != Where::worker};
}

void Door::handle(net::Request request, net::Reply reply) {
  const auto begun = begin(request);
  auto match = parts_.router.match(request.method, request.path);
  if (!match.route) return reply(finish(problem(404, "not-found", "Nothing is here."), begun));
  // Again: between the head and the end of the body the session or the certificate may have been revoked.
  auto caller = parts_.guard.admit(request, *match.route);
  if (!caller) return reply(finish(problem(caller.error()), begun));
  const auto content_type = request.headers.get("Content-Type");
  if (!match.route->spool_folder.empty() && !is_file(content_type)) {
    return reply(finish(
        problem(415, "unsupported-media-type", "The body must be application/zip, text/csv or application/octet-stream."),
        begun));
  }
  if (parts_.for_browsers && !request.body.empty() && !is_json(content_type)) {
    return reply(finish(problem(415, "unsupported-media-type", "The body must be application/json."), begun));
  }
  Call call{std::move(request), std::move(match.parameters), std::move(*caller)};
  if (const auto* later = std::get_if<AnswerLater>(&match.route->handler)) {
    (*later)(std::move(call), [this, begun, reply = std::move(reply)](net::Response response) mutable {
      reply(finish(std::move(response), begun));
    });
    return;
  }
  const auto& answer = std::get<Answer>(match.route->handler);
  if (match.route->where == Where::hasher && parts_.hashers) {
    return hash(std::move(call), answer, begun, std::move(reply));
  }
  auto response = answer(call);
  reply(finish(response ? std::move(*response) : problem(response.error()), begun));
}

void Door::hash(Call call, const Answer& answer, const Begun& begun, net::Reply reply) {
  // Of the two that share it, one is called.
  auto waiting = std::make_shared<net::Reply>(std::move(reply));
  const auto& who = call.caller.person;
  // Nobody who is signed in already waits with the strangers of their network.
  FairQueue::Waiting newcomer{.crowd = who ? "user:" + who->user_id : block_of(call.request.peer.address)};
  newcomer.work = [this, call = std::move(call), &answer, begun, waiting]() mutable {
    auto response = answer(call);
    (*waiting)(finish(response ? std::move(*response) : problem(response.error()), begun));
  };
  newcomer.turned_away = [this, begun, waiting] { (*waiting)(turn_away(begun)); };
  parts_.hashers(std::move(newcomer));
}

net::Response Door::turn_away(const Begun& begun) {
  if (const auto times = turned_away_.count(parts_.clock.monotonic_ms()); times > 0) {
    log::warn("answered 503: too many people are signing in ({} since this was last said)", times);
  }
  return finish(problem(503, "unavailable", "Too many people are signing in; try again in a moment."), begun);
}

net::Response Door::refuse(int status, std::string_view reason) {
  const auto name = status == 413 ? "too-large" : status == 507 ? "storage-full" : "bad-request";
  return finish(problem(status, name, reason),
                {parts_.clock.monotonic_ms(), false});
}

}  // namespace rollcall::api
