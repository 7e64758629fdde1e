#include "server/storage/user_store.h"

#include "server/storage/columns.h"

namespace rollcall::storage {
namespace {

Result<UserRow> read_user(sql::Rows& row) {
  UserRow out;
  out.user.user_id = row.string(0);
  out.user.name = row.string(1);
  out.password_hash = row.string(2);
  const auto role = domain::parse_role(row.text(3));
  const auto scope = domain::parse_scope_kind(row.text(4));
  if (!role || !scope) return fail(Errc::corrupt, "a user of unknown role or scope is stored");
  out.user.role = *role;
  out.user.scope.kind = *scope;
  out.user.disabled = row.integer(5) != 0;
  out.user.one_time_until_ms = row.optional_integer(6);
  out.user.created_ms = row.integer(7);
  out.user.last_sign_in_ms = row.optional_integer(8);
  return out;
}

Result<> put_scope_ids(sql::Transaction& transaction, const domain::User& user) {
  TRY(transaction.execute("DELETE FROM user_scopes WHERE user_id = $1", user.user_id));
  for (const auto& id : user.scope.ids) {
    TRY(transaction.execute("INSERT INTO user_scopes (user_id, scope_id) VALUES ($1, $2)", user.user_id, id));
  }
  return {};
}

Result<std::optional<UserRow>> with_scope(sql::Snapshot& snapshot, std::optional<UserRow> row) {
  if (row) row->user.scope.ids = TRY(find_scope_ids(snapshot, row->user.user_id));
  return row;
}

}  // namespace

Result<> insert_user(sql::Transaction& transaction, const UserRow& row) {
  const domain::User& user = row.user;
  TRY(transaction.execute(
      "INSERT INTO users (user_id, name, password_hash, role, scope_kind, disabled,"
      " one_time_until_ms, created_ms, last_sign_in_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      user.user_id, user.name, row.password_hash, domain::name_of(user.role), domain::name_of(user.scope.kind),
      user.disabled, user.one_time_until_ms, user.created_ms, user.last_sign_in_ms));
  return put_scope_ids(transaction, user);
}

Result<> update_user(sql::Transaction& transaction, const UserRow& row) {
  const domain::User& user = row.user;
  TRY(transaction.execute(
      "UPDATE users SET password_hash = $2, role = $3, scope_kind = $4, disabled = $5,"
      " one_time_until_ms = $6, last_sign_in_ms = $7 WHERE user_id = $1",
      user.user_id, row.password_hash, domain::name_of(user.role), domain::name_of(user.scope.kind), user.disabled,
      user.one_time_until_ms, user.last_sign_in_ms));
  return put_scope_ids(transaction, user);
}

Result<std::optional<UserRow>> find_user(sql::Snapshot& snapshot, std::string_view user_id) {
  return with_scope(snapshot, TRY(first_row<UserRow>(
      snapshot.query("SELECT user_id, name, password_hash, role, scope_kind, disabled,"
                     " one_time_until_ms, created_ms, last_sign_in_ms FROM users WHERE user_id = $1",
                     user_id),
      read_user)));
}

Result<std::optional<UserRow>> find_user_by_name(sql::Snapshot& snapshot, std::string_view name) {
  return with_scope(snapshot, TRY(first_row<UserRow>(
      snapshot.query("SELECT user_id, name, password_hash, role, scope_kind, disabled,"
                     " one_time_until_ms, created_ms, last_sign_in_ms FROM users WHERE name = $1",
                     name),
      read_user)));
}

Result<std::vector<UserRow>> list_users(sql::Snapshot& snapshot, std::string_view after, std::size_t limit) {
  auto users = TRY(all_rows<UserRow>(
      snapshot.query("SELECT user_id, name, password_hash, role, scope_kind, disabled,"
                     " one_time_until_ms, created_ms, last_sign_in_ms FROM users WHERE name > $1 ORDER BY name LIMIT $2",
                     after, limit),
      read_user));
  for (auto& row : users) row.user.scope.ids = TRY(find_scope_ids(snapshot, row.user.user_id));
  return users;
}

Result<bool> has_other_admin(sql::Snapshot& snapshot, std::string_view without_user_id, std::int64_t now_ms) {
  const auto rows = TRY(snapshot.query(
      "SELECT 1 FROM users WHERE role = $2 AND scope_kind = $3 AND disabled = 0 AND user_id <> $1"
      " AND (one_time_until_ms IS NULL OR one_time_until_ms > $4) LIMIT 1",
      without_user_id, domain::name_of(domain::Role::admin), domain::name_of(domain::ScopeKind::district), now_ms));
  return rows->next();
}

Result<std::vector<std::string>> find_scope_ids(sql::Snapshot& snapshot, std::string_view user_id) {
  return all_rows<std::string>(
      snapshot.query("SELECT scope_id FROM user_scopes WHERE user_id = $1 ORDER BY scope_id", user_id),
      [](sql::Rows& row) -> Result<std::string> { return row.string(0); });
}

Result<std::optional<Tries>> find_tries(sql::Snapshot& snapshot, const Sha256& key) {
  return first_row<Tries>(
      snapshot.query("SELECT tries, window_start_ms FROM sign_in_tries WHERE name_hash = $1",
                     blob_of(key)),
      [](sql::Rows& row) -> Result<Tries> {
        return Tries{.tries = row.integer(0), .window_start_ms = row.integer(1)};
      });
}

Result<> put_tries(sql::Transaction& transaction, const Sha256& key, const Tries& tries) {
  TRY(
      transaction.execute("INSERT INTO sign_in_tries (name_hash, tries, window_start_ms) VALUES ($1, $2, $3)"
                          " ON CONFLICT (name_hash) DO UPDATE SET tries = $2, window_start_ms = $3",
                          blob_of(key), tries.tries, tries.window_start_ms));
  return {};
}

Result<> forget_tries(sql::Transaction& transaction, const Sha256& first, const Sha256& last) {
  TRY(transaction.execute("DELETE FROM sign_in_tries WHERE name_hash >= $1 AND name_hash <= $2", blob_of(first),
                          blob_of(last)));
  return {};
}

Result<> forget_tries_before(sql::Transaction& transaction, std::int64_t window_start_ms) {
  TRY(transaction.execute("DELETE FROM sign_in_tries WHERE window_start_ms < $1", window_start_ms));
  return {};
}

}  // namespace rollcall::storage
