#include "server/service/agent_states.h"

#include <algorithm>
#include <mutex>

#include "server/domain/agent.h"
#include "server/service/report_mapping.h"
#include "server/storage/pack_store.h"
#include "server/storage/report_log.h"

namespace rollcall::service {

using domain::kMaxAgentNo;

Result<> AgentStates::load(const std::function<void(std::int64_t, const domain::DeviceState&)>& each) {
  storage::FleetClock clock;
  TRY(db_.read([&](sql::Snapshot& snapshot) -> Result<> {
    clock = TRY(storage::fleet_clock(snapshot));
    last_log_id_ = std::max(clock.written_log_id, TRY(storage::last_log_id(snapshot)));
    return storage::each_state(snapshot, [&](std::int64_t agent_no, std::string_view state) {
      if (agent_no < 1 || agent_no > kMaxAgentNo) return;
      if (static_cast<std::size_t>(agent_no) >= states_.size()) states_.resize(static_cast<std::size_t>(agent_no) + 1);
      states_[static_cast<std::size_t>(agent_no)] = state;
    });
  }));
  is_unwritten_.resize(states_.size());
  const std::int64_t now_ms = clock_.wall_ms();
  downtime_ = clock.alive_ms == 0 || clock.alive_ms >= now_ms ? domain::Downtime{now_ms, now_ms}
                                                              : domain::Downtime{clock.alive_ms, now_ms};
  std::vector<StateUpdate> tail = TRY(replay(clock.written_log_id));
  publish(tail, last_log_id_);
  for (std::size_t agent_no = 1; agent_no < states_.size(); ++agent_no) {
    if (states_[agent_no].empty()) continue;
    each(static_cast<std::int64_t>(agent_no), TRY(storage::decode_state(states_[agent_no])));
  }
  return {};
}

Result<std::vector<StateUpdate>> AgentStates::replay(std::int64_t after_log_id) {
  constexpr std::size_t kPage = 4'096;
  std::unordered_map<std::int64_t, StateUpdate> touched;
  for (std::size_t count = kPage; count == kPage;) {
    count = TRY(db_.read([&](sql::Snapshot& snapshot) {
      return storage::reports_after(snapshot, after_log_id, kPage, [&](domain::ReportEntry entry) -> Result<> {
        after_log_id = entry.log_id;
        if (entry.agent_no < 1 || entry.agent_no > kMaxAgentNo) return {};
        auto [place, is_new] = touched.try_emplace(entry.agent_no);
        StateUpdate& update = place->second;
        if (is_new) update.agent_no = entry.agent_no, update.state = get(entry.agent_no);
        if (entry.log_id <= update.state.log_id) return {};
        const bool newest = entry.sequence_reset || entry.sequence > update.state.newest_sequence;
        domain::fold(update.state, entry, reading_of(entry));
        for (std::size_t i = 0; newest && i < domain::kSections; ++i) {
          if (entry.parts[i].logged) update.news[i] = std::move(entry.parts[i].steady);
        }
        ++replayed_;
        return {};
      });
    }));
  }
  std::vector<StateUpdate> updates;
  for (auto& [agent_no, update] : touched) updates.push_back(std::move(update));
  return updates;
}

Result<std::vector<StateUpdate>> AgentStates::catch_up() {
  std::vector<StateUpdate> updates = TRY(replay(last_log_id()));
  std::int64_t last = last_log_id();
  for (const StateUpdate& update : updates) last = std::max(last, update.state.log_id);
  std::vector<StateUpdate> copies = updates;
  publish(copies, last);
  return updates;
}

domain::DeviceState AgentStates::get(std::int64_t agent_no) const {
  const std::shared_lock lock(mutex_);
  const auto place = static_cast<std::size_t>(agent_no);
  if (agent_no < 1 || place >= states_.size() || states_[place].empty()) return {};
  // What is in memory was made by encode_state, or decoded once by load(): it can be read.
  return storage::decode_state(states_[place]).value_or(domain::DeviceState{});
}

Result<storage::Sections> AgentStates::sections(std::int64_t agent_no) const {
  storage::Sections news;
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = news_.find(agent_no); found != news_.end()) news = found->second;
  }
  // Read after the news were looked at: whatever is written meanwhile is the same or newer.
  storage::Sections all =
      TRY(db_.read([&](sql::Snapshot& snapshot) { return storage::sections_of(snapshot, agent_no); }));
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (news[i]) all[i] = std::move(news[i]);
  }
  return all;
}

std::int64_t AgentStates::last_log_id() const {
  const std::shared_lock lock(mutex_);
  return last_log_id_;
}

void AgentStates::mark_unwritten(std::int64_t agent_no) {
  const auto place = static_cast<std::size_t>(agent_no);
  if (place >= states_.size()) states_.resize(place + 1);
  if (place >= is_unwritten_.size()) is_unwritten_.resize(place + 1);
  if (is_unwritten_[place]) return;
  is_unwritten_[place] = true;
  unwritten_.push_back(agent_no);
}

void AgentStates::publish(std::vector<StateUpdate>& updates, std::int64_t last_log_id) {
  std::vector<std::string> encoded;
  encoded.reserve(updates.size());
  std::string buffer;
  for (const StateUpdate& update : updates) {
    storage::encode_state(update.state, buffer);
    encoded.emplace_back(buffer);  // at its size: it stays
  }
  const std::unique_lock lock(mutex_);
  for (std::size_t i = 0; i < updates.size(); ++i) {
    StateUpdate& update = updates[i];
    mark_unwritten(update.agent_no);
    states_[static_cast<std::size_t>(update.agent_no)] = std::move(encoded[i]);
    for (std::size_t section = 0; section < domain::kSections; ++section) {
      if (update.news[section]) news_[update.agent_no][section] = std::move(update.news[section]);
    }
  }
  last_log_id_ = std::max(last_log_id_, last_log_id);
}

void AgentStates::forget(std::int64_t agent_no) {
  const std::unique_lock lock(mutex_);
  if (agent_no < 1 || agent_no > kMaxAgentNo) return;
  mark_unwritten(agent_no);
  states_[static_cast<std::size_t>(agent_no)].clear();
  news_.erase(agent_no);
}

AgentStates::Chunk AgentStates::take_chunk(const std::vector<std::int64_t>& agents, std::size_t from) const {
  Chunk chunk;
  const std::shared_lock lock(mutex_);
  for (std::size_t i = from; i < std::min(agents.size(), from + kChunk); ++i) {
    chunk.states.emplace_back(agents[i], states_[static_cast<std::size_t>(agents[i])]);
    if (const auto news = news_.find(agents[i]); news != news_.end()) chunk.sections.push_back(*news);
  }
  return chunk;
}

void AgentStates::tell_identities(const Chunk& chunk) const {
  if (!told_) return;
  for (const auto& [agent_no, sections] : chunk.sections) {
    if (const auto& steady = sections[domain::index_of(domain::Section::identity)]) told_(agent_no, identity_of(*steady));
  }
}

void AgentStates::written(const Chunk& chunk) {
  const std::unique_lock lock(mutex_);
  for (const auto& [agent_no, sections] : chunk.sections) {
    const auto news = news_.find(agent_no);
    if (news == news_.end()) continue;
    bool empty = true;
    for (std::size_t i = 0; i < sections.size(); ++i) {
      if (news->second[i] == sections[i]) news->second[i].reset();
      empty = empty && !news->second[i];
    }
    if (empty) news_.erase(news);
  }
  writes_ += chunk.states.size();
}

Result<> AgentStates::write_behind() {
  const std::unique_lock writing(writing_);
  std::vector<std::int64_t> agents;
  storage::FleetClock clock{0, clock_.wall_ms()};
  {
    const std::unique_lock lock(mutex_);
    agents.swap(unwritten_);
    for (const std::int64_t agent_no : agents) is_unwritten_[static_cast<std::size_t>(agent_no)] = false;
    clock.written_log_id = last_log_id_;
    written_ms_ = clock.alive_ms;
  }
  std::ranges::sort(agents);
  for (std::size_t from = 0; from < agents.size(); from += kChunk) {
    const Chunk chunk = take_chunk(agents, from);
    tell_identities(chunk);
    auto done = db_.write_along([&](sql::Transaction& transaction) -> Result<> {
      for (const auto& [agent_no, state] : chunk.states) {
        if (!state.empty()) {
          TRY(storage::put_state(transaction, agent_no, state));
        } else {
          TRY(storage::delete_agent_state(transaction, agent_no));
          TRY(storage::delete_pack_stays(transaction, agent_no));
        }
      }
      for (const auto& [agent_no, sections] : chunk.sections) {
        for (std::size_t i = 0; i < sections.size(); ++i) {
          if (sections[i]) {
            TRY(storage::put_section(transaction, agent_no, static_cast<domain::Section>(i), *sections[i]));
          }
        }
      }
      return {};
    });
    if (!done) {
      const std::unique_lock lock(mutex_);
      for (std::size_t i = from; i < agents.size(); ++i) mark_unwritten(agents[i]);
      return done;
    }
    written(chunk);
  }
  // Only now is every state up to that entry on disk.
  TRY(db_.write([&](sql::Transaction& transaction) { return storage::put_fleet_clock(transaction, clock); }));
  const std::unique_lock lock(mutex_);
  alive_ms_ = clock.alive_ms;
  return {};
}

bool AgentStates::due(std::int64_t now_ms) const {
  const std::shared_lock lock(mutex_);
  // A clock that was put back must not stop the writing.
  const auto passed = [&](std::int64_t since_ms, std::int64_t ms) { return now_ms < since_ms || now_ms - since_ms >= ms; };
  return unwritten_.empty() ? passed(alive_ms_, kAliveEveryMs) : passed(written_ms_, kWriteEveryMs);
}

std::size_t AgentStates::unwritten() const {
  const std::shared_lock lock(mutex_);
  return unwritten_.size();
}

std::uint64_t AgentStates::writes() const {
  const std::shared_lock lock(mutex_);
  return writes_;
}

}  // namespace rollcall::service
