#include "server/service/receiving.h"

#include <algorithm>
#include <utility>

#include "common/base/fold.h"
#include "common/base/id.h"
#include "server/domain/plain_text.h"
#include "server/service/versions.h"
#include "server/storage/model_store.h"
#include "server/storage/purchase_order_store.h"
#include "server/storage/receiving_store.h"

namespace rollcall::service {
namespace {

using domain::OrderLine;
using domain::PurchaseOrder;

std::string target_of(const PurchaseOrder& order) {
  return "order:" + order.order_id;
}

// What was received of a line stays true of it.
Result<> expect_kept(const std::vector<OrderLine>& before, const std::vector<OrderLine>& after,
                     const std::vector<storage::LineCounts>& counts) {
  for (const auto& [number, count] : counts) {
    if (count.received == 0) continue;
    const auto was = std::ranges::find(before, number, &OrderLine::line);
    const auto is = std::ranges::find(after, number, &OrderLine::line);
    const std::string line = "line " + std::to_string(number);
    if (is == after.end() || was == before.end() || is->model_id != was->model_id) {
      return fail(Errc::conflict, line + " has received devices: its model stays, and so does the line");
    }
    if (is->quantity < count.received) {
      return fail(Errc::conflict, line + " has " + std::to_string(count.received) + " received devices already");
    }
  }
  return {};
}

// New lines are numbered behind those that there are.
std::vector<OrderLine> numbered(std::vector<OrderLine> lines, const std::vector<OrderLine>& before) {
  std::int64_t last = 0;
  for (const auto& line : before) last = std::max(last, line.line);
  for (auto& line : lines) {
    const bool known = std::ranges::find(before, line.line, &OrderLine::line) != before.end();
    if (!known) line.line = ++last;
  }
  std::ranges::sort(lines, {}, &OrderLine::line);
  return lines;
}

}  // namespace

Result<PurchaseOrder> Receiving::order_of(sql::Snapshot& snapshot, const domain::Principal& who,
                                          std::string_view order_id) const {
  auto order = TRY(storage::find_order(snapshot, order_id));
  if (order && who.scope.covers_school(order->school_id)) return std::move(*order);
  return fail(Errc::not_found, "there is no such purchase order");
}

Result<PurchaseOrder> Receiving::open_order(sql::Snapshot& snapshot, const domain::Principal& who,
                                            std::string_view order_id) const {
  auto order = TRY(order_of(snapshot, who, order_id));
  if (order.open()) return order;
  return fail(Errc::conflict, "order " + order.number + " is closed: open it again first");
}

Result<> Receiving::expect_fit(sql::Snapshot& snapshot, const PurchaseOrder& order) const {
  if (!order.school_id.empty()) TRY(schools_.expect(order.school_id, "school"));
  for (const auto& line : order.lines) {
    const auto model = TRY(storage::find_model(snapshot, line.model_id));
    if (!model) return fail(Errc::invalid_argument, "the catalog has no such model", "lines.model_id");
  }
  return {};
}

Result<OrderView> Receiving::create(Write& write, const domain::Principal& who, const PurchaseOrder& wanted) {
  auto& transaction = write.transaction();
  PurchaseOrder order = TRY(domain::normalise(wanted));
  if (!who.scope.covers_school(order.school_id)) {
    return fail(Errc::permission_denied,
                order.school_id.empty() ? "an order of the whole district is for accounts that reach the district"
                                        : "this school is out of your reach",
                "school");
  }
  TRY(expect_fit(transaction, order));
  const std::string key = fold_text(order.number);
  if (TRY(storage::find_order_by_number(transaction, key))) {
    return fail(Errc::already_exists, "there is an order " + order.number + " already", "number");
  }
  order.order_id = make_ulid(clock_, random_);
  order.lines = numbered(std::move(order.lines), {});
  order.version = 1;
  order.created_ms = write.now_ms();
  order.created_by = write.actor().to_text();
  TRY(storage::insert_order(transaction, order, key));
  TRY(audit_.append(transaction, write.actor(), "order.create", target_of(order)));
  return view_of(transaction, std::move(order), true);
}

// Over the version that was read.
Result<> Receiving::put(Write& write, PurchaseOrder& order, std::string_view action, std::string_view detail) {
  const std::int64_t seen = order.version++;
  if (!TRY(storage::update_order(write.transaction(), order, seen))) return changed_meanwhile("this order");
  return audit_.append(write.transaction(), write.actor(), action, target_of(order), detail);
}

Result<OrderView> Receiving::edit(Write& write, const domain::Principal& who, std::string_view order_id,
                                  const OrderChange& change, std::int64_t expected_version) {
  auto& transaction = write.transaction();
  PurchaseOrder order = TRY(open_order(transaction, who, order_id));
  TRY(expect_version("this order", order.version, expected_version));
  const PurchaseOrder before = order;
  if (change.vendor) order.vendor = *change.vendor;
  if (change.funding_source) order.funding_source = *change.funding_source;
  if (change.note) order.note = *change.note;
  if (change.next_tag) order.next_tag = *change.next_tag;
  if (change.expected) order.expected = *change.expected;
  if (change.lines) order.lines = numbered(*change.lines, before.lines);
  order = TRY(domain::normalise(std::move(order)));
  if (order == before) return view_of(transaction, std::move(order), true);
  if (order.lines != before.lines) {
    TRY(expect_fit(transaction, order));
    TRY(expect_kept(before.lines, order.lines, TRY(storage::counts_of(transaction, order_id))));
    TRY(storage::replace_lines(transaction, order));
  }
  std::string fields;
  const auto add = [&](bool changed, std::string_view name) {
    if (changed) fields.append(fields.empty() ? "" : ", ").append(name);
  };
  add(order.vendor != before.vendor, "vendor");
  add(order.funding_source != before.funding_source, "funding_source");
  add(order.note != before.note, "note");
  add(order.next_tag != before.next_tag, "next_tag");
  add(order.expected != before.expected, "expected");
  add(order.lines != before.lines, "lines");
  TRY(put(write, order, "order.edit", fields));
  return view_of(transaction, std::move(order), true);
}

Result<OrderView> Receiving::close(Write& write, const domain::Principal& who, std::string_view order_id,
                                   std::string_view reason) {
  auto& transaction = write.transaction();
  PurchaseOrder order = TRY(open_order(transaction, who, order_id));
  order.close_reason = TRY(domain::plain_text(reason, domain::kMaxOrderNote, "reason"));
  domain::ReceivingCounts counts;
  // Line by line: too many of one model do not make up for another.
  std::int64_t missing = 0;
  for (const auto& line : TRY(storage::counts_of(transaction, order_id))) {
    counts += line.counts;
    missing += line.counts.missing();
  }
  counts.received = counts.ordered - missing;
  TRY(domain::expect_closable(counts, order.close_reason));
  if (missing == 0) order.close_reason.clear();
  order.closed_ms = write.now_ms();
  order.closed_by = write.actor().to_text();
  TRY(put(write, order, "order.close", missing == 0 ? "" : std::to_string(missing) + " did not come"));
  return view_of(transaction, std::move(order), true);
}

Result<OrderView> Receiving::reopen(Write& write, const domain::Principal& who, std::string_view order_id) {
  PurchaseOrder order = TRY(order_of(write.transaction(), who, order_id));
  if (order.open()) return fail(Errc::conflict, "order " + order.number + " is open");
  order.closed_ms.reset();
  order.closed_by.clear();
  order.close_reason.clear();
  TRY(put(write, order, "order.reopen", ""));
  return view_of(write.transaction(), std::move(order), true);
}

Result<DeliveryView> Receiving::deliver(Write& write, const domain::Principal& who, std::string_view order_id,
                                        const domain::Delivery& wanted) {
  const auto order = TRY(open_order(write.transaction(), who, order_id));
  domain::Delivery delivery = TRY(domain::normalise(wanted));
  delivery.delivery_id = make_ulid(clock_, random_);
  delivery.order_id = order.order_id;
  delivery.created_ms = write.now_ms();
  delivery.created_by = write.actor().to_text();
  TRY(storage::insert_delivery(write.transaction(), delivery));
  TRY(audit_.append(write.transaction(), write.actor(), "order.deliver", target_of(order),
                    std::to_string(delivery.announced) + " announced"));
  return DeliveryView{std::move(delivery), 0, 0, order.number, order.vendor, order.school_id};
}

}  // namespace rollcall::service
