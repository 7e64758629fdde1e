#include "server/service/agents.h"

#include <cstring>
#include <utility>

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

// The key is a digest already; nobody can choose keys that collide here without breaking SHA-256's prefix.
std::size_t hash_of(const pki::KeyId& key) {
  std::size_t value;
  std::memcpy(&value, key.data(), sizeof value);
  return value;
}

}  // namespace

Result<> Agents::load() {
  const std::scoped_lock refreshing(refresh_mutex_);
  return db_.read([this](sql::Snapshot& snapshot) {
    const std::scoped_lock lock(mutex_);
    return storage::each_agent(snapshot, [this](const pki::KeyId& key_id, domain::AgentRef agent) {
      put_in_memory(key_id, std::make_shared<const domain::AgentRef>(std::move(agent)));
    });
  });
}

void Agents::put(const pki::KeyId& key_id, domain::AgentRef agent) {
  const auto handle = std::make_shared<const domain::AgentRef>(std::move(agent));
  {
    const std::scoped_lock lock(mutex_);
    if (!put_in_memory(key_id, handle)) return;
  }
  if (listener_ != nullptr) listener_->agent_changed(handle);
}

bool Agents::put_in_memory(const pki::KeyId& key_id, const domain::AgentHandle& handle) {
  if (handle->agent_no < 1 || handle->agent_no > domain::kMaxAgentNo) return false;
  const auto agent_no = static_cast<std::uint32_t>(handle->agent_no);
  if (agent_no >= entries_.size()) entries_.resize(agent_no + 1);
  Entry& entry = entries_[agent_no];
  if (entry.handle && *entry.handle == *handle) return false;
  if (!entry.handle) {
    entry.key_id = key_id;
    by_key_.put(hash_of(key_id), agent_no);
    by_id_.put(hash_of(handle->agent_id), agent_no);
  }
  const bool moved = !entry.handle || entry.handle->device_id != handle->device_id;
  if (moved && entry.handle) leave_device(agent_no);
  entry.handle = handle;
  if (moved) join_device(agent_no);
  return true;
}

const Agents::Entry* Agents::entry(std::int64_t agent_no) const {
  const auto place = static_cast<std::size_t>(agent_no);
  return agent_no > 0 && place < entries_.size() && entries_[place].handle ? &entries_[place] : nullptr;
}

std::uint32_t Agents::first_of_device(std::string_view device_id) const {
  return by_device_.find(hash_of(device_id),
                         [&](std::uint32_t agent_no) { return entries_[agent_no].handle->device_id == device_id; });
}

void Agents::join_device(std::uint32_t agent_no) {
  const std::string& device_id = entries_[agent_no].handle->device_id;
  const std::uint32_t first = first_of_device(device_id);
  if (first != PlaceIndex::kNone && first < agent_no) {
    std::uint32_t before = first;
    while (entries_[before].next_of_device != 0 && entries_[before].next_of_device < agent_no) {
      before = entries_[before].next_of_device;
    }
    entries_[agent_no].next_of_device = std::exchange(entries_[before].next_of_device, agent_no);
    return;
  }
  if (first != PlaceIndex::kNone) by_device_.erase(hash_of(device_id), first);
  entries_[agent_no].next_of_device = first == PlaceIndex::kNone ? 0 : first;
  by_device_.put(hash_of(device_id), agent_no);
}

void Agents::leave_device(std::uint32_t agent_no) {
  const std::string& device_id = entries_[agent_no].handle->device_id;
  const std::uint32_t first = first_of_device(device_id);
  const std::uint32_t after = std::exchange(entries_[agent_no].next_of_device, 0);
  if (first == agent_no) {
    by_device_.erase(hash_of(device_id), agent_no);
    if (after != 0) by_device_.put(hash_of(device_id), after);
    return;
  }
  std::uint32_t before = first;
  while (entries_[before].next_of_device != agent_no) before = entries_[before].next_of_device;
  entries_[before].next_of_device = after;
}

domain::AgentHandle Agents::find(const pki::KeyId& key_id) const {
  const std::shared_lock lock(mutex_);
  const std::uint32_t found =
      by_key_.find(hash_of(key_id), [&](std::uint32_t agent_no) { return entries_[agent_no].key_id == key_id; });
  return found == PlaceIndex::kNone ? nullptr : entries_[found].handle;
}

domain::AgentHandle Agents::by_number(std::int64_t agent_no) const {
  const std::shared_lock lock(mutex_);
  const Entry* found = entry(agent_no);
  return found == nullptr ? nullptr : found->handle;
}

domain::AgentHandle Agents::by_id(std::string_view agent_id) const {
  const std::shared_lock lock(mutex_);
  const std::uint32_t found = by_id_.find(
      hash_of(agent_id), [&](std::uint32_t agent_no) { return entries_[agent_no].handle->agent_id == agent_id; });
  return found == PlaceIndex::kNone ? nullptr : entries_[found].handle;
}

std::vector<domain::AgentHandle> Agents::all() const {
  std::vector<domain::AgentHandle> out;
  const std::shared_lock lock(mutex_);
  out.reserve(by_id_.size());
  for (const Entry& entry : entries_) {
    if (entry.handle) out.push_back(entry.handle);
  }
  return out;
}

std::vector<domain::AgentHandle> Agents::of_device(std::string_view device_id) const {
  std::vector<domain::AgentHandle> out;
  const std::shared_lock lock(mutex_);
  const std::uint32_t first = first_of_device(device_id);
  for (std::uint32_t at = first == PlaceIndex::kNone ? 0 : first; at != 0; at = entries_[at].next_of_device) {
    out.push_back(entries_[at].handle);
  }
  return out;
}

template <class Change>
void Agents::change_in_memory(const domain::AgentHandle& agent, Change change) {
  pki::KeyId key_id;
  domain::AgentRef changed;
  {
    const std::shared_lock lock(mutex_);
    const Entry& entry = entries_[static_cast<std::size_t>(agent->agent_no)];
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
