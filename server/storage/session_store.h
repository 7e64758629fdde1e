// Rows of `sessions`. The token is known by its hash only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/digest.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/user.h"

namespace rollcall::storage {

struct SessionRow {
  domain::Principal principal{};
  Sha256 token_hash{};
  std::int64_t created_ms{};
  std::int64_t last_seen_ms{};
  std::int64_t expires_ms{};
};

Result<> insert_session(sql::Transaction& transaction, const SessionRow& row);
Result<> touch_session(sql::Transaction& transaction, const Sha256& token_hash, std::int64_t last_seen_ms);
Result<> delete_session(sql::Transaction& transaction, std::string_view session_id);
Result<std::int64_t> delete_all_sessions(sql::Transaction& transaction);  // how many there were
Result<> delete_sessions_of(sql::Transaction& transaction, std::string_view user_id);
// All but the `keep` newest of this user.
Result<> delete_oldest_sessions_of(sql::Transaction& transaction, std::string_view user_id,
                                   std::int64_t keep);
Result<std::vector<SessionRow>> list_sessions(sql::Snapshot& snapshot);  // of users who are not disabled

}  // namespace rollcall::storage
