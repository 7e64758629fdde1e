// Rows of `agents`. Plain functions; the caller's transaction decides what belongs together.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "common/base/pki.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/agent.h"

namespace rollcall::storage {

// An agent with what its device says about it.
struct AgentRow {
  domain::Agent agent;
  std::string school_id;
  bool device_deleted{};
};

// Assigns the next agent_no, whatever `agent` says, and returns it.
// Errors: already_exists (the key or the id is known).
Result<std::int64_t> insert_agent(sql::Transaction& transaction, const domain::Agent& agent);
// Certificate serial and dates of `agent`, by its number.
Result<> update_certificate(sql::Transaction& transaction, const domain::Agent& agent);
Result<> revoke_agent(sql::Transaction& transaction, std::int64_t agent_no, std::int64_t now_ms);
Result<> update_system_uuid(sql::Transaction& transaction, std::int64_t agent_no, std::string_view uuid);
Result<> move_agent(sql::Transaction& transaction, std::int64_t agent_no, std::string_view device_id);
// Every unrevoked agent of the device but `successor` that is not superseded yet.
Result<> supersede_agents(sql::Transaction& transaction, std::string_view device_id, std::int64_t successor,
                          std::int64_t now_ms);
Result<> reinstate_agent(sql::Transaction& transaction, std::int64_t agent_no);  // superseded no more

Result<std::optional<AgentRow>> find_agent(sql::Snapshot& snapshot, std::int64_t agent_no);
Result<std::optional<AgentRow>> find_agent_by_key(sql::Snapshot& snapshot, const pki::KeyId& key_id);
// Every agent by its number, with what a request needs to know of it.
Result<> each_agent(sql::Snapshot& snapshot,
                    const std::function<void(const pki::KeyId& key_id, domain::AgentRef agent)>& take);
Result<std::vector<AgentRow>> list_agents_of(sql::Snapshot& snapshot, std::string_view device_id);

}  // namespace rollcall::storage
