// The four steps of a device, from the box to the shelf.
#include <algorithm>
#include <utility>

#include "server/domain/plain_text.h"
#include "server/service/custody_scan.h"
#include "server/service/device_change.h"
#include "server/service/receiving.h"
#include "server/storage/asset_store.h"
#include "server/storage/device_store.h"
#include "server/storage/model_store.h"
#include "server/storage/purchase_order_store.h"
#include "server/storage/receiving_store.h"

namespace rollcall::service {
namespace {

using domain::DeviceChange;
using domain::Lifecycle;
using domain::OrderLine;
using domain::PurchaseOrder;
using domain::ReceivedDevice;
using domain::ReceivingStep;

constexpr int kMostTaken = 100'000;  // tags in a row that other devices have
constexpr std::string_view kHeldBecause = "damaged on delivery";

Result<OrderLine> line_of(const PurchaseOrder& order, const std::optional<std::int64_t>& wanted) {
  if (!wanted && order.lines.size() == 1) return order.lines.front();
  const auto line = std::ranges::find(order.lines, wanted.value_or(0), &OrderLine::line);
  if (line != order.lines.end()) return *line;
  return fail(Errc::invalid_argument, wanted ? "line is none of this order" : "line must say which model this is",
              "line");
}

Result<> expect_room(sql::Snapshot& snapshot, const OrderLine& line, std::string_view order_id) {
  if (TRY(storage::count_received(snapshot, order_id, line.line)) < line.quantity) return {};
  return fail(Errc::conflict, "all " + std::to_string(line.quantity) +
                                  " of this line are received: if more came, change the order first");
}

// The record that the inventory or an agent has of this serial number already.
Result<std::optional<domain::Asset>> known_as(sql::Snapshot& snapshot, const std::string& serial,
                                              std::string_view maker) {
  const auto device = TRY(storage::find_device_by_serial(snapshot, serial, maker));
  if (!device) return std::optional<domain::Asset>();
  return storage::find_asset(snapshot, device->device_id);
}

std::string step_name(ReceivingStep step) {
  return "order." + std::string(step == ReceivingStep::tagged   ? "tag"
                                : step == ReceivingStep::imaged ? "image"
                                                                : "check");
}

}  // namespace

// A device that was listed as ordered, one that an agent told of, or a new one.
Result<std::string> Receiving::add_device(Write& write, const domain::Principal& who, const PurchaseOrder& order,
                                          const OrderLine& line, const domain::Delivery& delivery,
                                          const std::string& serial) {
  auto& transaction = write.transaction();
  const auto model = TRY(storage::find_model(transaction, line.model_id));
  const auto known = TRY(known_as(transaction, serial, model ? std::string_view(model->maker) : std::string_view()));
  if (known) TRY(expect_own(who.scope, known->device));
  DeviceChange change{.serial = serial,
                      .model_id = line.model_id,
                      .funding_source = order.funding_source,
                      .purchase_order = order.number,
                      .purchased = std::optional(delivery.delivered)};
  if (!order.school_id.empty()) change.school_id = order.school_id;
  if (line.unit_cost_cents) change.cost_cents = line.unit_cost_cents;
  const bool in_use = known && known->device.held_by != domain::HolderKind::nobody;
  if (!in_use) change.lifecycle = Lifecycle::received;
  if (!known) change.condition = domain::Condition::new_;
  if (known && known->papers.listed_ms && known->device.standing.lifecycle == Lifecycle::ordered) {
    TRY(devices_.edit(write, known->device.device_id, change, known->device.version));
    return known->device.device_id;
  }
  return TRY(devices_.add(write, change)).asset.device.device_id;
}

Result<ReceivedView> Receiving::receive(Write& write, const domain::Principal& who, std::string_view order_id,
                                        const ReceivingScan& scan) {
  auto& transaction = write.transaction();
  const auto order = TRY(open_order(transaction, who, order_id));
  const std::string serial = domain::normalise_serial(scan.serial);
  if (serial.empty()) {
    return fail(Errc::invalid_argument, "serial must be the serial number on the box or the device", "serial");
  }
  for (const auto& same : TRY(storage::find_devices_of_serial(transaction, serial))) {
    auto received = TRY(storage::find_received(transaction, same.device_id));
    if (received && received->order_id == order.order_id) return ReceivedView{std::move(*received), same, true};
  }
  const auto line = TRY(line_of(order, scan.line));
  const auto delivery = TRY(storage::find_delivery(transaction, scan.delivery_id));
  if (!delivery || delivery->order_id != order.order_id) {
    return fail(Errc::invalid_argument, "delivery is none of this order: note the delivery first", "delivery");
  }
  TRY(expect_room(transaction, line, order_id));
  ReceivedDevice received{.device_id = TRY(add_device(write, who, order, line, *delivery, serial)),
                          .order_id = order.order_id,
                          .delivery_id = delivery->delivery_id,
                          .line = line.line,
                          .received = {write.now_ms(), write.actor().to_text()}};
  if (TRY(storage::find_received(transaction, received.device_id))) {
    return fail(Errc::already_exists, "this device was received with another order", "serial");
  }
  TRY(storage::insert_received(transaction, received));
  TRY(audit_.append(transaction, write.actor(), "order.receive", "device:" + received.device_id,
                    "order:" + order.order_id));
  auto stored = TRY(storage::find_received(transaction, received.device_id));
  auto device = TRY(storage::find_device(transaction, received.device_id));
  return ReceivedView{std::move(stored).value(), std::move(device).value(), false};
}

// The next one that no device has; the order goes on behind it.
Result<std::string> Receiving::free_tag(sql::Transaction& transaction, const PurchaseOrder& order) const {
  if (order.next_tag.empty()) {
    return fail(Errc::invalid_argument, "tag is missing: scan the label, or give the order its first tag", "tag");
  }
  std::string tag = order.next_tag;
  for (int taken = 0; taken < kMostTaken; ++taken) {
    auto next = domain::tag_after(tag);
    if (!next) break;
    if (!TRY(storage::find_device_by_tag(transaction, tag))) {
      TRY(storage::advance_tag(transaction, order.order_id, *next));
      return tag;
    }
    tag = std::move(*next);
  }
  return fail(Errc::conflict, "no tag is free from " + order.next_tag + " on: give the order another first tag");
}

Result<> Receiving::change_device(Write& write, const std::string& device_id, DeviceChange change, ReceivingStep step,
                                  bool damaged) {
  const auto asset = TRY(Devices::read(write.transaction(), device_id));
  const auto now = asset.device.standing.lifecycle;
  if (const auto then = domain::lifecycle_after(step, damaged, now); then != now) change.lifecycle = then;
  TRY(devices_.edit(write, device_id, change, asset.device.version));
  return {};
}

Result<> Receiving::tag(Write& write, const PurchaseOrder& order, ReceivedDevice& device, const std::string& tag) {
  const auto asset = TRY(Devices::read(write.transaction(), device.device_id));
  const std::string& has = asset.device.tag;
  if (!has.empty() && !tag.empty() && domain::normalise_tag(tag) != std::optional(has)) {
    return fail(Errc::conflict, "this device has the tag " + has + " already: change it on its page");
  }
  DeviceChange change;
  if (has.empty()) change.tag = tag.empty() ? TRY(free_tag(write.transaction(), order)) : tag;
  return change_device(write, device.device_id, std::move(change), ReceivingStep::tagged, false);
}

Result<> Receiving::check(Write& write, ReceivedDevice& device, bool damaged, const std::string& note) {
  TRY(domain::expect_checkable(device, damaged, note));
  DeviceChange change{.condition = damaged ? domain::Condition::damaged : domain::Condition::new_};
  if (damaged) {
    change.on_hold = true;
    change.hold_reason = std::string(kHeldBecause);
  } else if (device.damaged) {
    change.on_hold = false;
    change.hold_reason = "";
  }
  TRY(change_device(write, device.device_id, std::move(change), ReceivingStep::checked, damaged));
  device.damaged = damaged;
  device.check_note = note;
  return {};
}

Result<ReceivedView> Receiving::take_step(Write& write, const domain::Principal& who, std::string_view order_id,
                                          const StepTaken& step) {
  auto& transaction = write.transaction();
  const auto order = TRY(order_of(transaction, who, order_id));
  const auto note = TRY(domain::plain_text(step.note, domain::kMaxOrderNote, "note"));
  auto found = TRY(scan_device(transaction, who.scope, step.device));
  if (!found.device) return fail(Errc::not_found, found.blockers.front().message, "device");
  auto device = TRY(storage::find_received(transaction, found.device->device_id));
  if (!device || device->order_id != order.order_id) {
    return fail(Errc::not_found, shown(*found.device) + " is not of this order", "device");
  }
  const ReceivedDevice::Done done{write.now_ms(), write.actor().to_text()};
  const bool checked_so = device->checked && device->damaged == step.damaged;
  const bool again = (step.step == ReceivingStep::tagged && device->tagged && step.tag.empty()) ||
                     (step.step == ReceivingStep::imaged && device->imaged) ||
                     (step.step == ReceivingStep::checked && checked_so);
  if (again) return ReceivedView{std::move(*device), std::move(*found.device), true};
  switch (step.step) {
    case ReceivingStep::received:
      return fail(Errc::invalid_argument, "step must be tagged, imaged or checked", "step");
    case ReceivingStep::tagged:
      TRY(tag(write, order, *device, step.tag));
      if (!device->tagged) device->tagged = done;
      break;
    case ReceivingStep::imaged: device->imaged = done; break;
    case ReceivingStep::checked:
      TRY(check(write, *device, step.damaged, note));
      device->checked = done;
      break;
  }
  TRY(storage::update_received(transaction, *device));
  TRY(audit_.append(transaction, write.actor(), step_name(step.step), "device:" + device->device_id,
                    "order:" + order.order_id + (device->damaged ? ", damaged" : "")));
  auto now = TRY(storage::find_device(transaction, device->device_id));
  return ReceivedView{std::move(*device), std::move(now).value(), false};
}

}  // namespace rollcall::service
