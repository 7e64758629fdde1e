// Rows of `enrolment_tokens`, their serial lists and their uses. The secret is known by its hash only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "common/base/digest.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/token.h"

namespace rollcall::storage {

struct TokenRow {
  domain::TokenRecord record{};  // `serials` is left empty by find_token and find_token_by_hash
  Sha256 secret_hash{};
  bool any_serial{};
};

Result<> insert_token(sql::Transaction& transaction, const domain::TokenRecord& record,
                      const Sha256& secret_hash);
Result<> revoke_token(sql::Transaction& transaction, std::string_view token_id, std::int64_t now_ms);
// Counts one use if the token still has one, is not revoked and has not run out; false: it did not count.
Result<bool> use_token(sql::Transaction& transaction, std::string_view token_id, std::int64_t now_ms);
Result<> insert_token_use(sql::Transaction& transaction, std::string_view token_id, std::int64_t agent_no,
                          std::int64_t now_ms);

Result<std::optional<TokenRow>> find_token(sql::Snapshot& snapshot, std::string_view token_id);
Result<std::optional<TokenRow>> find_token_by_hash(sql::Snapshot& snapshot, const Sha256& secret_hash);
Result<bool> token_lists_serial(sql::Snapshot& snapshot, std::string_view token_id, std::string_view serial);
Result<bool> token_enrolled(sql::Snapshot& snapshot, std::string_view token_id, std::int64_t agent_no);
// Newest first, with serials, at most `limit` of those made before the token `before_id` (empty: from the newest on).
Result<std::vector<domain::TokenRecord>> list_tokens(sql::Snapshot& snapshot, std::string_view before_id,
                                                     std::size_t limit);

}  // namespace rollcall::storage
