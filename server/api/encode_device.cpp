// What a laptop said, under the long names of common/wire/report.h.
#include "common/wire/words.h"
#include "server/api/encode.h"

namespace rollcall::api {
namespace {

json::object encode(const wire::Identity& it) {
  json::object out;
  put_text(out, "serial", it.serial);
  put_text(out, "serial_source", it.serial_source);
  if (it.serial_is_placeholder) out["serial_is_placeholder"] = true;
  put_text(out, "manufacturer", it.manufacturer);
  put_text(out, "model", it.model);
  put_text(out, "bios_version", it.bios_version);
  put_text(out, "system_uuid", it.system_uuid);
  put_text(out, "machine_id_hash", it.machine_id_hash);
  put_text(out, "os_name", it.os_name);
  put_text(out, "os_version", it.os_version);
  put_text(out, "kernel", it.kernel);
  put_text(out, "agent_version", it.agent_version);
  put(out, "has_camera", it.has_camera);
  put(out, "has_keyboard", it.has_keyboard);
  put(out, "has_touchpad", it.has_touchpad);
  put(out, "has_touchscreen", it.has_touchscreen);
  return out;
}

json::object encode(const wire::BatteryPack& it) {
  json::object out{{"name", it.name}, {"state", wire::word_of(it.state)}};
  put(out, "percent", it.percent);
  put(out, "now_mwh", it.now_mwh);
  put(out, "full_mwh", it.full_mwh);
  put(out, "design_mwh", it.design_mwh);
  put(out, "cycles", it.cycles);
  put(out, "voltage_mv", it.voltage_mv);
  put(out, "power_mw", it.power_mw);
  put_text(out, "manufacturer", it.manufacturer);
  put_text(out, "model", it.model);
  put_text(out, "serial", it.serial);
  put_text(out, "technology", it.technology);
  return out;
}

json::object encode(const wire::Connectivity& it) {
  json::object out;
  json::array interfaces;
  for (const auto& interface : it.interfaces) {
    interfaces.push_back({{"name", interface.name},
                          {"kind", interface.kind},
                          {"up", interface.up},
                          {"has_ipv4", interface.has_ipv4},
                          {"has_ipv6", interface.has_ipv6},
                          {"default_route", interface.default_route}});
  }
  out["interfaces"] = std::move(interfaces);
  if (it.wifi) {
    // Which access point it is would be where the laptop is; it feeds the access point's sums only.
    json::object wifi;
    put(wifi, "signal_dbm", it.wifi->signal_dbm);
    put(wifi, "rate_mbps", it.wifi->rate_mbps);
    out["wifi"] = std::move(wifi);
  }
  out["on_school_network"] = it.on_school_network;
  put(out, "dns_ms", it.dns_ms);
  put(out, "connect_ms", it.connect_ms);
  put(out, "tls_ms", it.tls_ms);
  out["portal"] = wire::word_of(it.portal);
  put(out, "tls_intercepted", it.tls_intercepted);
  put_text(out, "proxy", it.proxy);
  return out;
}

json::object encode(const wire::Disk& it) {
  json::object out{{"name", it.name}, {"kind", it.kind}};
  put_text(out, "model", it.model);
  put(out, "smart_passed", it.smart_passed);
  put(out, "wear_percent", it.wear_percent);
  put(out, "power_on_hours", it.power_on_hours);
  put(out, "media_errors", it.media_errors);
  return out;
}

json::object encode(const wire::Health& it) {
  json::object out;
  json::array volumes, disks;
  for (const auto& volume : it.volumes) {
    volumes.push_back({{"mount", volume.mount}, {"size_mb", volume.size_mb}, {"free_mb", volume.free_mb}});
  }
  for (const auto& disk : it.disks) disks.push_back(encode(disk));
  out["volumes"] = std::move(volumes);
  out["disks"] = std::move(disks);
  put(out, "memory_total_mb", it.memory_total_mb);
  put(out, "memory_available_mb", it.memory_available_mb);
  put(out, "temperature_c", it.temperature_c);
  put(out, "uptime_s", it.uptime_s);
  put(out, "boot_count", it.boot_count);
  put(out, "unclean_shutdowns", it.unclean_shutdowns);
  put(out, "package_update_age_days", it.package_update_age_days);
  put(out, "disk_encrypted", it.disk_encrypted);
  put_text(out, "user_hash", it.user_hash);
  return out;
}

json::array encode(const std::vector<wire::CollectorResult>& collectors) {
  json::array out;
  for (const auto& it : collectors) {
    json::object one{{"name", it.name}, {"state", wire::word_of(it.state)}, {"duration_ms", it.duration_ms}};
    put_text(one, "error", it.error);
    out.push_back(std::move(one));
  }
  return out;
}

json::object encode(const wire::Report& report) {
  json::object out{{"sequence", report.sequence}, {"occasion", wire::word_of(report.occasion)}};
  put_text(out, "boot_id", report.boot_id);
  out["monotonic_ms"] = report.monotonic_ms;
  out["wall_ms"] = report.wall_ms;
  out["collectors"] = encode(report.collectors);
  if (report.identity) out["identity"] = encode(*report.identity);
  if (report.battery) {
    json::array packs;
    for (const auto& pack : report.battery->packs) packs.push_back(encode(pack));
    json::object battery{{"packs", std::move(packs)}};
    put(battery, "on_ac", report.battery->on_ac);
    out["battery"] = std::move(battery);
  }
  if (report.connectivity) out["connectivity"] = encode(*report.connectivity);
  if (report.health) out["health"] = encode(*report.health);
  return out;
}

json::object encode(const service::PackView& view) {
  json::object out = encode(view.pack);
  out["verdict"] = domain::name_of(view.verdict);
  put(out, "health_percent", view.health_percent);
  out["reasons"] = json::array(view.reasons.begin(), view.reasons.end());
  json::array days;
  for (const auto& day : view.days) {
    days.push_back({{"day_ms", std::int64_t{day.day} * kDayMs}, {"full_mwh", day.full_mwh}});
  }
  out["days"] = std::move(days);
  return out;
}

json::object encode(const service::AgentView& view) {
  json::object out{{"id", view.agent->agent_id}, {"enrolled_ms", view.agent->enrolled_ms}};
  out["revoked"] = view.agent->revoked;
  put(out, "superseded_ms", view.agent->superseded_ms);
  put(out, "last_report_ms", view.last_report_ms);
  put_text(out, "agent_version", view.agent_version);
  out["restored_image"] = view.restored_image;
  out["thinned"] = view.thinned;
  out["waiting"] = view.waiting;
  return out;
}

}  // namespace

json::object encode(const service::LatestReport& latest) {
  return {{"agent_id", latest.agent_id},
          {"received_ms", latest.received_ms},
          {"observed_ms", latest.observed_ms},
          {"report", encode(latest.report)}};
}

json::object encode(const service::DeviceView& view, std::int64_t reviews_open, std::int64_t now_ms) {
  json::object out = encode(view.row);
  out["state_reason"] = view.presence_reason;
  put(out, "next_expected_ms", view.next_expected_ms);
  out["reasons"] = json::array(view.reasons.begin(), view.reasons.end());
  out["server_ms"] = now_ms;
  out["reviews_open"] = reviews_open;
  put(out, "clock_skew_ms", view.clock_skew_ms);
  json::array packs, agents;
  for (const auto& pack : view.packs) packs.push_back(encode(pack));
  for (const auto& agent : view.agents) agents.push_back(encode(agent));
  out["packs"] = std::move(packs);
  out["agents"] = std::move(agents);
  out["collectors"] = json::array();
  if (view.latest) {
    const auto& report = view.latest->report;
    out["last_observed_ms"] = view.latest->observed_ms;
    out["last_occasion"] = wire::word_of(report.occasion);
    out["collectors"] = encode(report.collectors);
    if (report.identity) out["identity"] = encode(*report.identity);
    if (report.connectivity) out["connectivity"] = encode(*report.connectivity);
    if (report.health) out["health"] = encode(*report.health);
  }
  return out;
}

}  // namespace rollcall::api
