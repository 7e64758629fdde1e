#include "server/service/fleet.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "common/base/log.h"
#include "server/domain/observed.h"
#include "server/service/agent_states.h"
#include "server/service/device_table.h"
#include "server/service/identities.h"
#include "server/service/report_mapping.h"

namespace rollcall::service {
namespace {

LatestReport latest_report(const domain::DeviceState& state, const storage::Sections& sections, std::string agent_id) {
  return {std::move(agent_id), state.word.received_ms, state.word.observed_ms, latest_of(state, sections),
          state.sampled_ms};
}

std::vector<PackView> pack_views(const domain::DeviceState& state, const wire::Report& report) {
  std::vector<PackView> views;
  if (!report.battery) return views;
  for (std::size_t i = 0; i < report.battery->packs.size(); ++i) {
    PackView view;
    view.pack = report.battery->packs[i];
    const domain::PackRecord none;
    const domain::PackRecord& record = i < state.packs.size() ? state.packs[i] : none;
    domain::PackVerdict verdict = domain::judge(domain::evidence_of(record, view.pack.name));
    view.verdict = verdict.verdict;
    view.health_percent = verdict.health_percent;
    view.reasons = std::move(verdict.reasons);
    view.days = record.capacity.days();
    views.push_back(std::move(view));
  }
  return views;
}

// Of the pack that the verdict of the whole comes from.
std::vector<std::string> worst_reasons(const std::vector<PackView>& packs, domain::Verdict verdict) {
  const PackView* worst = nullptr;
  for (const PackView& pack : packs) {
    if (!worst || pack.verdict < worst->verdict ||
        (pack.verdict == worst->verdict && pack.health_percent < worst->health_percent)) {
      worst = &pack;
    }
  }
  if (worst) return worst->reasons;
  if (verdict == domain::Verdict::none) return {"This laptop has no battery"};
  return {"This laptop has not told of its battery yet"};
}

}  // namespace

Fleet::Fleet(sql::Database& db, const Clock& clock)
    : clock_(clock), states_(std::make_unique<AgentStates>(db, clock)), table_(std::make_unique<DeviceTable>()) {}

Fleet::~Fleet() = default;

Result<> Fleet::load() {
  const std::int64_t started_ms = clock_.monotonic_ms();
  TRY(states_->load([&](std::int64_t agent_no, const domain::DeviceState& state) {
    table_->apply({{agent_no, &state}}, states_->downtime(), clock_.wall_ms());
  }));
  table_->take_changes();
  load_ms_ = clock_.monotonic_ms() - started_ms;
  return {};
}

void Fleet::device_changed(const domain::Device& device) {
  if (!device.deleted()) return table_->put_device(device);
  for (const std::int64_t agent_no : table_->remove_device(device.device_id)) states_->forget(agent_no);
}

void Fleet::agent_changed(const domain::AgentHandle& agent) {
  const auto left = table_->put_agent(agent);
  if (!left) return;
  const auto state_of = [this](std::int64_t agent_no) { return states_->get(agent_no); };
  table_->retell(*left, state_of, states_->downtime(), clock_.wall_ms());
  if (agent->deleted) return states_->forget(agent->agent_no);
  table_->retell(agent->device_id, state_of, states_->downtime(), clock_.wall_ms());
}

Overview Fleet::overview(const std::optional<std::vector<std::string>>& school_ids) const {
  return table_->overview(school_ids, clock_.wall_ms());
}
Result<DevicePage> Fleet::list(const DeviceQuery& query) const { return table_->list(query, clock_.wall_ms()); }
std::optional<DeviceRow> Fleet::row(std::string_view device_id) const { return table_->row(device_id); }
std::vector<domain::AgentHandle> Fleet::agents_of(std::string_view device_id) const {
  return table_->agents_of(device_id);
}

Result<DeviceView> Fleet::view(std::string_view device_id) const {
  const auto row = table_->row(device_id);
  if (!row) return fail(Errc::not_found, "there is no such device");
  const std::int64_t now_ms = clock_.wall_ms();
  DeviceView view;
  view.row = *row;
  const std::int64_t current = table_->current_agent(device_id);
  domain::DeviceState newest;
  for (const auto& agent : table_->agents_of(device_id)) {
    const domain::DeviceState state = states_->get(agent->agent_no);
    const storage::Sections sections = TRY(states_->sections(agent->agent_no));
    AgentView shown{agent, {}, {}, state.thinned, state.waiting, state.restored_image};
    if (state.reported()) shown.last_report_ms = state.word.received_ms;
    if (const auto& identity = sections[domain::index_of(domain::Section::identity)]) {
      shown.agent_version = identity_of(*identity).agent_version;
    }
    view.agents.push_back(std::move(shown));
    if (agent->agent_no != current) continue;
    newest = state;
    view.latest = latest_report(state, sections, agent->agent_id);
  }
  view.presence_reason = domain::sentence(row->presence, newest.last_word(), now_ms);
  if (row->presence == domain::Presence::online) view.next_expected_ms = newest.word.promised_ms;
  if (view.latest) {
    view.packs = pack_views(newest, view.latest->report);
    if (std::abs(newest.skew_ms) >= domain::kSkewFlaggedMs) view.clock_skew_ms = newest.skew_ms;
  }
  view.reasons = worst_reasons(view.packs, row->verdict);
  return view;
}

Result<LatestReport> Fleet::latest(std::string_view device_id) const {
  const std::int64_t current = table_->current_agent(device_id);
  for (const auto& agent : table_->agents_of(device_id)) {
    if (agent->agent_no != current) continue;
    return latest_report(states_->get(current), TRY(states_->sections(current)), agent->agent_id);
  }
  return fail(Errc::not_found, "there is no such device, or it never reported");
}

std::optional<std::int64_t> Fleet::seen_at_school_ms(std::string_view device_id) const {
  const std::int64_t agent_no = table_->current_agent(device_id);
  if (agent_no == 0) return std::nullopt;
  const domain::DeviceState state = states_->get(agent_no);
  const wire::Report newest = latest_of(state, {});
  if (!newest.connectivity || !newest.connectivity->on_school_network) return std::nullopt;
  return state.sampled_ms[domain::index_of(domain::Section::connectivity)];
}

void Fleet::teach(Identities& identities) {
  states_->tell([&identities](std::int64_t agent_no, const wire::Identity& identity) {
    if (const auto told = identities.told(agent_no, identity); !told) {
      log::warn("what agent number {} tells of its laptop was not taken over: {}", agent_no, told.error().message);
    }
  });
}

void Fleet::subscribe(Listener listener) {
  const std::lock_guard lock(mutex_);
  listeners_.push_back(std::move(listener));
}

std::int64_t Fleet::next_due() const {
  // A wall clock that was put back makes it due at once, not hours later.
  const std::int64_t now_ms = clock_.wall_ms();
  const std::lock_guard lock(mutex_);
  return next_due_ms_ > now_ms + kTickMs ? now_ms : next_due_ms_;
}

void Fleet::run_due(std::int64_t now_ms) {
  turn_overdue(now_ms);
  tell_listeners();
  if (states_->due(now_ms)) {
    if (const auto written = states_->write_behind(); !written) {
      // Nothing is lost: the log has it, and the next round tries again.
      log::warn("states stay unwritten for now: {}", written.error().message);
      const std::lock_guard lock(mutex_);
      ++write_failures_;
    }
  }
  const std::lock_guard lock(mutex_);
  next_due_ms_ = now_ms + kTickMs;
}

void Fleet::turn_overdue(std::int64_t now_ms) {
  const std::vector<std::int64_t> agents = table_->overdue(now_ms);
  // A whole school can fall silent at once: a few at a time under the table's lock.
  constexpr std::size_t kAtOnce = 256;
  for (std::size_t from = 0; from < agents.size(); from += kAtOnce) {
    std::vector<domain::DeviceState> states;
    std::vector<DeviceTable::Change> changes;
    const std::size_t until = std::min(agents.size(), from + kAtOnce);
    states.reserve(until - from);
    for (std::size_t i = from; i < until; ++i) {
      states.push_back(states_->get(agents[i]));
      changes.push_back({agents[i], &states.back()});
    }
    table_->apply(changes, states_->downtime(), now_ms);
  }
}

void Fleet::tell_listeners() {
  if (!table_->has_changes()) return;
  const FleetChanges changes = table_->take_changes();
  const std::lock_guard lock(mutex_);
  for (const auto& listener : listeners_) listener(changes);
}

Result<> Fleet::flush() { return states_->write_behind(); }

void Fleet::publish(std::vector<StateUpdate>& updates, std::int64_t last_log_id) {
  std::vector<DeviceTable::Change> changes;
  changes.reserve(updates.size());
  for (const StateUpdate& update : updates) changes.push_back({update.agent_no, &update.state});
  states_->publish(updates, last_log_id);
  table_->apply(changes, states_->downtime(), clock_.wall_ms());
}

Result<> Fleet::catch_up() {
  const std::vector<StateUpdate> updates = TRY(states_->catch_up());
  std::vector<DeviceTable::Change> changes;
  for (const StateUpdate& update : updates) changes.push_back({update.agent_no, &update.state});
  table_->apply(changes, states_->downtime(), clock_.wall_ms());
  return {};
}

FleetStats Fleet::stats() const {
  FleetStats stats;
  stats.devices = table_->devices();
  stats.agents = table_->agents();
  stats.unwritten_agents = states_->unwritten();
  stats.texts = table_->texts();
  stats.state_writes = states_->writes();
  stats.replayed_reports = states_->replayed();
  stats.load_ms = load_ms_;
  const std::lock_guard lock(mutex_);
  stats.state_write_failures = write_failures_;
  return stats;
}

}  // namespace rollcall::service
