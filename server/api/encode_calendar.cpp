// A school's year: its document as server/domain writes it, its days as people ask for them.
#include <algorithm>

#include "server/api/encode.h"

namespace rollcall::api {
namespace {

constexpr std::string_view kDistrict = "district";

std::string_view id_or_district(const std::string& school_id) {
  return school_id.empty() ? kDistrict : std::string_view(school_id);
}

json::object encode(const domain::Bell& bell) {
  return {{"name", bell.period.name},
          {"start", domain::clock_text(bell.period.start_minute)},
          {"end", domain::clock_text(bell.period.end_minute)},
          {"start_ms", bell.start_ms},
          {"end_ms", bell.end_ms}};
}

}  // namespace

json::object encode(const domain::Day& day, bool with_bells) {
  json::object out{{"date", iso_date(day.date)}, {"kind", name_of(day.kind)}, {"school", has_school(day.kind)}};
  if (day.announced) out["announced"] = true;
  put_text(out, "name", day.name);
  put_text(out, "term", day.term);
  put_text(out, "rotation", day.rotation);
  put_text(out, "schedule", day.schedule);
  if (day.bells.empty()) return out;
  const auto& last = std::ranges::max(day.bells, {}, &domain::Bell::end_ms);
  out["first_bell"] = domain::clock_text(day.bells.front().period.start_minute);
  out["last_bell"] = domain::clock_text(last.period.end_minute);
  if (!with_bells) return out;
  json::array bells;
  for (const auto& bell : day.bells) bells.push_back(encode(bell));
  out["bells"] = std::move(bells);
  return out;
}

json::value encode(const domain::CalendarDocument& document) { return json::parse(to_json(document)); }

json::object encode(const domain::Term& term) {
  return {{"id", term.id}, {"name", term.name}, {"first", iso_date(term.first)}, {"last", iso_date(term.last)}};
}

json::object encode(const service::Calendars::Outcome& outcome) {
  json::array effects, kept;
  for (const auto& effect : outcome.effects) {
    effects.push_back({{"school", id_or_district(effect.school_id)},
                       {"before", encode(effect.before, false)},
                       {"after", encode(effect.after, false)}});
  }
  for (const auto& it : outcome.kept) {
    kept.push_back({{"school", id_or_district(it.school_id)}, {"day", encode(it.day, false)}});
  }
  return {{"version", outcome.document.version},
          {"effects", std::move(effects)},
          {"effects_total", outcome.effects_total},
          {"kept", std::move(kept)}};
}

}  // namespace rollcall::api
