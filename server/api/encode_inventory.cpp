// The catalog, the places and custody as JSON, and what is read of them.
#include "common/base/local_time.h"
#include "server/api/encode.h"
#include "server/api/read.h"

namespace rollcall::api {
namespace {

void put_date(json::object& out, std::string_view name, const std::optional<LocalDate>& date) {
  if (date) out[name] = iso_date(*date);
}

}  // namespace

json::object encode(const domain::DeviceModel& model) {
  json::object out{{"id", model.model_id},
                   {"maker", model.maker},
                   {"name", model.name},
                   {"kind", domain::name_of(model.kind)},
                   {"created_ms", model.created_ms}};
  put(out, "warranty_months", model.warranty_months);
  put(out, "life_months", model.life_months);
  put(out, "cost_cents", model.cost_cents);
  out["kit"] = encode(model.kit);
  return out;
}

json::array encode(domain::Kit kit) {
  const auto words = kit.words();
  return json::array(words.begin(), words.end());
}

json::object encode(const domain::Place& place) {
  json::object out{{"id", place.place_id},
                   {"kind", domain::name_of(place.kind)},
                   {"name", place.name},
                   {"created_ms", place.created_ms}};
  put_text(out, "school", place.school_id);
  put(out, "capacity", place.capacity);
  put_text(out, "note", place.note);
  return out;
}

void put_standing(json::object& object, const domain::Standing& standing) {
  const auto flags = standing.flags.words();
  object["kind"] = domain::name_of(standing.kind);
  object["lifecycle"] = domain::name_of(standing.lifecycle);
  object["condition"] = domain::name_of(standing.condition);
  object["flags"] = json::array(flags.begin(), flags.end());
}

json::object encode(const domain::Device& device) {
  json::object out{{"id", device.device_id},
                   {"tag", device.tag},
                   {"serial", device.serial},
                   {"manufacturer", device.maker},
                   {"model", device.model}};
  put_text(out, "school", device.school_id);
  put_standing(out, device.standing);
  out["held_by"] = domain::name_of(device.held_by);
  put(out, "deleted_ms", device.deleted_ms);
  return out;
}

json::object encode(const domain::Papers& papers) {
  json::object out{{"ownership", domain::name_of(papers.ownership)}, {"kit", encode(papers.kit)}};
  put_text(out, "funding_source", papers.funding_source);
  put_text(out, "purchase_order", papers.purchase_order);
  put(out, "cost_cents", papers.cost_cents);
  put_date(out, "purchased", papers.purchased);
  put_date(out, "warranty_end", papers.warranty_end);
  put_date(out, "lease_end", papers.lease_end);
  put_text(out, "insurance", papers.insurance);
  put_text(out, "hold_reason", papers.hold_reason);
  put_text(out, "note", papers.note);
  put(out, "listed_ms", papers.listed_ms);
  put(out, "lost_ms", papers.lost_ms);
  put(out, "stolen_ms", papers.stolen_ms);
  put(out, "on_hold_ms", papers.on_hold_ms);
  return out;
}

json::object encode(const domain::Blocker& blocker) {
  json::object out{{"code", domain::name_of(blocker.code)}, {"message", blocker.message}, {"remedy", blocker.remedy}};
  put_text(out, "device", blocker.device);
  put_text(out, "holder", blocker.holder);
  return out;
}

json::object encode(const service::CustodyView& view, const Caller& caller, ActorNames& names) {
  const domain::Custody& custody = view.custody;
  const bool sees_people = caller.person->may(domain::Permission::view_people);
  const auto end = [&](const domain::Custody::End& it) {
    json::object out{{"at_ms", it.at_ms},
                     {"reason", domain::name_of(it.reason)},
                     {"condition", domain::name_of(it.condition)},
                     {"kit", encode(it.kit)}};
    if (sees_people) put_text(out, "by", names.of(it.actor));
    if (sees_people) put_text(out, "note", it.note);
    return out;
  };
  json::object holder{{"kind", domain::name_of(view.holder.kind)}};
  put_text(holder, "id", view.holder.id);
  put_text(holder, "name", view.holder.name);
  json::object out{{"id", custody.custody_id}, {"holder", std::move(holder)}, {"given", end(custody.given)}};
  put_text(out, "agreement", custody.agreement);
  if (custody.taken) out["taken"] = end(*custody.taken);
  return out;
}

json::object encode(const service::HeldDevice& held, const Caller& caller, ActorNames& names) {
  json::object out{{"device", encode(held.device)}};
  if (held.custody) out["custody"] = encode(*held.custody, caller, names);
  return out;
}

std::optional<domain::Kit> read_kit(Body& body, std::string_view name) {
  if (!body.has(name)) return std::nullopt;
  domain::Kit kit;
  for (const auto& word : body.texts(name, domain::kAccessories, 16)) {
    const auto accessory = domain::parse_accessory(word);
    if (!accessory) return body.refuse(name, "knows charger, case, stylus, keyboard and adapter"), std::nullopt;
    kit.add(*accessory);
  }
  return kit;
}

std::optional<std::optional<LocalDate>> read_date(Body& body, std::string_view name) {
  const auto text = body.optional_text(name, 10);
  if (!text) return std::nullopt;
  if (text->empty()) return std::optional<LocalDate>();
  const auto date = parse_date(*text);
  if (!date) return body.refuse(name, "must be a date as 2026-08-31"), std::nullopt;
  return date;
}

domain::DeviceChange read_device(Body& body) {
  domain::DeviceChange out;
  out.tag = body.optional_text("tag", domain::kMaxTag);
  out.school_id = body.optional_text("school", 64);
  out.serial = body.optional_text("serial", domain::kMaxSerial);
  out.maker = body.optional_text("manufacturer", domain::kMaxModelText);
  out.model = body.optional_text("model", domain::kMaxModelText);
  out.model_id = body.optional_text("model_id", 64);
  out.kind = body.optional_word("kind", domain::parse_device_kind);
  out.lifecycle = body.optional_word("lifecycle", domain::parse_lifecycle);
  out.condition = body.optional_word("condition", domain::parse_condition);
  out.ownership = body.optional_word("ownership", domain::parse_ownership);
  out.kit = read_kit(body, "kit");
  out.lost = body.optional_flag("lost");
  out.stolen = body.optional_flag("stolen");
  out.on_hold = body.optional_flag("on_hold");
  out.hold_reason = body.optional_text("hold_reason", domain::kMaxPaperText);
  out.funding_source = body.optional_text("funding_source", domain::kMaxPaperText);
  out.purchase_order = body.optional_text("purchase_order", domain::kMaxPaperText);
  out.insurance = body.optional_text("insurance", domain::kMaxPaperText);
  out.note = body.optional_text("note", domain::kMaxAssetNote);
  out.cost_cents = body.clearable_integer("cost_cents", 0, domain::kMaxCostCents);
  out.purchased = read_date(body, "purchased");
  out.warranty_end = read_date(body, "warranty_end");
  out.lease_end = read_date(body, "lease_end");
  return out;
}

}  // namespace rollcall::api
