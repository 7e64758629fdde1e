#include "server/storage/agent_store.h"

#include "server/storage/columns.h"

namespace rollcall::storage {
namespace {

Result<AgentRow> read_agent(sql::Rows& row) {
  AgentRow out;
  out.agent.agent_no = row.integer(0);
  out.agent.agent_id = row.string(1);
  out.agent.device_id = row.string(2);
  out.agent.key_id = TRY(digest_of(row.blob(3)));
  out.agent.certificate_serial = row.string(4);
  out.agent.not_before_ms = row.integer(5);
  out.agent.not_after_ms = row.integer(6);
  out.agent.enrolled_ms = row.integer(7);
  out.agent.revoked_ms = row.optional_integer(8);
  out.agent.superseded_ms = row.optional_integer(9);
  out.agent.system_uuid = row.string(10);
  if (!row.is_null(11)) out.school_id = row.string(11);
  out.device_deleted = !row.is_null(12);
  return out;
}

}  // namespace

Result<std::int64_t> insert_agent(sql::Transaction& transaction, const domain::Agent& agent) {
  const auto next =
      TRY(first_row<std::int64_t>(transaction.query("SELECT coalesce(max(agent_no), 0) + 1 FROM agents"),
                                  [](sql::Rows& row) -> Result<std::int64_t> { return row.integer(0); }));
  TRY(transaction.execute(
      "INSERT INTO agents (agent_no, agent_id, device_id, key_id, certificate_serial, not_before_ms,"
      " not_after_ms, enrolled_ms, system_uuid) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      *next, agent.agent_id, agent.device_id, blob_of(agent.key_id), agent.certificate_serial,
      agent.not_before_ms, agent.not_after_ms, agent.enrolled_ms, agent.system_uuid));
  return *next;
}

Result<> update_certificate(sql::Transaction& transaction, const domain::Agent& agent) {
  TRY(transaction.execute(
      "UPDATE agents SET certificate_serial = $2, not_before_ms = $3, not_after_ms = $4 WHERE agent_no = $1",
      agent.agent_no, agent.certificate_serial, agent.not_before_ms, agent.not_after_ms));
  return {};
}

Result<> revoke_agent(sql::Transaction& transaction, std::int64_t agent_no, std::int64_t now_ms) {
  TRY(transaction.execute("UPDATE agents SET revoked_ms = $2 WHERE agent_no = $1 AND revoked_ms IS NULL",
                          agent_no, now_ms));
  return {};
}

Result<> update_system_uuid(sql::Transaction& transaction, std::int64_t agent_no, std::string_view uuid) {
  TRY(transaction.execute("UPDATE agents SET system_uuid = $2 WHERE agent_no = $1", agent_no, uuid));
  return {};
}

Result<> move_agent(sql::Transaction& transaction, std::int64_t agent_no, std::string_view device_id) {
  TRY(transaction.execute("UPDATE agents SET device_id = $2 WHERE agent_no = $1", agent_no, device_id));
  return {};
}

Result<> supersede_agents(sql::Transaction& transaction, std::string_view device_id, std::int64_t successor,
                          std::int64_t now_ms) {
  TRY(
      transaction.execute("UPDATE agents SET superseded_ms = $3 WHERE device_id = $1 AND agent_no <> $2"
                          " AND revoked_ms IS NULL AND superseded_ms IS NULL",
                          device_id, successor, now_ms));
  return {};
}

Result<> reinstate_agent(sql::Transaction& transaction, std::int64_t agent_no) {
  TRY(transaction.execute("UPDATE agents SET superseded_ms = NULL WHERE agent_no = $1", agent_no));
  return {};
}

Result<std::optional<AgentRow>> find_agent(sql::Snapshot& snapshot, std::int64_t agent_no) {
  return first_row<AgentRow>(
      snapshot.query("SELECT a.agent_no, a.agent_id, a.device_id, a.key_id, a.certificate_serial,"
                     " a.not_before_ms, a.not_after_ms, a.enrolled_ms, a.revoked_ms, a.superseded_ms,"
                     " a.system_uuid, d.school_id, d.deleted_ms"
                     " FROM agents a JOIN devices d ON d.device_id = a.device_id WHERE a.agent_no = $1",
                     agent_no),
      read_agent);
}

Result<std::optional<AgentRow>> find_agent_by_key(sql::Snapshot& snapshot, const pki::KeyId& key_id) {
  return first_row<AgentRow>(
      snapshot.query("SELECT a.agent_no, a.agent_id, a.device_id, a.key_id, a.certificate_serial,"
                     " a.not_before_ms, a.not_after_ms, a.enrolled_ms, a.revoked_ms, a.superseded_ms,"
                     " a.system_uuid, d.school_id, d.deleted_ms"
                     " FROM agents a JOIN devices d ON d.device_id = a.device_id WHERE a.key_id = $1",
                     blob_of(key_id)),
      read_agent);
}

Result<> each_agent(sql::Snapshot& snapshot,
                    const std::function<void(const pki::KeyId& key_id, domain::AgentRef agent)>& take) {
  auto rows = TRY(snapshot.query("SELECT a.agent_no, a.agent_id, a.device_id, a.key_id, a.enrolled_ms, a.revoked_ms,"
                                 " a.superseded_ms, d.school_id, d.deleted_ms"
                                 " FROM agents a JOIN devices d ON d.device_id = a.device_id ORDER BY a.agent_no"));
  while (TRY(rows->next())) {
    domain::AgentRef agent;
    agent.agent_no = rows->integer(0);
    agent.agent_id = rows->text(1);
    agent.device_id = rows->text(2);
    if (!rows->is_null(7)) agent.school_id = rows->text(7);
    agent.enrolled_ms = rows->integer(4);
    agent.revoked = !rows->is_null(5);
    agent.deleted = !rows->is_null(8);
    agent.superseded_ms = rows->optional_integer(6);
    take(TRY(digest_of(rows->blob(3))), std::move(agent));
  }
  return {};
}

Result<std::vector<AgentRow>> list_agents_of(sql::Snapshot& snapshot, std::string_view device_id) {
  return all_rows<AgentRow>(
      snapshot.query("SELECT a.agent_no, a.agent_id, a.device_id, a.key_id, a.certificate_serial,"
                     " a.not_before_ms, a.not_after_ms, a.enrolled_ms, a.revoked_ms, a.superseded_ms,"
                     " a.system_uuid, d.school_id, d.deleted_ms"
                     " FROM agents a JOIN devices d ON d.device_id = a.device_id"
                     " WHERE a.device_id = $1 ORDER BY a.agent_no",
                     device_id),
      read_agent);
}

}  // namespace rollcall::storage
