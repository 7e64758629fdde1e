// Looking at purchase orders and deliveries.
#include <algorithm>
#include <utility>

#include "common/base/digest.h"
#include "common/base/fold.h"
#include "common/base/text.h"
#include "server/service/receiving.h"
#include "server/storage/device_store.h"
#include "server/storage/model_store.h"
#include "server/storage/purchase_order_store.h"
#include "server/storage/receiving_store.h"

namespace rollcall::service {
namespace {

using domain::PurchaseOrder;

// "NUMBER ID" of the last one; a page goes on behind it.
struct Mark {
  std::int64_t number{INT64_MAX};
  std::string id{};
};
std::string cursor_of(std::int64_t number, std::string_view id) {
  return to_base64url(std::to_string(number) + ' ' + std::string(id));
}
Result<Mark> mark_of(std::string_view cursor) {
  if (cursor.empty()) return Mark{};
  const auto text = from_base64url(cursor);
  const auto blank = text ? text->find(' ') : std::string::npos;
  const auto number =
      blank == std::string::npos ? std::nullopt : parse_number<std::int64_t>(std::string_view(*text).substr(0, blank));
  if (!number || !is_utf8(*text)) return fail(Errc::invalid_argument, "this is not a cursor of this list", "cursor");
  return Mark{*number, text->substr(blank + 1)};
}

DeliveryView view_of(storage::DeliveryRow row) {
  return {std::move(row.delivery), row.received, row.damaged, std::move(row.number), std::move(row.vendor),
          std::move(row.school_id)};
}

std::optional<std::string> bound_of(const domain::Principal& who) {
  return who.scope.kind == domain::ScopeKind::district ? std::nullopt : std::optional(who.user_id);
}

}  // namespace

Result<OrderView> Receiving::view_of(sql::Snapshot& snapshot, PurchaseOrder order, bool deliveries) const {
  OrderView out{std::move(order), {}, {}, {}};
  const auto counts = TRY(storage::counts_of(snapshot, out.order.order_id));
  for (const auto& line : out.order.lines) {
    const auto count = std::ranges::find(counts, line.line, &storage::LineCounts::line);
    OrderLineView view{line, TRY(storage::find_model(snapshot, line.model_id)).value_or(domain::DeviceModel{}), {}};
    if (count != counts.end()) view.counts = count->counts;
    out.counts += view.counts;
    out.lines.push_back(std::move(view));
  }
  if (!deliveries) return out;
  for (auto& row : TRY(storage::deliveries_of(snapshot, out.order.order_id))) {
    out.deliveries.push_back(service::view_of(std::move(row)));
  }
  return out;
}

Result<Receiving::Page> Receiving::list(const domain::Principal& who, const OrderQuery& query) {
  const auto mark = TRY(mark_of(query.cursor));
  const storage::OrderFilter filter{.user_id = bound_of(who),
                                    .school_id = query.school_id,
                                    .open = query.open,
                                    .search = fold_text(query.search),
                                    .before_ms = mark.number,
                                    .before_id = mark.id,
                                    .limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage)};
  return db_.read([&](sql::Snapshot& snapshot) -> Result<Page> {
    Page page;
    auto orders = TRY(storage::list_orders(snapshot, filter));
    if (orders.size() == filter.limit) {
      page.next_cursor = cursor_of(orders.back().created_ms, orders.back().order_id);
    }
    for (auto& order : orders) page.orders.push_back(TRY(view_of(snapshot, std::move(order), false)));
    return page;
  });
}

Result<OrderView> Receiving::get(const domain::Principal& who, std::string_view order_id) {
  return db_.read([&](sql::Snapshot& snapshot) -> Result<OrderView> {
    return view_of(snapshot, TRY(order_of(snapshot, who, order_id)), true);
  });
}

Result<Receiving::Received> Receiving::devices(const domain::Principal& who, std::string_view order_id,
                                               std::optional<domain::ReceivingStep> waits_for, std::string_view cursor,
                                               std::size_t limit) {
  const auto mark = TRY(mark_of(cursor));
  const storage::ReceivedFilter filter{.order_id = std::string(order_id),
                                       .waits_for = waits_for,
                                       .before_ms = mark.number,
                                       .before_id = mark.id,
                                       .limit = std::clamp<std::size_t>(limit, 1, kMaxPage)};
  return db_.read([&](sql::Snapshot& snapshot) -> Result<Received> {
    TRY(order_of(snapshot, who, order_id));
    Received out;
    auto rows = TRY(storage::list_received(snapshot, filter));
    if (rows.size() == filter.limit) out.next_cursor = cursor_of(rows.back().received.at_ms, rows.back().device_id);
    for (auto& row : rows) {
      auto device = TRY(storage::find_device(snapshot, row.device_id));
      if (!device) continue;
      // It went to another school since: what was received stays in this order's record, what it is now does not.
      if (!who.scope.covers_school(device->school_id)) *device = domain::Device{.serial = std::move(device->serial)};
      out.devices.push_back({std::move(row), std::move(*device), false});
    }
    return out;
  });
}

Result<Receiving::Troubles> Receiving::troubles(const domain::Principal& who, const TroubleQuery& query) {
  const auto mark = TRY(mark_of(query.cursor));
  const storage::TroubleFilter filter{.is_short = query.is_short,
                                      .damaged = query.damaged,
                                      .user_id = bound_of(who),
                                      .school_id = query.school_id,
                                      .before_day = mark.number,
                                      .before_id = mark.id,
                                      .limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage)};
  return db_.read([&](sql::Snapshot& snapshot) -> Result<Troubles> {
    Troubles out;
    auto rows = TRY(storage::troubled_deliveries(snapshot, filter));
    if (rows.size() == filter.limit) {
      const auto& last = rows.back().delivery;
      out.next_cursor = cursor_of(last.delivered.time_since_epoch().count(), last.delivery_id);
    }
    for (auto& row : rows) out.deliveries.push_back(service::view_of(std::move(row)));
    return out;
  });
}

}  // namespace rollcall::service
