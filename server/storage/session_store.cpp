#include "server/storage/session_store.h"

#include "server/storage/columns.h"
#include "server/storage/user_store.h"

namespace rollcall::storage {
namespace {

Result<SessionRow> read_session(sql::Rows& row) {
  SessionRow out;
  out.token_hash = TRY(digest_of(row.blob(0)));
  out.principal.session_id = row.string(1);
  out.principal.user_id = row.string(2);
  out.created_ms = row.integer(4);
  out.last_seen_ms = row.integer(5);
  out.expires_ms = row.integer(6);
  out.principal.name = row.string(7);
  const auto kind = domain::parse_session_kind(row.text(3));
  const auto role = domain::parse_role(row.text(8));
  const auto scope = domain::parse_scope_kind(row.text(9));
  if (!kind || !role || !scope)
    return fail(Errc::corrupt, "a session of unknown kind, role or scope is stored");
  out.principal.kind = *kind;
  out.principal.role = *role;
  out.principal.scope.kind = *scope;
  return out;
}

}  // namespace

Result<> insert_session(sql::Transaction& transaction, const SessionRow& row) {
  TRY(transaction.execute(
      "INSERT INTO sessions (token_hash, session_id, user_id, kind, created_ms, last_seen_ms, expires_ms)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7)",
      blob_of(row.token_hash), row.principal.session_id, row.principal.user_id,
      domain::name_of(row.principal.kind), row.created_ms, row.last_seen_ms, row.expires_ms));
  return {};
}

Result<> touch_session(sql::Transaction& transaction, const Sha256& token_hash, std::int64_t last_seen_ms) {
  TRY(transaction.execute("UPDATE sessions SET last_seen_ms = $2 WHERE token_hash = $1", blob_of(token_hash),
                          last_seen_ms));
  return {};
}

Result<> delete_session(sql::Transaction& transaction, std::string_view session_id) {
  TRY(transaction.execute("DELETE FROM sessions WHERE session_id = $1", session_id));
  return {};
}

Result<std::int64_t> delete_all_sessions(sql::Transaction& transaction) {
  return transaction.execute("DELETE FROM sessions");
}

Result<> delete_sessions_of(sql::Transaction& transaction, std::string_view user_id) {
  TRY(transaction.execute("DELETE FROM sessions WHERE user_id = $1", user_id));
  return {};
}

Result<> delete_oldest_sessions_of(sql::Transaction& transaction, std::string_view user_id,
                                   std::int64_t keep) {
  TRY(
      transaction.execute("DELETE FROM sessions WHERE user_id = $1 AND session_id NOT IN"
                          " (SELECT session_id FROM sessions WHERE user_id = $1 ORDER BY created_ms DESC, "
                          "session_id DESC LIMIT $2)",
                          user_id, keep));
  return {};
}

Result<std::vector<SessionRow>> list_sessions(sql::Snapshot& snapshot) {
  auto sessions = TRY(all_rows<SessionRow>(
      snapshot.query("SELECT s.token_hash, s.session_id, s.user_id, s.kind, s.created_ms, s.last_seen_ms,"
                     " s.expires_ms, u.name, u.role, u.scope_kind"
                     " FROM sessions s JOIN users u ON u.user_id = s.user_id WHERE u.disabled = 0"),
      read_session));
  for (auto& row : sessions) row.principal.scope.ids = TRY(find_scope_ids(snapshot, row.principal.user_id));
  return sessions;
}

}  // namespace rollcall::storage
