// Rows of `inventory_checks` and `inventory_check_items`: physical audits. Plain functions; the caller's transaction
// decides what belongs together. What has ended is not changed any more; the database refuses it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/inventory_check.h"

namespace rollcall::storage {

// Errors: already_exists (this place has an open one).
Result<> insert_check(sql::Transaction& transaction, const domain::InventoryCheck& check);
// Everything that the place holds by the custody ledger is expected. Returns how many there are.
Result<std::int64_t> expect_what_is_held(sql::Transaction& transaction, std::string_view check_id,
                                         std::string_view place_id);

struct CheckRow {
  domain::InventoryCheck check{};
  std::optional<domain::CheckCounts> result{};  // when it was closed
};
Result<std::optional<CheckRow>> find_check(sql::Snapshot& snapshot, std::string_view check_id);
Result<std::optional<CheckRow>> find_open_check(sql::Snapshot& snapshot, std::string_view place_id);

struct CheckFilter {
  std::optional<std::string> user_id{};  // those of this user's schools
  std::optional<std::string> place_id{}, school_id{};
  std::optional<domain::CheckState> state{};
  std::int64_t before_ms{INT64_MAX};  // where the page before ended
  std::string before_id{};
  std::size_t limit{100};
};
// Newest first.
Result<std::vector<CheckRow>> list_checks(sql::Snapshot& snapshot, const CheckFilter& filter);

Result<std::optional<domain::CheckItem>> find_check_item(sql::Snapshot& snapshot, std::string_view check_id,
                                                         std::string_view item);
// All of them, in the order of `item`.
Result<std::vector<domain::CheckItem>> check_items(sql::Snapshot& snapshot, std::string_view check_id);

// Something that was not expected. Errors: already_exists.
Result<> insert_check_item(sql::Transaction& transaction, std::string_view check_id, const domain::CheckItem& item);
// Writes scan, sighting and outcome of the row that is there. Errors: conflict (it has ended).
Result<> update_check_item(sql::Transaction& transaction, std::string_view check_id, const domain::CheckItem& item);

// Writes how it ended; `result` when it was closed. False: it is not open.
Result<bool> end_check(sql::Transaction& transaction, const domain::InventoryCheck& check,
                       const std::optional<domain::CheckCounts>& result);

}  // namespace rollcall::storage
