// Rows of `deliveries` and `received_devices`. Plain functions; the caller's transaction decides what belongs together.
// A device that is deleted counts no more. That one is imaged an agent of it tells: the time is that of the first
// enrollment on it, and the agent is who did it.
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

Result<> insert_delivery(sql::Transaction& transaction, const domain::Delivery& delivery);
Result<std::optional<domain::Delivery>> find_delivery(sql::Snapshot& snapshot, std::string_view delivery_id);

struct DeliveryRow {
  domain::Delivery delivery{};
  std::int64_t received{}, damaged{};
  std::string number{}, vendor{}, school_id{};  // of its order
};
// Of an order, the last day first.
Result<std::vector<DeliveryRow>> deliveries_of(sql::Snapshot& snapshot, std::string_view order_id);

struct TroubleFilter {
  bool is_short{true}, damaged{true};    // with fewer devices than the packing slip says; with damaged ones
  std::optional<std::string> user_id{};  // of orders of this user's schools
  std::optional<std::string> school_id{};
  std::int64_t before_day{INT64_MAX};  // where the page before ended
  std::string before_id{};
  std::size_t limit{100};
};
// Over all orders, the last day first.
Result<std::vector<DeliveryRow>> troubled_deliveries(sql::Snapshot& snapshot, const TroubleFilter& filter);

// Errors: already_exists (it was received before).
Result<> insert_received(sql::Transaction& transaction, const domain::ReceivedDevice& device);
// Writes steps, damage and note. What an agent proves is not written.
Result<> update_received(sql::Transaction& transaction, const domain::ReceivedDevice& device);
Result<std::optional<domain::ReceivedDevice>> find_received(sql::Snapshot& snapshot, std::string_view device_id);

struct ReceivedFilter {
  std::string order_id{};
  std::optional<domain::ReceivingStep> waits_for{};  // `received`: damaged, which waits for no step
  std::int64_t before_ms{INT64_MAX};                 // where the page before ended
  std::string before_id{};
  std::size_t limit{100};
};
// The last received first.
Result<std::vector<domain::ReceivedDevice>> list_received(sql::Snapshot& snapshot, const ReceivedFilter& filter);

struct LineCounts {
  std::int64_t line{};
  domain::ReceivingCounts counts{};
};
// Live devices that were received of one line.
Result<std::int64_t> count_received(sql::Snapshot& snapshot, std::string_view order_id, std::int64_t line);
// By line.
Result<std::vector<LineCounts>> counts_of(sql::Snapshot& snapshot, std::string_view order_id);

}  // namespace rollcall::storage
