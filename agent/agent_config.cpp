#include "agent/agent_config.h"

#include <algorithm>

namespace rollcall {

namespace {
constexpr std::int64_t kMiB = 1024 * 1024;
}

Result<AgentConfig> read_agent_config(const config::Document& document) {
  const config::Section root = document.root();
  AgentConfig out;
  out.state = root.text("state", out.state);
  if (!out.state.starts_with('/')) root.problem("state", "must be an absolute path");
  out.runtime = root.text("runtime", out.runtime);
  if (!out.runtime.starts_with('/')) root.problem("runtime", "must be an absolute path");
  out.enroll_file = root.text("enroll_file", out.enroll_file);
  if (!out.enroll_file.empty() && !out.enroll_file.starts_with('/')) {
    root.problem("enroll_file", "must be an absolute path, or \"\" for none");
  }
  out.log_level = root.one_of<log::Level>("log_level", out.log_level,
                                          {{"debug", log::Level::debug},
                                           {"info", log::Level::info},
                                           {"warn", log::Level::warn},
                                           {"error", log::Level::error}});
  out.proxy = root.text("proxy", out.proxy);
  out.portal_probe = root.text("portal_probe", out.portal_probe);
  const bool word = out.portal_probe == "auto" || out.portal_probe == "off";
  if (!word && !out.portal_probe.starts_with("http://")) {
    root.problem("portal_probe", "must be auto, off or an address like http://host:port");
  }
  out.start_jitter_ms = root.duration_ms("start_jitter", out.start_jitter_ms, {0, kHourMs});
  out.resume_jitter_ms = root.duration_ms("resume_jitter", out.resume_jitter_ms, {0, kHourMs});
  out.battery_critical_percent =
      root.integer("battery_critical_percent", out.battery_critical_percent, {0, 50});
  out.power_check_ms = root.duration_ms("power_check", out.power_check_ms, {5 * kSecondMs, kHourMs});
  const config::Section outbox = root.section("outbox");
  out.outbox_max_bytes = outbox.bytes("max_bytes", out.outbox_max_bytes, {kMiB / 4, 256 * kMiB});
  out.outbox_max_age_ms = outbox.duration_ms("max_age", out.outbox_max_age_ms, {kDayMs, 400 * kDayMs});
  const config::Section collect = root.section("collect");
  for (const auto& entry : collect::all_collectors()) {
    if (!collect.boolean(entry.name, true)) out.collectors_off.emplace_back(entry.name);
  }
  TRY(document.finish());
  return out;
}

Result<AgentConfig> load_agent_config(const Files& files, const std::string& path) {
  const auto document = config::Document::load(files, path);
  if (document) return read_agent_config(*document);
  const bool defaults = document.error().code == Errc::not_found && path == kAgentConfigPath;
  if (defaults) return AgentConfig{};
  return std::unexpected(document.error());
}

std::vector<collect::NamedCollector> chosen_collectors(const AgentConfig& config) {
  auto all = collect::all_collectors();
  std::erase_if(all, [&](const auto& entry) { return std::ranges::find(config.collectors_off, entry.name) != config.collectors_off.end(); });
  return all;
}

}  // namespace rollcall
