// Rows of `users` and `sign_in_tries`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/digest.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/user.h"

namespace rollcall::storage {

struct UserRow {
  domain::User user{};
  std::string password_hash{};
};

// Errors: already_exists (the name).
Result<> insert_user(sql::Transaction& transaction, const UserRow& row);
// Everything but user_id, name and created_ms.
Result<> update_user(sql::Transaction& transaction, const UserRow& row);

Result<std::optional<UserRow>> find_user(sql::Snapshot& snapshot, std::string_view user_id);
Result<std::optional<UserRow>> find_user_by_name(sql::Snapshot& snapshot, std::string_view name);
// By name, at most `limit` of those behind the name `after` (empty: from the first on).
Result<std::vector<UserRow>> list_users(sql::Snapshot& snapshot, std::string_view after, std::size_t limit);
// Somebody else who runs the district and can sign in now: an unused one-time password that ran out lets nobody in.
Result<bool> has_other_admin(sql::Snapshot& snapshot, std::string_view without_user_id, std::int64_t now_ms);
// The ids of this user's scope, ascending.
Result<std::vector<std::string>> find_scope_ids(sql::Snapshot& snapshot, std::string_view user_id);

struct Tries {
  std::int64_t tries{};
  std::int64_t window_start_ms{};
};
Result<std::optional<Tries>> find_tries(sql::Snapshot& snapshot, const Sha256& key);
Result<> put_tries(sql::Transaction& transaction, const Sha256& key, const Tries& tries);
Result<> forget_tries(sql::Transaction& transaction, const Sha256& first, const Sha256& last);  // both included
Result<> forget_tries_before(sql::Transaction& transaction, std::int64_t window_start_ms);

}  // namespace rollcall::storage
