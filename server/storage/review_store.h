// Rows of `reviews`, with what the agent's device says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/review.h"

namespace rollcall::storage {

// Takes review_id, kind, agent_no, other_device_id, claimed_serial and created_ms.
// Errors: already_exists (the agent has an open review).
Result<> insert_review(sql::Transaction& transaction, const domain::Review& review);
// False: not there, or resolved already.
Result<bool> resolve_review(sql::Transaction& transaction, std::string_view review_id,
                            domain::ReviewAction resolution, std::int64_t now_ms);
// Closes what is open about agents of this device, and about what claims to be this device.
Result<> dismiss_reviews_of(sql::Transaction& transaction, std::string_view device_id, std::int64_t now_ms);

Result<std::optional<domain::Review>> find_review(sql::Snapshot& snapshot, std::string_view review_id);
Result<std::optional<domain::Review>> find_open_review(sql::Snapshot& snapshot, std::int64_t agent_no);
// Was there ever a contested-serial review of this agent and this serial, open or settled?
Result<bool> was_contested(sql::Snapshot& snapshot, std::int64_t agent_no, std::string_view serial);
// Oldest first, at most `limit` of those opened after the review `after_id` (empty: from the oldest on).
Result<std::vector<domain::Review>> list_open_reviews(sql::Snapshot& snapshot, std::string_view after_id,
                                                      std::size_t limit);
// Open ones that touch this device: its own agents', and those that claim to be it.
Result<std::int64_t> count_open_reviews_of(sql::Snapshot& snapshot, std::string_view device_id);
Result<std::int64_t> count_open_reviews(sql::Snapshot& snapshot);
// The live device that earlier got this contested serial's claimant with this system UUID, if any.
Result<std::optional<std::string>> find_contestant(sql::Snapshot& snapshot, std::string_view serial,
                                                   std::string_view system_uuid);

}  // namespace rollcall::storage
