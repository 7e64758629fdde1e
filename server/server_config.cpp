#include "server/server_config.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <set>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "server/labels/label.h"

namespace rollcall {
namespace {

using config::Section;

constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

DoorSettings read_door(const Section& door, std::uint16_t port, std::int64_t connections) {
  DoorSettings out;
  out.address = door.text("address", "any");
  if (out.address != "any" && !parse_address(out.address)) {
    door.problem("address", out.address + " is neither a numeric address nor any");
  }
  out.port = static_cast<std::uint16_t>(door.integer("port", port, {0, 65'535}));
  out.connections = static_cast<std::size_t>(door.integer("connections", connections, {16, 1'000'000}));
  return out;
}

Network read_network(const Section& section, std::string_view key, const std::string& text) {
  const auto network = parse_network(text);
  if (!network) section.problem(key, text + " is not a network such as 10.20.0.0/16, nor an address");
  return network.value_or(Network{});
}

bool is_time_zone(const std::string& name) {
  try {
    return date::locate_zone(name) != nullptr;
  } catch (const std::exception&) {
    return false;
  }
}

// "07:30" as minutes after midnight.
std::optional<int> parse_time(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() != 2 || parts[0].size() != 2 || parts[1].size() != 2) return std::nullopt;
  const auto hour = parse_number<int>(parts[0]), minute = parse_number<int>(parts[1]);
  if (!hour || !minute || *hour < 0 || *hour > 24 || *minute < 0 || *minute > 59) return std::nullopt;
  const int minutes = *hour * 60 + *minute;
  return minutes <= 24 * 60 ? std::optional(minutes) : std::nullopt;
}

int read_time(const Section& hours, std::string_view key) {
  const auto time = parse_time(hours.text(key));
  if (!time) hours.problem(key, "must be a quoted time of day such as \"07:30\"");
  return time.value_or(0);
}

std::optional<wire::Policy::SchoolHours> read_hours(const Section& school) {
  if (!school.has("hours")) return std::nullopt;
  const auto hours = school.section("hours");
  wire::Policy::SchoolHours out;
  out.time_zone = hours.text("time_zone");
  if (!is_time_zone(out.time_zone)) {
    hours.problem("time_zone", out.time_zone + " is not a time zone such as America/New_York");
  }
  for (const auto& day : hours.texts("days", {"mon", "tue", "wed", "thu", "fri"})) {
    const auto found = std::ranges::find(kDays, day);
    if (found == kDays.end()) hours.problem("days", day + " is not one of mon, tue, wed, thu, fri, sat, sun");
    else out.days.push_back(static_cast<int>(found - kDays.begin()) + 1);
  }
  out.start_minute = read_time(hours, "start");
  out.end_minute = read_time(hours, "end");
  if (out.end_minute <= out.start_minute) hours.problem("end", "must be after start");
  return out;
}

bool is_school_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && id != "none" && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

void read_schools(const Section& root, ServerConfig& out) {
  std::set<std::string> ids;
  for (const auto& section : root.sections("schools")) {
    service::ConfiguredSchool school;
    school.id = section.text("id");
    school.name = section.text("name");
    school.policy = out.fallback;
    school.policy.school_ssids = section.texts("ssids");
    school.policy.school_networks = section.texts("networks");
    for (const auto& network : school.policy.school_networks) read_network(section, "networks", network);
    school.policy.hours = read_hours(section);
    if (!is_school_id(school.id)) section.problem("id", "must be 1 to 64 of a-z 0-9 - _, and not \"none\"");
    if (!ids.insert(school.id).second) section.problem("id", "is used twice");
    out.schools.push_back(std::move(school));
  }
  for (const auto& school : out.schools) {
    const auto& policy = school.policy;
    out.fallback.school_ssids.insert(out.fallback.school_ssids.end(), policy.school_ssids.begin(),
                                     policy.school_ssids.end());
    out.fallback.school_networks.insert(out.fallback.school_networks.end(), policy.school_networks.begin(),
                                        policy.school_networks.end());
  }
}

}  // namespace

ServerConfig read_server_config(const config::Document& document) {
  const auto root = document.root();
  ServerConfig out;
  out.data = root.text("data", "/var/lib/rollcall");
  out.console = root.text("console", "/usr/share/rollcall/console");
  out.log_level = root.one_of<log::Level>("log_level", log::Level::info,
                                          {{"debug", log::Level::debug},
                                           {"info", log::Level::info},
                                           {"warn", log::Level::warn},
                                           {"error", log::Level::error}});
  out.names = root.texts("names");
  out.workers = static_cast<std::size_t>(root.integer("workers", 4, {1, 64}));

  const auto doors = root.section("doors");
  const auto people = doors.section("people");
  out.people = read_door(people, 8443, 5'000);
  out.certificate = people.text("certificate", "");
  out.key = people.text("key", "");
  if (out.certificate.empty() != out.key.empty()) people.problem("certificate", "and key: both or neither");
  const auto agents = doors.section("agents");
  out.agents = read_door(agents, 8444, 20'000);
  out.agents_url = agents.text("url", "");
  if (!out.agents_url.empty() && !out.agents_url.starts_with("https://")) {
    agents.problem("url", "must start with https://");
  }
  out.probe = read_door(doors.section("probe"), 8447, 1'000);
  for (const auto& proxy : doors.texts("trusted_proxies")) {
    out.trusted_proxies.push_back(read_network(doors, "trusted_proxies", proxy));
  }

  out.report_days = root.section("retention").integer("report_days", 30, {1, 3'650});
  const auto printed = root.section("labels");
  out.label_heading = printed.text("heading", "");
  if (out.label_heading.size() > labels::kMaxLineBytes || printable(out.label_heading) != out.label_heading) {
    printed.problem("heading", fmt::format("must be at most {} bytes of text that can be seen", labels::kMaxLineBytes));
  }
  const auto roster = root.section("roster");
  out.vanish_percent = static_cast<int>(roster.integer("vanish_percent", 10, {0, 100}));
  out.roster_folder = roster.text("folder", "");
  if (!out.roster_folder.empty() && !out.roster_folder.starts_with('/')) roster.problem("folder", "must be a whole path");
  const auto check_in = root.section("check_in");
  out.fallback.interval_s =
      check_in.duration_ms("interval", 5 * kMinuteMs, {30 * kSecondMs, kDayMs}) / kSecondMs;
  out.fallback.off_campus_interval_s =
      check_in.duration_ms("off_campus_interval", kHourMs, {kHourMs, 7 * kDayMs}) / kSecondMs;
  read_schools(root, out);
  return out;
}

Result<ServerConfig> load_server_config(const Files& files, const std::string& path) {
  const auto document = TRY(config::Document::load(files, path));
  auto out = read_server_config(document);
  TRY(document.finish());
  return out;
}

}  // namespace rollcall
