#include "server/service/report_mapping.h"

#include <algorithm>
#include <numeric>

#include "server/service/report_fields.h"

namespace rollcall::service {
namespace {

using detail::Reader;
using detail::Writer;
using domain::Section;

static_assert(static_cast<int>(domain::Occasion::battery_critical) == static_cast<int>(wire::Occasion::battery_critical));
static_assert(static_cast<int>(domain::Occasion::going_to_sleep) == static_cast<int>(wire::Occasion::going_to_sleep));

bool says_battery_absent(const wire::Report& report) {
  return std::ranges::any_of(report.collectors, [](const wire::CollectorResult& it) {
    return it.name == "battery" && it.state == wire::CollectorState::absent;
  });
}

template <class Body>
std::string_view write_steady(const Body& body, std::string& buffer) {
  buffer.clear();
  Writer steady(buffer);
  detail::steady(steady, body);
  return buffer;
}

template <class Body>
void fill(domain::SectionPart& part, const Body& body, std::string& buffer) {
  part.sampled = true;
  part.hash = domain::stable_hash(write_steady(body, buffer));
  if constexpr (requires(Writer& writer) { detail::varying(writer, body); }) {
    buffer.clear();
    Writer varying(buffer);
    detail::varying(varying, body);
    part.varying = buffer;
  }
}

template <class Body>
void read(std::string_view steady, std::string_view varying, Body& body) {
  Reader from_steady(steady);
  detail::steady(from_steady, body);
  if constexpr (requires(Reader& reader) { detail::varying(reader, body); }) {
    Reader from_varying(varying);
    detail::varying(from_varying, body);
  }
}

struct Parts {
  std::array<bool, domain::kSections> there{};
  std::array<std::string_view, domain::kSections> varying, steady;
};

bool read_report(const Parts& parts, std::int64_t observed_ms, wire::Report& report) {
  const auto part = [&](Section section, auto& body) {
    const std::size_t i = domain::index_of(section);
    if (parts.there[i]) read(parts.steady[i], parts.varying[i], body.emplace());
  };
  part(Section::identity, report.identity);
  part(Section::battery, report.battery);
  part(Section::connectivity, report.connectivity);
  part(Section::health, report.health);

  bool battery_absent = false;
  if (parts.there[domain::index_of(Section::frame)]) {
    Reader steady(parts.steady[domain::index_of(Section::frame)]);
    detail::steady(steady, report);
    Reader varying(parts.varying[domain::index_of(Section::frame)]);
    detail::varying(varying, report, battery_absent, observed_ms);
  }
  return battery_absent;
}

Parts parts_of(const domain::ReportEntry& entry, const storage::Sections& steady) {
  Parts parts;
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    const domain::SectionPart& part = entry.parts[i];
    parts.there[i] = part.sampled;
    parts.varying[i] = part.varying;
    if (part.logged) {
      parts.steady[i] = part.steady;
    } else if (steady[i]) {
      parts.steady[i] = *steady[i];
    }
  }
  return parts;
}

domain::ReportReading reading(const wire::Report& report, const domain::ReportEntry& entry, bool battery_absent) {
  domain::ReportReading out;
  out.battery_absent = battery_absent;
  if (entry.new_boot) out.boot = domain::stable_hash(report.boot_id);
  if (!report.battery) return out;
  out.percent = total_percent(*report.battery);
  out.on_ac = report.battery->on_ac;
  for (const wire::BatteryPack& pack : report.battery->packs) out.packs.push_back({pack.full_mwh, pack.cycles});
  if (!entry.part(Section::battery).logged) return out;
  for (const wire::BatteryPack& pack : report.battery->packs) {
    out.identities.push_back({storage::pack_key(entry.agent_no, pack.name, pack.manufacturer, pack.model, pack.serial),
                              pack.design_mwh.value_or(0)});
  }
  return out;
}

}  // namespace

void fill_parts(const wire::Report& report, domain::ReportEntry& entry, std::string& buffer) {
  domain::SectionPart& frame = entry.part(Section::frame);
  frame.sampled = true;
  frame.hash = domain::stable_hash(write_steady(report, buffer));
  bool battery_absent = says_battery_absent(report);
  buffer.clear();
  Writer varying(buffer);
  detail::varying(varying, report, battery_absent, entry.observed_ms);
  frame.varying = buffer;

  if (report.identity) fill(entry.part(Section::identity), *report.identity, buffer);
  if (report.battery) fill(entry.part(Section::battery), *report.battery, buffer);
  if (report.connectivity) fill(entry.part(Section::connectivity), *report.connectivity, buffer);
  if (report.health) fill(entry.part(Section::health), *report.health, buffer);
}

std::string steady_of(const wire::Report& report, Section section) {
  std::string out;
  switch (section) {
    case Section::frame: write_steady(report, out); break;
    case Section::identity: write_steady(*report.identity, out); break;
    case Section::battery: write_steady(*report.battery, out); break;
    case Section::connectivity: write_steady(*report.connectivity, out); break;
    case Section::health: write_steady(*report.health, out); break;
  }
  return out;
}

domain::ReportReading reading_of(const wire::Report& report, const domain::ReportEntry& entry) {
  return reading(report, entry, says_battery_absent(report));
}

domain::ReportReading reading_of(const domain::ReportEntry& entry) {
  wire::Report report;
  const bool battery_absent = read_report(parts_of(entry, {}), entry.observed_ms, report);
  return reading(report, entry, battery_absent);
}

wire::Report report_of(const domain::ReportEntry& entry, const storage::Sections& steady) {
  wire::Report report;
  report.sequence = entry.sequence;
  report.occasion = static_cast<wire::Occasion>(entry.occasion);
  read_report(parts_of(entry, steady), entry.observed_ms, report);
  return report;
}

wire::Report latest_of(const domain::DeviceState& state, const storage::Sections& steady) {
  Parts parts;
  for (std::size_t i = 0; i < domain::kSections; ++i) {
    parts.there[i] = state.sampled_ms[i] != 0;
    parts.varying[i] = state.varying[i];
    if (steady[i]) parts.steady[i] = *steady[i];
  }
  wire::Report report;
  report.sequence = state.newest_sequence;
  report.occasion = static_cast<wire::Occasion>(state.word.occasion);
  read_report(parts, state.word.observed_ms, report);
  return report;
}

void keep_known(const wire::Identity& known, wire::Identity& news) {
  if (news.serial.empty() && !news.serial_is_placeholder) {
    news.serial = known.serial;
    news.serial_source = known.serial_source;
  }
  const auto keep = [](const std::string& old, std::string& now) {
    if (now.empty()) now = old;
  };
  keep(known.manufacturer, news.manufacturer);
  keep(known.model, news.model);
  keep(known.bios_version, news.bios_version);
  keep(known.system_uuid, news.system_uuid);
  keep(known.machine_id_hash, news.machine_id_hash);
  keep(known.os_name, news.os_name);
  keep(known.os_version, news.os_version);
}

wire::Identity identity_of(std::string_view steady) {
  wire::Identity identity;
  read(steady, {}, identity);
  return identity;
}

std::vector<storage::Pack> packs_of(const wire::Battery& battery, std::int64_t agent_no) {
  std::vector<storage::Pack> packs;
  for (const wire::BatteryPack& pack : battery.packs) {
    packs.push_back({storage::pack_key(agent_no, pack.name, pack.manufacturer, pack.model, pack.serial), pack.name,
                     pack.manufacturer, pack.model, pack.serial, pack.technology, pack.design_mwh.value_or(0)});
  }
  return packs;
}

std::optional<double> total_percent(const wire::Battery& battery) {
  double now = 0, full = 0, percent = 0;
  std::size_t with_energy = 0, with_percent = 0;
  for (const wire::BatteryPack& pack : battery.packs) {
    if (pack.now_mwh && pack.full_mwh.value_or(0) > 0) {
      now += static_cast<double>(*pack.now_mwh);
      full += static_cast<double>(*pack.full_mwh);
      ++with_energy;
    }
    if (pack.percent) percent += *pack.percent, ++with_percent;
  }
  // One pack's own gauge is what the laptop itself shows.
  if (battery.packs.size() == 1 && with_percent == 1) return percent;
  if (with_energy != 0 && with_energy == battery.packs.size()) return 100.0 * now / full;
  if (with_percent != 0) return percent / static_cast<double>(with_percent);
  return std::nullopt;
}

}  // namespace rollcall::service
