// The directory of agents: certificate key → who it is. Held in memory, so that every request of an agent
// can be judged on the loop thread without I/O, and a revocation counts from the next request on, also on
// connections that are open already.
//
// Thread-safe. A look-up takes a shared lock for the time of one hash map access and never waits for disk:
// writers change the database first and hold the exclusive lock only to swap pointers.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/pki.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/agent.h"
#include "server/domain/device.h"
#include "server/domain/user.h"
#include "server/service/audit.h"
#include "server/service/place_index.h"

namespace rollcall::service {

// Told after a change is durable, on the thread that made it; must be quick and must not call back.
class RecordsListener {
 public:
  virtual ~RecordsListener() = default;
  virtual void device_changed(const domain::Device& device) = 0;  // new, edited or deleted
  // New, moved to another device, revoked or superseded.
  virtual void agent_changed(const domain::AgentHandle& agent) = 0;
};

class Agents {
 public:
  Agents(sql::Database& db, const Clock& clock, Audit& audit) : db_(db), clock_(clock), audit_(audit) {}

  // Reads every agent; once, before the doors open.
  Result<> load();
  // Before the doors open; at most one. It outlives this object's use.
  void listen(RecordsListener& listener) { listener_ = &listener; }

  // Null when no certificate of ours was ever issued for this key. The caller must still look at refused().
  domain::AgentHandle find(const pki::KeyId& key_id) const;
  domain::AgentHandle by_number(std::int64_t agent_no) const;
  domain::AgentHandle by_id(std::string_view agent_id) const;
  std::vector<domain::AgentHandle> all() const;                                  // by agent_no
  std::vector<domain::AgentHandle> of_device(std::string_view device_id) const;  // oldest first

  // The agent's certificates are refused from now on, for good. Revoking twice is a success.
  // Errors: not_found.
  Result<> revoke(const domain::Actor& actor, std::string_view agent_id);

  // For the other services, after their commit: takes over what the database says about this device and its
  // agents now, and tells the listener.
  Result<> refresh(std::string_view device_id);
  // The device was deleted: its agents are refused from now on, without asking the database.
  void refuse_device(std::string_view device_id);

 private:
  struct Entry {
    pki::KeyId key_id{};
    domain::AgentHandle handle;          // null: there is no agent of this number
    std::uint32_t next_of_device{};      // its device's next one, by number; 0: it is the last
  };
  // Swaps the pointer and tells the listener, if that changes anything. Under refresh_mutex_.
  void put(const pki::KeyId& key_id, domain::AgentRef agent);
  // The rest under mutex_.
  bool put_in_memory(const pki::KeyId& key_id, const domain::AgentHandle& handle);  // false: nothing changed
  const Entry* entry(std::int64_t agent_no) const;
  std::uint32_t first_of_device(std::string_view device_id) const;  // PlaceIndex::kNone: it has none
  void join_device(std::uint32_t agent_no);
  void leave_device(std::uint32_t agent_no);
  template <class Change>
  void change_in_memory(const domain::AgentHandle& agent, Change change);

  sql::Database& db_;
  const Clock& clock_;
  Audit& audit_;
  RecordsListener* listener_{};

  // Reading the database and swapping pointers is one step, so that of two refreshes the one that saw more
  // is the one that lasts. Never taken by a look-up.
  std::mutex refresh_mutex_;
  mutable std::shared_mutex mutex_;  // guards what follows
  std::vector<Entry> entries_;  // by agent_no
  PlaceIndex by_key_, by_id_;
  PlaceIndex by_device_;  // each device's lowest number
};

}  // namespace rollcall::service
