#include "server/api/once.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "common/base/digest.h"
#include "server/api/problem.h"
#include "server/service/versions.h"

namespace rollcall::api {
namespace {

constexpr std::string_view kHeader = "Idempotency-Key";

Result<std::string> key_of(const Call& call, Key wanted) {
  const auto key = call.request.headers.get(kHeader);
  if (key.empty() && wanted == Key::optional) return std::string();
  if (key.empty()) {
    return fail(Errc::invalid_argument,
                "Idempotency-Key is missing: make one up for each thing that is done, and send the same one when the "
                "same request is sent again",
                std::string(kHeader));
  }
  const bool plain = std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; });
  if (plain && key.size() <= service::Writes::kMaxKey) return std::string(key);
  return fail(Errc::invalid_argument,
              "Idempotency-Key must be 1 to " + std::to_string(service::Writes::kMaxKey) +
                  " letters, digits and signs of ASCII",
              std::string(kHeader));
}

Sha256 hash_of(const Call& call) {
  std::string all;
  const auto add = [&](std::string_view part) { all.append(std::to_string(part.size())).append(":").append(part); };
  add(net::name_of(call.request.method));
  add(call.request.path);
  for (const auto& [name, value] : call.request.query) add(name), add(value);
  add(call.request.headers.get("If-Match"));
  add(call.request.body);
  return sha256(all);
}

service::Answer answer_of(net::Response response) {
  return {response.status, std::string(response.headers.get("ETag")), std::get<std::string>(std::move(response.body))};
}

net::Response response_of(service::Writes::Once once) {
  if (once.other_request) {
    return problem(422, "idempotency-key-reused", "This Idempotency-Key was sent with another request before.");
  }
  net::Response response;
  response.status = once.answer.status;
  const bool refused = response.status >= 400;
  if (!once.answer.body.empty()) {
    response.headers.set("Content-Type", refused ? "application/problem+json" : "application/json");
  }
  if (!once.answer.etag.empty()) response.headers.set("ETag", once.answer.etag);
  if (once.again) response.headers.set("Idempotency-Replayed", "true");
  response.body = std::move(once.answer.body);
  return response;
}

}  // namespace

net::Response refusal(const Error& error) {
  const bool past = error.code == Errc::conflict && error.field == service::kVersionField;
  return past ? problem(412, "precondition-failed", error.message) : problem(error);
}

Result<net::Response> answer_once(service::Writes& writes, const Call& call, Key wanted, const WriteWork& work) {
  const service::Attempt attempt{TRY(key_of(call, wanted)), hash_of(call)};
  const auto kept_refusal = [&](const Error& error) -> std::optional<service::Answer> {
    // What depends on the state of things. What is wrong with the request itself is wrong every time.
    if (error.code == Errc::conflict || error.code == Errc::already_exists || error.code == Errc::not_found) {
      return answer_of(api::refusal(error));
    }
    return std::nullopt;
  };
  auto once = TRY(writes.once(
      call.caller.actor(), attempt,
      [&](service::Write& write) -> Result<service::Answer> { return answer_of(TRY(work(write))); }, kept_refusal));
  return response_of(std::move(once));
}

}  // namespace rollcall::api
