// Rows of `purchase_orders` and their lines. Plain functions; the caller's transaction decides what belongs together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/purchase_order.h"

namespace rollcall::storage {

// With its lines; `number_key` is the folded number. Errors: already_exists (an order of this number).
Result<> insert_order(sql::Transaction& transaction, const domain::PurchaseOrder& order, std::string_view number_key);
// Writes everything but number, school, lines and how it was made of the row that has `expected_version`; false: there
// is none.
Result<bool> update_order(sql::Transaction& transaction, const domain::PurchaseOrder& order,
                          std::int64_t expected_version);
// The lines become these; one of which something was received stays. Errors: conflict (such a one is left out).
Result<> replace_lines(sql::Transaction& transaction, const domain::PurchaseOrder& order);
// The tag that is given next, without a new version: whoever edits the order need not look again for that.
Result<> advance_tag(sql::Transaction& transaction, std::string_view order_id, std::string_view next_tag);

Result<std::optional<domain::PurchaseOrder>> find_order(sql::Snapshot& snapshot, std::string_view order_id);
Result<std::optional<domain::PurchaseOrder>> find_order_by_number(sql::Snapshot& snapshot, std::string_view number_key);

struct OrderFilter {
  std::optional<std::string> user_id{};    // those of this user's schools
  std::optional<std::string> school_id{};  // empty: the district's
  std::optional<bool> open{};
  std::string search{};               // part of the number, folded; empty: all
  std::int64_t before_ms{INT64_MAX};  // where the page before ended
  std::string before_id{};
  std::size_t limit{100};
};
// Newest first, with their lines.
Result<std::vector<domain::PurchaseOrder>> list_orders(sql::Snapshot& snapshot, const OrderFilter& filter);

}  // namespace rollcall::storage
