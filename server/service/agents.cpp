#include "server/service/agents.h"

#include <algorithm>
#include <cstring>

#include "server/storage/agent_store.h"
#include "server/storage/device_store.h"

namespace rollcall::service {
namespace {

domain::AgentRef ref_of(const storage::AgentRow& row) {
  return {.agent_no = row.agent.agent_no,
          .agent_id = row.agent.agent_id,
          .device_id = row.agent.device_id,
          .school_id = row.school_id,
          .enrolled_ms = row.agent.enrolled_ms,
          .revoked = row.agent.revoked_ms.has_value(),
          .deleted = row.device_deleted,
          .superseded_ms = row.agent.superseded_ms};
}

}  // namespace

// The key is a digest already; nobody can choose keys that collide here without breaking SHA-256's prefix.
std::size_t Agents::KeyHash::operator()(const pki::KeyId& key) const noexcept {
  std::size_t value;
  std::memcpy(&value, key.data(), sizeof value);
  return value;
}

Result<> Agents::load() {
  const std::scoped_lock refreshing(refresh_mutex_);
  const auto rows = TRY(db_.read([](sql::Snapshot& snapshot) { return storage::list_agents(snapshot); }));
  {
    // A district's laptops are known before the first is put: no table is built twice.
    const std::scoped_lock lock(mutex_);
    by_key_.reserve(rows.size());
    by_no_.reserve(rows.size());
    by_id_.reserve(rows.size());
    by_device_.reserve(rows.size());
  }
  for (const auto& row : rows) put(row.agent.key_id, ref_of(row));
  return {};
}

void Agents::put(const pki::KeyId& key_id, domain::AgentRef agent) {
  auto handle = std::make_shared<const domain::AgentRef>(std::move(agent));
  {
    const std::scoped_lock lock(mutex_);
    auto& known = by_key_[key_id];
    if (known && *known == *handle) return;
    if (!known || known->device_id != handle->device_id) {
      if (known) std::erase(by_device_[known->device_id], handle->agent_no);
      auto& numbers = by_device_[handle->device_id];
      numbers.insert(std::ranges::lower_bound(numbers, handle->agent_no), handle->agent_no);
    }
    known = handle;
    by_no_[handle->agent_no] = {key_id, handle};
    by_id_[handle->agent_id] = handle->agent_no;
  }
  if (listener_ != nullptr) listener_->agent_changed(handle);
}

domain::AgentHandle Agents::find(const pki::KeyId& key_id) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_key_.find(key_id);
  return found == by_key_.end() ? nullptr : found->second;
}

domain::AgentHandle Agents::by_number(std::int64_t agent_no) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_no_.find(agent_no);
  return found == by_no_.end() ? nullptr : found->second.handle;
}

domain::AgentHandle Agents::by_id(std::string_view agent_id) const {
  const std::shared_lock lock(mutex_);
  const auto number = by_id_.find(std::string(agent_id));
  return number == by_id_.end() ? nullptr : by_no_.at(number->second).handle;
}

std::vector<domain::AgentHandle> Agents::all() const {
  std::vector<domain::AgentHandle> out;
  {
    const std::shared_lock lock(mutex_);
    out.reserve(by_no_.size());
    for (const auto& [number, entry] : by_no_) out.push_back(entry.handle);
  }
  std::ranges::sort(out, {}, &domain::AgentRef::agent_no);
  return out;
}

std::vector<domain::AgentHandle> Agents::of_device(std::string_view device_id) const {
  std::vector<domain::AgentHandle> out;
  const std::shared_lock lock(mutex_);
  const auto numbers = by_device_.find(std::string(device_id));
  if (numbers == by_device_.end()) return out;
  for (const std::int64_t number : numbers->second) out.push_back(by_no_.at(number).handle);
  return out;
}

template <class Change>
void Agents::change_in_memory(const domain::AgentHandle& agent, Change change) {
  pki::KeyId key_id;
  domain::AgentRef changed;
  {
    const std::shared_lock lock(mutex_);
    const Entry& entry = by_no_.at(agent->agent_no);
    key_id = entry.key_id;
    changed = *entry.handle;
  }
  change(changed);
  put(key_id, std::move(changed));
}

Result<> Agents::revoke(const domain::Actor& actor, std::string_view agent_id) {
  const domain::AgentHandle agent = by_id(agent_id);
  if (!agent) return fail(Errc::not_found, "there is no agent " + std::string(agent_id));
  TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
    const auto row = TRY(storage::find_agent(transaction, agent->agent_no));
    if (!row || row->agent.revoked_ms) return {};
    TRY(storage::revoke_agent(transaction, agent->agent_no, clock_.wall_ms()));
    return audit_.append(transaction, actor, "agent.revoke", "agent:" + agent->agent_id);
  }));
  // From memory, not by refresh(): a failing read must not leave a revoked agent in.
  const std::scoped_lock refreshing(refresh_mutex_);
  change_in_memory(agent, [](domain::AgentRef& ref) { ref.revoked = true; });
  return {};
}

void Agents::refuse_device(std::string_view device_id) {
  const std::scoped_lock refreshing(refresh_mutex_);
  for (const auto& agent : of_device(device_id)) {
    change_in_memory(agent, [](domain::AgentRef& ref) { ref.deleted = true; });
  }
}

Result<> Agents::refresh(std::string_view device_id) {
  const std::scoped_lock refreshing(refresh_mutex_);
  std::optional<domain::Device> device;
  std::vector<storage::AgentRow> rows;
  TRY(db_.read([&](sql::Snapshot& snapshot) -> Result<> {
    device = TRY(storage::find_device(snapshot, device_id));
    rows = TRY(storage::list_agents_of(snapshot, device_id));
    return {};
  }));
  if (device && listener_ != nullptr) listener_->device_changed(*device);
  for (const auto& row : rows) put(row.agent.key_id, ref_of(row));
  return {};
}

}  // namespace rollcall::service
