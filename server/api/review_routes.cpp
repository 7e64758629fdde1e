#include "server/api/encode.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;

constexpr std::size_t kBodyLimit = 4 * 1024;

std::string reason_of(const domain::Review& review) {
  if (review.kind == domain::ReviewKind::contested_serial && review.other_device_id.empty()) {
    return "The laptop reports the serial number " + review.claimed_serial +
           ", which is not this device's. Was its disk moved or copied?";
  }
  if (review.kind == domain::ReviewKind::contested_serial) {
    return "Two laptops claim the serial number " + review.claimed_serial + ".";
  }
  if (review.claimed_serial.empty()) return "The laptop's firmware holds no serial number.";
  return "The laptop's firmware holds a filler instead of a serial number: " + review.claimed_serial + ".";
}

json::object candidate(const service::DeviceRow& row) {
  json::object out;
  out["device_id"] = row.id;
  out["tag"] = row.tag;
  out["serial"] = row.serial;
  out["manufacturer"] = row.manufacturer;
  out["model"] = row.model;
  put(out, "last_report_ms", row.last_report_ms);
  return out;
}

json::object describe(const domain::Review& review, const service::Fleet& fleet) {
  json::object out;
  out["id"] = review.review_id;
  out["kind"] = domain::name_of(review.kind);
  out["state"] = review.resolved_ms ? "resolved" : "open";
  out["opened_ms"] = review.created_ms;
  out["reason"] = reason_of(review);
  out["agent_id"] = review.agent_id;
  out["device_id"] = review.device_id;
  out["serial"] = review.claimed_serial;
  out["manufacturer"] = review.maker;
  out["model"] = review.model;
  json::array candidates;
  if (auto row = fleet.row(review.other_device_id)) candidates.push_back(candidate(*row));
  out["candidates"] = std::move(candidates);
  put(out, "resolved_ms", review.resolved_ms);
  if (review.resolution) out["action"] = domain::name_of(*review.resolution);
  return out;
}

Result<net::Response> list(service::Reviews& reviews, const service::Fleet& fleet, const Call& call) {
  Query query(call.request);
  const auto asked = query.page(service::Reviews::kMaxPage);
  TRY(query.done());
  const auto page = TRY(reviews.open(asked.cursor, asked.limit));
  json::array items;
  for (const auto& review : page.reviews) items.push_back(describe(review, fleet));
  return paged(std::move(items), page.next_cursor);
}

Result<net::Response> resolve(service::Reviews& reviews, const service::Fleet& fleet, Call& call) {
  auto body = TRY(Body::parse(call.request));
  const auto action = domain::parse_review_action(body.text("action", 16));
  const auto device_id = body.optional_text("device_id", 64).value_or("");
  if (!action) body.refuse("action", "must be attach, separate or dismiss");
  TRY(body.done());
  const auto review = TRY(reviews.resolve(call.caller.actor(), call.parameters[0], *action, device_id));
  return json_response(describe(review, fleet));
}

}  // namespace

Routes review_routes(service::Reviews& reviews, service::Fleet& fleet) {
  using P = domain::Permission;
  return {
      {Method::get, "/api/v1/reviews", P::view_reviews, ScopeKind::district, Where::worker, 0,
       [&reviews, &fleet](Call& call) { return list(reviews, fleet, call); }},
      {Method::post, "/api/v1/reviews/{id}", P::resolve_reviews, ScopeKind::district, Where::worker, kBodyLimit,
       [&reviews, &fleet](Call& call) { return resolve(reviews, fleet, call); }},
  };
}

}  // namespace rollcall::api
