// Purchase orders and what is received of them as JSON.
#include "common/base/local_time.h"
#include "server/api/encode.h"

namespace rollcall::api {
namespace {

json::object counted(const domain::ReceivingCounts& counts) {
  return {{"ordered", counts.ordered}, {"received", counts.received}, {"tagged", counts.tagged},
          {"imaged", counts.imaged},   {"checked", counts.checked},   {"damaged", counts.damaged},
          {"missing", counts.missing()}};
}

json::object described(const service::OrderLineView& view) {
  json::object out{{"line", view.line.line},
                   {"model", encode(view.model)},
                   {"quantity", view.line.quantity},
                   {"counts", counted(view.counts)}};
  put(out, "unit_cost_cents", view.line.unit_cost_cents);
  return out;
}

// How many of all lines did not come: too many of one model do not make up for another.
json::object sum_of(const service::OrderView& view) {
  json::object out = counted(view.counts);
  std::int64_t missing = 0;
  for (const auto& line : view.lines) missing += line.counts.missing();
  out["missing"] = missing;
  return out;
}

}  // namespace

json::object encode(const service::DeliveryView& view, const Caller& caller) {
  json::object out{{"id", view.delivery.delivery_id},
                   {"order", view.delivery.order_id},
                   {"number", view.number},
                   {"vendor", view.vendor},
                   {"delivered", iso_date(view.delivery.delivered)},
                   {"announced", view.delivery.announced},
                   {"received", view.received},
                   {"damaged", view.damaged},
                   {"missing", view.missing()}};
  put_text(out, "school", view.school_id);
  put_text(out, "reference", view.delivery.reference);
  // People write names into notes.
  if (caller.person->may(domain::Permission::view_people)) put_text(out, "note", view.delivery.note);
  return out;
}

json::object encode(const service::OrderView& view, const Caller& caller, ActorNames& names) {
  const domain::PurchaseOrder& order = view.order;
  json::array lines, deliveries;
  for (const auto& line : view.lines) lines.push_back(described(line));
  for (const auto& delivery : view.deliveries) deliveries.push_back(encode(delivery, caller));
  json::object out{{"id", order.order_id},
                   {"number", order.number},
                   {"vendor", order.vendor},
                   {"state", order.open() ? "open" : "closed"},
                   {"created_ms", order.created_ms},
                   {"lines", std::move(lines)},
                   {"deliveries", std::move(deliveries)},
                   {"counts", sum_of(view)}};
  put_text(out, "funding_source", order.funding_source);
  put_text(out, "school", order.school_id);
  if (order.expected) out["expected"] = iso_date(*order.expected);
  put_text(out, "next_tag", order.next_tag);
  put(out, "closed_ms", order.closed_ms);
  if (!caller.person->may(domain::Permission::view_people)) return out;
  put_text(out, "note", order.note);
  put_text(out, "close_reason", order.close_reason);
  put_text(out, "created_by", names.of(order.created_by));
  put_text(out, "closed_by", names.of(order.closed_by));
  return out;
}

json::object encode(const service::ReceivedView& view, const Caller& caller, ActorNames& names) {
  const domain::ReceivedDevice& received = view.received;
  const bool sees_people = caller.person->may(domain::Permission::view_people);
  json::object steps;
  const auto step = [&](domain::ReceivingStep name, const std::optional<domain::ReceivedDevice::Done>& done) {
    if (!done) return;
    json::object it{{"at_ms", done->at_ms}, {"by_agent", done->actor.starts_with("agent:")}};
    if (sees_people) put_text(it, "by", names.of(done->actor));
    steps[domain::name_of(name)] = std::move(it);
  };
  step(domain::ReceivingStep::received, received.received);
  step(domain::ReceivingStep::tagged, received.tagged);
  step(domain::ReceivingStep::imaged, received.imaged);
  step(domain::ReceivingStep::checked, received.checked);
  json::object out{{"device", encode(view.device)},
                   {"line", received.line},
                   {"delivery", received.delivery_id},
                   {"steps", std::move(steps)},
                   {"damaged", received.damaged},
                   {"again", view.again}};
  if (const auto next = domain::next_step(received)) out["next"] = domain::name_of(*next);
  if (sees_people) put_text(out, "note", received.check_note);
  return out;
}

}  // namespace rollcall::api
