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
  out.user.scope = {*scope, row.string(5)};
  out.user.disabled = row.integer(6) != 0;
  out.user.one_time_until_ms = row.optional_integer(7);
  out.user.created_ms = row.integer(8);
  out.user.last_sign_in_ms = row.optional_integer(9);
  return out;
}

}  // namespace

Result<> insert_user(sql::Transaction& transaction, const UserRow& row) {
  const domain::User& user = row.user;
  TRY(transaction.execute(
      "INSERT INTO users (user_id, name, password_hash, role, scope_kind, scope_id, disabled,"
      " one_time_until_ms, created_ms, last_sign_in_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      user.user_id, user.name, row.password_hash, domain::name_of(user.role),
      domain::name_of(user.scope.kind), user.scope.id, user.disabled, user.one_time_until_ms, user.created_ms,
      user.last_sign_in_ms));
  return {};
}

Result<> update_user(sql::Transaction& transaction, const UserRow& row) {
  const domain::User& user = row.user;
  TRY(transaction.execute(
      "UPDATE users SET password_hash = $2, role = $3, scope_kind = $4, scope_id = $5, disabled = $6,"
      " one_time_until_ms = $7, last_sign_in_ms = $8 WHERE user_id = $1",
      user.user_id, row.password_hash, domain::name_of(user.role), domain::name_of(user.scope.kind),
      user.scope.id, user.disabled, user.one_time_until_ms, user.last_sign_in_ms));
  return {};
}

Result<std::optional<UserRow>> find_user(sql::Snapshot& snapshot, std::string_view user_id) {
  return first_row<UserRow>(
      snapshot.query("SELECT user_id, name, password_hash, role, scope_kind, scope_id, disabled,"
                     " one_time_until_ms, created_ms, last_sign_in_ms FROM users WHERE user_id = $1",
                     user_id),
      read_user);
}

Result<std::optional<UserRow>> find_user_by_name(sql::Snapshot& snapshot, std::string_view name) {
  return first_row<UserRow>(
      snapshot.query("SELECT user_id, name, password_hash, role, scope_kind, scope_id, disabled,"
                     " one_time_until_ms, created_ms, last_sign_in_ms FROM users WHERE name = $1",
                     name),
      read_user);
}

Result<std::vector<UserRow>> list_users(sql::Snapshot& snapshot) {
  return all_rows<UserRow>(
      snapshot.query("SELECT user_id, name, password_hash, role, scope_kind, scope_id, disabled,"
                     " one_time_until_ms, created_ms, last_sign_in_ms FROM users ORDER BY name"),
      read_user);
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
