#include "server/service/history.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/base/digest.h"
#include "server/service/agent_states.h"
#include "server/service/report_chain.h"
#include "server/service/report_mapping.h"
#include "server/storage/packing.h"

namespace rollcall::service {
namespace {

using domain::Section;
using Item = ReportChain::Item;

// Items newest first, as a chain gives them. A steady part holds from the entry that logged it on, so walking
// back it belongs to the entries just passed. Where the entry that logged it was not reached, the nearest
// later one stands in, and without one the newest that is known.
std::vector<wire::Report> reports_of(const std::vector<Item>& items, std::map<std::int64_t, storage::Sections> known) {
  std::vector<wire::Report> reports(items.size());
  std::map<std::int64_t, std::vector<std::size_t>> pending;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item& item = items[i];
    auto& waiting = pending[item.agent->agent_no];
    waiting.push_back(i);
    storage::Sections& steady = known[item.agent->agent_no];
    bool any_logged = false;
    for (std::size_t section = 0; section < domain::kSections; ++section) {
      if (!item.entry.parts[section].logged) continue;
      steady[section] = item.entry.parts[section].steady;
      any_logged = true;
    }
    if (!any_logged) continue;
    for (const std::size_t place : waiting) reports[place] = report_of(items[place].entry, steady);
    waiting.clear();
  }
  for (const auto& [agent_no, waiting] : pending) {
    for (const std::size_t place : waiting) reports[place] = report_of(items[place].entry, known[agent_no]);
  }
  return reports;
}

// Of each slice of time its lowest, its highest and its first change of state.
std::vector<BatteryPoint> thin(const std::vector<BatteryPoint>& points, std::size_t most) {
  if (points.size() <= most || points.empty()) return points;
  const std::size_t slices = std::max<std::size_t>(most / 3, 1);
  const std::int64_t from = points.front().observed_ms;
  const std::int64_t width =
      (points.back().observed_ms - from) / static_cast<std::int64_t>(slices) + 1;
  std::vector<BatteryPoint> kept;
  for (std::size_t begin = 0, end = 0; begin < points.size(); begin = end) {
    const std::int64_t slice = (points[begin].observed_ms - from) / width;
    std::size_t lowest = begin, highest = begin, change = points.size();
    for (end = begin; end < points.size() && (points[end].observed_ms - from) / width == slice; ++end) {
      if (points[end].percent < points[lowest].percent) lowest = end;
      if (points[end].percent > points[highest].percent) highest = end;
      if (change == points.size() && end > 0 && points[end].state != points[end - 1].state) change = end;
    }
    std::vector<std::size_t> picked{lowest, highest};
    if (change < points.size()) picked.push_back(change);
    std::ranges::sort(picked);
    picked.erase(std::unique(picked.begin(), picked.end()), picked.end());
    for (const std::size_t place : picked) kept.push_back(points[place]);
  }
  return kept;
}

Result<std::map<std::int64_t, storage::Sections>> known_sections(const Fleet& fleet,
                                                                 const std::vector<domain::AgentHandle>& agents) {
  std::map<std::int64_t, storage::Sections> known;
  for (const auto& agent : agents) known[agent->agent_no] = TRY(fleet.states().sections(agent->agent_no));
  return known;
}

std::vector<ReportChain::Position> heads_of(const Fleet& fleet, const std::vector<domain::AgentHandle>& agents) {
  std::vector<ReportChain::Position> heads;
  for (const auto& agent : agents) heads.push_back({agent, fleet.states().get(agent->agent_no).log_id});
  return heads;
}

std::string encode_cursor(const std::vector<ReportChain::Position>& positions) {
  std::string bytes;
  storage::Packer pack(bytes);
  for (const auto& position : positions) {
    pack.signed_number(position.agent->agent_no);
    pack.signed_number(position.log_id);
  }
  return to_base64url(bytes);
}

// The heads moved to where the cursor says; an agent that joined the device since then is left out.
Result<> apply_cursor(std::string_view cursor, std::vector<ReportChain::Position>& positions) {
  if (cursor.empty()) return {};
  const auto bytes = from_base64url(cursor);
  if (!bytes) return fail(Errc::invalid_argument, "this is no cursor of a timeline", "cursor");
  std::map<std::int64_t, std::int64_t> stored;
  storage::Unpacker unpack(*bytes);
  while (!unpack.at_end()) {
    const std::int64_t agent_no = unpack.signed_number();
    stored[agent_no] = unpack.signed_number();
  }
  if (unpack.fell_short()) return fail(Errc::invalid_argument, "this is no cursor of a timeline", "cursor");
  for (auto& position : positions) {
    const auto found = stored.find(position.agent->agent_no);
    // Never beyond the head: a made-up position could only name another laptop's entry, which is refused.
    position.log_id = found == stored.end() ? 0 : std::clamp<std::int64_t>(found->second, 0, position.log_id);
  }
  return {};
}

}  // namespace

Result<BatteryCurve> History::battery(std::string_view device_id, std::int64_t from_ms, std::int64_t to_ms) {
  if (from_ms > to_ms) return fail(Errc::invalid_argument, "the span ends before it begins", "from_ms");
  if (to_ms - from_ms > kMaxSpanMs) return fail(Errc::invalid_argument, "at most 31 days can be shown", "to_ms");
  if (!fleet_.row(device_id)) return fail(Errc::not_found, "there is no such device");
  const auto agents = fleet_.agents_of(device_id);
  auto known = TRY(known_sections(fleet_, agents));
  std::vector<Item> items;
  TRY(db_.read([&](sql::Snapshot& snapshot) -> Result<> {
    ReportChain chain(snapshot, segments_, heads_of(fleet_, agents));
    // Nothing is observed after it was received: an entry received before the span, and all older ones, lie
    // outside of it.
    for (auto item = TRY(chain.next()); item && item->entry.received_ms >= from_ms; item = TRY(chain.next())) {
      const bool inside = item->entry.observed_ms >= from_ms && item->entry.observed_ms <= to_ms;
      if (inside && item->entry.part(Section::battery).sampled) items.push_back(std::move(*item));
    }
    return {};
  }));
  std::map<std::string, std::vector<BatteryPoint>> by_pack;
  const std::vector<wire::Report> reports = reports_of(items, std::move(known));
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (const wire::BatteryPack& pack : reports[i].battery->packs) {
      by_pack[pack.name].push_back({items[i].entry.observed_ms, pack.name, pack.percent, pack.power_mw, pack.state,
                                    reports[i].battery->on_ac});
    }
  }
  BatteryCurve curve{from_ms, to_ms, {}};
  for (auto& [name, points] : by_pack) {
    std::ranges::stable_sort(points, {}, &BatteryPoint::observed_ms);
    std::ranges::move(thin(points, kMaxPoints / by_pack.size()), std::back_inserter(curve.points));
  }
  std::ranges::stable_sort(curve.points, {}, &BatteryPoint::observed_ms);
  return curve;
}

Result<TimelinePage> History::timeline(std::string_view device_id, std::string_view cursor, std::size_t limit,
                                       bool events_only) {
  if (!fleet_.row(device_id)) return fail(Errc::not_found, "there is no such device");
  const auto agents = fleet_.agents_of(device_id);
  auto known = TRY(known_sections(fleet_, agents));
  auto heads = heads_of(fleet_, agents);
  TRY(apply_cursor(cursor, heads));
  std::vector<Item> items;
  TimelinePage page;
  TRY(db_.read([&](sql::Snapshot& snapshot) -> Result<> {
    ReportChain chain(snapshot, segments_, std::move(heads));
    while (items.size() < limit) {
      auto item = TRY(chain.next());
      if (!item) return {};
      if (!events_only || item->entry.occasion != domain::Occasion::scheduled) items.push_back(std::move(*item));
    }
    const bool more = std::ranges::any_of(chain.positions(), [](const auto& it) { return it.log_id != 0; });
    if (more) page.next_cursor = encode_cursor(chain.positions());
    return {};
  }));
  const std::vector<wire::Report> reports = reports_of(items, std::move(known));
  for (std::size_t i = 0; i < items.size(); ++i) {
    const domain::ReportEntry& entry = items[i].entry;
    TimelineEntry shown{entry.observed_ms, entry.received_ms, entry.occasion, items[i].agent->agent_id,
                        entry.sequence,    {},                {},             {}};
    if (reports[i].battery) {
      shown.percent = total_percent(*reports[i].battery);
      shown.on_ac = reports[i].battery->on_ac;
    }
    for (const wire::CollectorResult& collector : reports[i].collectors) {
      if (collector.state == wire::CollectorState::failed) shown.failed_collectors.push_back(collector.name);
    }
    page.entries.push_back(std::move(shown));
  }
  return page;
}

}  // namespace rollcall::service
