// Rows of `kept_answers`: what was answered to a write that may be asked again. Plain functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/digest.h"
#include "common/base/result.h"
#include "common/sql/sql.h"

namespace rollcall::storage {

struct KeptAnswer {
  std::string owner{}, key{};
  Sha256 request_hash{};
  int status{};
  std::string etag{}, body{};
  std::int64_t expires_ms{};
};

// Errors: already_exists (this owner's key has an answer).
Result<> insert_kept_answer(sql::Transaction& transaction, const KeptAnswer& answer);
// Also one that has expired and is not deleted yet.
Result<std::optional<KeptAnswer>> find_kept_answer(sql::Snapshot& snapshot, std::string_view owner,
                                                   std::string_view key);
// Those that expired by now, at most `limit` of them. Returns how many they were.
Result<std::int64_t> delete_expired_answers(sql::Transaction& transaction, std::int64_t now_ms, std::size_t limit);

}  // namespace rollcall::storage
