// Physical audits as JSON.
#include "server/api/encode.h"

namespace rollcall::api {

json::object encode(const service::CheckView& view, const Caller& caller, ActorNames& names) {
  const domain::InventoryCheck& check = view.check;
  const bool sees_people = caller.person->may(domain::Permission::view_people);
  json::object place{{"id", check.place_id}, {"kind", domain::name_of(check.place_kind)}, {"name", check.place_name}};
  json::object counts{{"expected", view.counts.expected()}, {"open", view.counts.open()}};
  for (std::size_t i = 0; i < domain::kCheckStatuses; ++i) {
    counts[domain::name_of(static_cast<domain::CheckStatus>(i))] = view.counts.of[i];
  }
  json::object out{{"id", check.check_id},
                   {"place", std::move(place)},
                   {"state", domain::name_of(check.state)},
                   {"started_ms", check.started_ms},
                   {"counts", std::move(counts)}};
  put_text(out, "school", check.school_id);
  put(out, "ended_ms", check.ended_ms);
  if (!sees_people) return out;
  put_text(out, "note", check.note);
  put_text(out, "started_by", names.of(check.started_by));
  put_text(out, "ended_by", names.of(check.ended_by));
  put_text(out, "end_note", check.end_note);
  return out;
}

json::object encode(const service::CheckItemView& view, const Caller& caller, ActorNames& names) {
  const domain::CheckItem& item = view.item;
  const bool sees_people = caller.person->may(domain::Permission::view_people);
  json::object out{{"item", item.item}, {"status", domain::name_of(view.status)}, {"expected", item.expected}};
  if (item.device_id.empty()) out["label"] = std::string_view(item.item).substr(1);
  if (view.out_of_reach) out["other_school"] = true;
  if (view.device && !view.out_of_reach) out["held"] = encode(*view.device, caller, names);
  if (view.device && view.out_of_reach) {
    put_text(out, "label", view.device->device.tag.empty() ? view.device->device.serial : view.device->device.tag);
  }
  put(out, "scanned_ms", item.scanned_ms);
  put(out, "seen_ms", item.seen_ms);
  if (sees_people) put_text(out, "scanned_by", names.of(item.scanned_by));
  if (!item.outcome) return out;
  json::object outcome{{"what", domain::name_of(item.outcome->what)}, {"at_ms", item.outcome->at_ms}};
  if (sees_people) put_text(outcome, "by", names.of(item.outcome->actor));
  if (sees_people) put_text(outcome, "note", item.outcome->note);
  out["outcome"] = std::move(outcome);
  return out;
}

}  // namespace rollcall::api
