#include "server/api/encode.h"

#include "common/wire/words.h"

namespace rollcall::api {

json::object encode(const domain::Scope& scope) {
  json::object out{{"kind", domain::name_of(scope.kind)}};
  if (scope.kind == domain::ScopeKind::district) return out;
  json::array ids;
  for (const auto& id : scope.ids) ids.emplace_back(id);
  out["ids"] = std::move(ids);
  return out;
}

json::object encode(const domain::User& user) {
  json::object out;
  out["id"] = user.user_id;
  out["name"] = user.name;
  out["role"] = domain::name_of(user.role);
  out["scope"] = encode(user.scope);
  out["disabled"] = user.disabled;
  out["must_change_password"] = user.one_time_until_ms.has_value();
  out["created_ms"] = user.created_ms;
  put(out, "last_sign_in_ms", user.last_sign_in_ms);
  return out;
}

json::object encode(const service::DeviceRow& row) {
  json::object out;
  out["id"] = row.id;
  out["tag"] = row.tag;
  out["serial"] = row.serial;
  out["manufacturer"] = row.manufacturer;
  out["model"] = row.model;
  put_text(out, "school", row.school_id);
  put_standing(out, row.standing);
  out["held_by"] = domain::name_of(row.held_by);
  out["state"] = domain::name_of(row.presence);
  out["state_since_ms"] = row.presence_since_ms;
  out["verdict"] = domain::name_of(row.verdict);
  put(out, "health_percent", row.health_percent);
  put(out, "percent", row.percent);
  put(out, "on_ac", row.on_ac);
  put(out, "last_report_ms", row.last_report_ms);
  out["created_ms"] = row.created_ms;
  return out;
}

json::object encode(const service::BatteryCurve& curve) {
  json::array points;
  points.reserve(curve.points.size());
  for (const auto& point : curve.points) {
    json::object out{{"observed_ms", point.observed_ms}, {"pack", point.pack}};
    put(out, "percent", point.percent);
    put(out, "power_mw", point.power_mw);
    out["state"] = wire::word_of(point.state);
    put(out, "on_ac", point.on_ac);
    points.push_back(std::move(out));
  }
  return {{"from_ms", curve.from_ms}, {"to_ms", curve.to_ms}, {"points", std::move(points)}};
}

json::object encode(const service::TimelineEntry& entry) {
  json::object out;
  out["observed_ms"] = entry.observed_ms;
  out["received_ms"] = entry.received_ms;
  out["kind"] = domain::name_of(entry.occasion);
  out["agent_id"] = entry.agent_id;
  out["sequence"] = entry.sequence;
  put(out, "percent", entry.percent);
  put(out, "on_ac", entry.on_ac);
  out["failed_collectors"] = json::array(entry.failed_collectors.begin(), entry.failed_collectors.end());
  return out;
}

json::object encode(const domain::TokenRecord& token, std::string_view created_by, std::int64_t now_ms) {
  json::object out;
  out["id"] = token.token_id;
  out["note"] = token.note;
  out["state"] = domain::name_of(domain::state_of(token, now_ms));
  out["created_ms"] = token.created_ms;
  out["created_by"] = created_by;
  out["expires_ms"] = token.expires_ms;
  out["max_uses"] = token.max_uses;
  out["uses"] = token.uses;
  out["serials"] = json::array(token.serials.begin(), token.serials.end());
  put_text(out, "school", token.school_id);
  put(out, "last_used_ms", token.last_used_ms);
  put(out, "revoked_ms", token.revoked_ms);
  return out;
}

json::object encode(const service::AuditRecord& record, std::string_view actor_name) {
  json::object out;
  out["seq"] = record.seq;
  out["at_ms"] = record.at_ms;
  out["actor"] = record.actor;
  put_text(out, "actor_name", actor_name);
  out["action"] = record.action;
  out["target"] = record.target;
  out["outcome"] = record.outcome;
  out["detail"] = record.detail;
  return out;
}

}  // namespace rollcall::api
