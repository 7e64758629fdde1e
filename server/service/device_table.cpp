#include "server/service/device_table.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace rollcall::service {

std::uint32_t TextPool::intern(std::string_view text) {
  const auto [place, is_new] = numbers_.try_emplace(std::string(text), static_cast<std::uint32_t>(texts_.size()));
  if (is_new) texts_.emplace_back(text);
  return place->second;
}

void TextPool::keep_only(const std::vector<std::uint32_t*>& held) {
  TextPool kept;
  for (std::uint32_t* number : held) *number = kept.intern(texts_[*number]);
  *this = std::move(kept);
}

std::optional<std::uint32_t> TextPool::find(std::string_view text) const {
  const auto found = numbers_.find(std::string(text));
  return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

AgeBucket age_bucket(std::int64_t last_report_ms, std::int64_t now_ms) {
  if (last_report_ms == 0) return AgeBucket::never;
  const std::int64_t age = now_ms - last_report_ms;
  if (age <= 15 * kMinuteMs) return AgeBucket::minutes_15;
  if (age <= kHourMs) return AgeBucket::hour;
  if (age <= kDayMs) return AgeBucket::day;
  if (age <= 7 * kDayMs) return AgeBucket::week;
  if (age <= 30 * kDayMs) return AgeBucket::month;
  return AgeBucket::older;
}

std::uint32_t DeviceTable::place_of(std::string_view device_id) const {
  return by_id_.find(hash_of(device_id), [&](std::uint32_t place) { return rows_[place].device_id() == device_id; });
}

void DeviceTable::mark_changed(std::uint32_t place) {
  if (rows_[place].changed) return;
  rows_[place].changed = true;
  changed_.push_back(place);
}

// Beyond what is told one by one, everything is read again anyway.
void DeviceTable::note_departure(const Row& row) {
  if (schools_.at(row.school).empty() || departures_.size() > kMaxChangedIds) return;
  departures_.emplace_back(std::string(row.device_id()), schools_.at(row.school));
}

void DeviceTable::forget_texts() {
  if (texts_.size() <= 2 * rows_.size() + kTextsToSpare) return;
  std::vector<std::uint32_t*> held;
  for (Row& row : rows_) {
    if (row.live) held.insert(held.end(), {&row.maker, &row.model});
  }
  texts_.keep_only(held);
  ++renumbered_;
}

void DeviceTable::reset_state(Row& row) {
  row.presence = domain::Presence::never;
  row.verdict = domain::Verdict::unknown;
  row.on_ac = -1;
  row.health = row.percent = -1;
  row.since_ms = row.created_ms;
  row.last_report_ms = 0;
  row.agent_no = 0;
}

void DeviceTable::put_device(const domain::Device& device) {
  const std::unique_lock lock(mutex_);
  std::uint32_t place = place_of(device.device_id);
  if (place == kNone) {
    if (device.device_id.size() != Row{}.id.size()) return;  // not a ULID: nothing of ours
    if (free_.empty()) {
      place = static_cast<std::uint32_t>(rows_.size());
      rows_.emplace_back();
      changes_ms_.push_back(domain::kNever);
    } else {
      place = free_.back();
      free_.pop_back();
    }
    Row& row = rows_[place];
    std::ranges::copy(device.device_id, row.id.begin());
    row.live = true;
    row.created_ms = row.since_ms = device.created_ms;
    by_id_.put(hash_of(device.device_id), place);
  }
  Row& row = rows_[place];
  row.serial = device.serial;
  row.tag = device.tag;
  row.maker = texts_.intern(device.maker);
  row.model = texts_.intern(device.model);
  const std::uint32_t school = schools_.intern(device.school_id);
  if (school != row.school) note_departure(row);
  row.school = school;
  row.standing = device.standing;
  row.held_by = device.held_by;
  forget_texts();
  mark_changed(place);
}

std::vector<std::int64_t> DeviceTable::remove_device(std::string_view device_id) {
  const std::unique_lock lock(mutex_);
  const std::uint32_t place = place_of(device_id);
  if (place == kNone) return {};
  std::vector<std::int64_t> agents;
  for (const auto& agent : rows_[place].agents) {
    agents.push_back(agent->agent_no);
    by_agent_[static_cast<std::size_t>(agent->agent_no)] = kNone;
    --agents_;
  }
  removed_.emplace_back(device_id);
  note_departure(rows_[place]);
  by_id_.erase(hash_of(device_id), place);
  std::erase(changed_, place);
  rows_[place] = Row{};
  changes_ms_[place] = domain::kNever;
  free_.push_back(place);
  return agents;
}

std::optional<std::string> DeviceTable::put_agent(const domain::AgentHandle& agent) {
  const std::unique_lock lock(mutex_);
  const auto agent_place = static_cast<std::size_t>(agent->agent_no);
  if (agent->agent_no < 1) return std::nullopt;
  if (agent_place >= by_agent_.size()) by_agent_.resize(agent_place + 1, kNone);
  const std::uint32_t place = agent->deleted ? kNone : place_of(agent->device_id);
  const std::uint32_t before = by_agent_[agent_place];
  const auto is_it = [&](const domain::AgentHandle& other) { return other->agent_no == agent->agent_no; };
  std::optional<std::string> left;
  if (before != kNone) {
    std::erase_if(rows_[before].agents, is_it);
    --agents_;
    mark_changed(before);
    if (before != place) left = std::string(rows_[before].device_id());
  }
  by_agent_[agent_place] = place;
  if (place == kNone) return left;
  auto& agents = rows_[place].agents;
  agents.insert(std::ranges::find_if(agents, [&](const auto& other) { return other->agent_no < agent->agent_no; }),
                agent);
  ++agents_;
  mark_changed(place);
  return left;
}

void DeviceTable::tell(std::uint32_t place, const Told& told, const domain::Downtime& downtime, std::int64_t now_ms) {
  Row& row = rows_[place];
  const domain::DeviceState& state = *told.state;
  const std::int64_t agent_no = told.agent_no;
  if (!state.reported() || (row.agent_no != agent_no && state.word.received_ms < row.last_report_ms)) return;
  const domain::Silence silence = domain::explain(state.last_word(), row.created_ms, downtime, now_ms);
  // "Online since" is since it came back, not since its last report.
  if (silence.presence != row.presence || row.agent_no == 0) row.since_ms = silence.since_ms;
  row.presence = silence.presence;
  changes_ms_[place] = silence.changes_ms;
  row.verdict = told.battery.verdict;
  row.health = told.battery.health_percent ? static_cast<float>(*told.battery.health_percent) : -1.0f;
  row.percent = state.word.percent ? static_cast<float>(*state.word.percent) : -1.0f;
  row.on_ac = state.sampled_ms[domain::index_of(domain::Section::battery)] == 0 ? std::int8_t{-1}
                                                                                : std::int8_t{state.word.on_ac};
  row.last_report_ms = state.word.received_ms;
  row.agent_no = agent_no;
  mark_changed(place);
}

void DeviceTable::apply(const std::vector<Change>& changes, const domain::Downtime& downtime, std::int64_t now_ms) {
  std::vector<Told> all;
  all.reserve(changes.size());
  for (const Change& it : changes) all.push_back({it.agent_no, it.state, domain::battery_summary(*it.state)});
  const std::unique_lock lock(mutex_);
  for (const Told& told : all) {
    const auto agent_place = static_cast<std::size_t>(told.agent_no);
    if (agent_place >= by_agent_.size() || by_agent_[agent_place] == kNone) continue;
    tell(by_agent_[agent_place], told, downtime, now_ms);
  }
}

void DeviceTable::retell(std::string_view device_id,
                         const std::function<domain::DeviceState(std::int64_t)>& state_of,
                         const domain::Downtime& downtime, std::int64_t now_ms) {
  std::vector<std::pair<std::int64_t, domain::DeviceState>> states;
  for (const auto& agent : agents_of(device_id)) states.emplace_back(agent->agent_no, state_of(agent->agent_no));
  const std::unique_lock lock(mutex_);
  const std::uint32_t place = place_of(device_id);
  if (place == kNone) return;
  reset_state(rows_[place]);
  changes_ms_[place] = domain::kNever;
  for (const auto& [agent_no, state] : states) {
    tell(place, {agent_no, &state, domain::battery_summary(state)}, downtime, now_ms);
  }
  mark_changed(place);
}

std::vector<std::int64_t> DeviceTable::overdue(std::int64_t now_ms) const {
  std::vector<std::int64_t> agents;
  const std::shared_lock lock(mutex_);
  for (std::size_t i = 0; i < changes_ms_.size(); ++i) {
    if (changes_ms_[i] <= now_ms) agents.push_back(rows_[i].agent_no);
  }
  return agents;
}

DeviceRow DeviceTable::show(const Row& row) const {
  const auto known = [](float value) { return value < 0 ? std::nullopt : std::optional<double>(value); };
  DeviceRow out;
  out.id = row.device_id();
  out.tag = row.tag;
  out.serial = row.serial;
  out.manufacturer = texts_.at(row.maker);
  out.model = texts_.at(row.model);
  out.school_id = schools_.at(row.school);
  out.standing = row.standing;
  out.held_by = row.held_by;
  out.presence = presence_of(row);
  out.presence_since_ms = row.since_ms;
  out.verdict = row.verdict;
  out.health_percent = known(row.health);
  out.percent = known(row.percent);
  if (row.on_ac >= 0) out.on_ac = row.on_ac != 0;
  if (row.last_report_ms != 0) out.last_report_ms = row.last_report_ms;
  out.created_ms = row.created_ms;
  return out;
}

std::optional<DeviceRow> DeviceTable::row(std::string_view device_id) const {
  const std::shared_lock lock(mutex_);
  const std::uint32_t place = place_of(device_id);
  return place == kNone ? std::nullopt : std::optional(show(rows_[place]));
}

std::vector<domain::AgentHandle> DeviceTable::agents_of(std::string_view device_id) const {
  const std::shared_lock lock(mutex_);
  const std::uint32_t place = place_of(device_id);
  return place == kNone ? std::vector<domain::AgentHandle>{} : rows_[place].agents;
}

std::int64_t DeviceTable::current_agent(std::string_view device_id) const {
  const std::shared_lock lock(mutex_);
  const std::uint32_t place = place_of(device_id);
  return place == kNone ? 0 : rows_[place].agent_no;
}

Overview DeviceTable::overview(const std::optional<std::vector<std::string>>& school_ids, std::int64_t now_ms) const {
  Overview out;
  std::vector<SchoolCounts> schools;
  for (std::size_t from = 0, size = kChunk; size == kChunk; from += kChunk) {
    const std::shared_lock lock(mutex_);
    size = from < rows_.size() ? std::min(kChunk, rows_.size() - from) : 0;
    if (schools.size() < schools_.size()) schools.resize(schools_.size());
    std::vector<bool> wanted(schools_.size(), !school_ids);
    for (const auto& id : school_ids.value_or(std::vector<std::string>())) {
      if (const auto number = schools_.find(id)) wanted[*number] = true;
    }
    for (std::size_t i = from; i < from + size; ++i) {
      const Row& row = rows_[i];
      if (!row.live || !wanted[row.school]) continue;
      SchoolCounts& school = schools[row.school];
      if (school.total++ == 0) school.school_id = schools_.at(row.school);
      const domain::Presence presence = presence_of(row);
      school.online += presence == domain::Presence::online;
      school.silent += presence == domain::Presence::silent;
      school.replace += row.verdict == domain::Verdict::replace;
      ++out.total;
      ++out.presences[static_cast<std::size_t>(presence)];
      if (row.agents.empty()) continue;  // it cannot tell of its battery, nor report
      ++out.verdicts[static_cast<std::size_t>(row.verdict)];
      ++out.ages[static_cast<std::size_t>(age_bucket(row.last_report_ms, now_ms))];
    }
  }
  std::erase_if(schools, [](const SchoolCounts& school) { return school.total == 0; });
  std::ranges::sort(schools, {}, &SchoolCounts::school_id);
  out.schools = std::move(schools);
  return out;
}

FleetChanges DeviceTable::take_changes() {
  const std::unique_lock lock(mutex_);
  FleetChanges changes;
  changes.too_many = changed_.size() + removed_.size() > kMaxChangedIds || departures_.size() > kMaxChangedIds;
  for (const std::uint32_t place : changed_) {
    rows_[place].changed = false;
    if (!changes.too_many) changes.ids.emplace_back(rows_[place].device_id());
  }
  if (!changes.too_many) {
    std::ranges::move(removed_, std::back_inserter(changes.ids));
    changes.departures = std::move(departures_);
  }
  changed_.clear();
  removed_.clear();
  departures_.clear();
  return changes;
}

bool DeviceTable::has_changes() const {
  const std::shared_lock lock(mutex_);
  return !changed_.empty() || !removed_.empty();
}

std::size_t DeviceTable::devices() const {
  const std::shared_lock lock(mutex_);
  return by_id_.size();
}

std::size_t DeviceTable::agents() const {
  const std::shared_lock lock(mutex_);
  return agents_;
}

std::size_t DeviceTable::texts() const {
  const std::shared_lock lock(mutex_);
  return texts_.size();
}

}  // namespace rollcall::service
