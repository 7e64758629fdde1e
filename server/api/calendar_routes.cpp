#include <algorithm>
#include <chrono>

#include "server/api/encode.h"
#include "server/api/etag.h"
#include "server/api/routes.h"

namespace rollcall::api {
namespace {

using domain::ScopeKind;
using net::Method;
using service::Calendars;

constexpr std::string_view kDistrict = "district";  // in the place of a school's id
constexpr std::size_t kMaxDaysBody = 8 * 1024;
// A file of 1 MiB as a JSON text, whose quotes and line breaks take two bytes.
constexpr std::size_t kMaxImportBody = 2 * holidays::kMaxBytes + 64 * 1024;
constexpr std::size_t kMaxChangedDays = 31;
constexpr int kMaxShownDays = 400;

// "as_planned" takes back what was announced or planned.
struct WantedKind {
  std::optional<domain::ChangeKind> kind{};
};
std::optional<WantedKind> parse_wanted_kind(std::string_view text) {
  if (text == "as_planned") return WantedKind{};
  const auto kind = domain::parse_change_kind(text);
  if (!kind) return std::nullopt;
  return WantedKind{kind};
}

std::optional<Calendars::Layer> parse_layer(std::string_view text) {
  if (text == "announced") return Calendars::Layer::announced;
  if (text == "planned") return Calendars::Layer::planned;
  return std::nullopt;
}

std::optional<bool> parse_flag(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<LocalDate> date_in(Query& query, std::string_view name, bool required) {
  const auto text = query.text(name, 10);
  const auto date = parse_date(text);
  if (!date && (required || !text.empty())) query.refuse(name, "must be a date such as 2026-08-31");
  return date;
}

Calendars::Mode mode_of(Body& body) {
  return body.optional_flag("dry_run").value_or(false) ? Calendars::Mode::preview : Calendars::Mode::apply;
}

std::vector<LocalDate> dates_of(Body& body, std::size_t max_count) {
  std::vector<LocalDate> out;
  const auto texts = body.texts("dates", max_count, 10);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (const auto date = parse_date(texts[i])) {
      out.push_back(*date);
    } else {
      body.refuse("dates[" + std::to_string(i) + "]", "is not a date such as 2026-08-31");
    }
  }
  return out;
}

json::array texts_of(const std::vector<std::string>& texts) {
  json::array out;
  for (const auto& text : texts) out.push_back(json::string(text));
  return out;
}

class CalendarRoutes {
 public:
  CalendarRoutes(Calendars& calendars, const service::Schools& schools, const Clock& clock)
      : calendars_(calendars), schools_(schools), clock_(clock) {}

  Result<net::Response> list(Call& call) const {
    Query query(call.request);
    const auto date = date_in(query, "date", false);
    TRY(query.done());
    json::array items{summary("", date)};
    for (const auto& school : schools_.all()) {
      if (!call.caller.person->scope.covers_school(school.school_id)) continue;
      items.push_back(summary(school.school_id, date));
    }
    return json_response({{"items", std::move(items)}});
  }

  Result<net::Response> show(Call& call) const { return describe(TRY(school_of(call))); }

  Result<net::Response> put(Call& call) const {
    const auto school_id = TRY(school_to_change(call));
    const auto seen = seen_version(call.request);
    if (!seen) return no_seen_version();
    const auto document = TRY(domain::parse_calendar(call.request.body));
    auto written = calendars_.put(call.caller.actor(), school_id, document, *seen);
    if (!written) return not_changed(std::move(written).error());
    return describe(school_id);
  }

  Result<net::Response> days(Call& call) const {
    const auto school_id = TRY(school_of(call));
    Query query(call.request);
    const auto from = date_in(query, "from", true), to = date_in(query, "to", true);
    const bool with_bells = query.word("bells", parse_flag).value_or(true);
    if (from && to && (*to < *from || (*to - *from).count() >= kMaxShownDays)) {
      query.refuse("to", "must be 0 to 399 days behind from");
    }
    TRY(query.done());
    const auto calendar = TRY(calendars_.expect(school_id));
    json::array items;
    for (auto date = *from; date <= *to; date += std::chrono::days(1)) {
      items.push_back(encode(calendar->day(date), with_bells));
    }
    return json_response({{"time_zone", calendar->time_zone()},
                          {"today", iso_date(calendar->date_at(clock_.wall_ms()))},
                          {"items", std::move(items)}});
  }

  Result<net::Response> change(Call& call) const {
    const auto school_id = TRY(school_to_change(call));
    auto body = TRY(Body::parse(call.request));
    const auto dates = dates_of(body, kMaxChangedDays);
    if (dates.empty()) body.refuse("dates", "are missing: 1 to 31 dates such as 2026-08-31");
    const auto wanted = parse_wanted_kind(body.text("kind", 32));
    if (!wanted) body.refuse("kind", "must be closure, late_start, early_release, school_day, holiday or as_planned");
    const auto layer = parse_layer(body.optional_text("layer", 16).value_or("announced"));
    if (!layer) body.refuse("layer", "must be announced (on short notice) or planned (the printed calendar)");
    domain::DayChange change;
    change.name = body.optional_text("name", domain::kMaxCalendarName).value_or("");
    change.schedule = body.optional_text("schedule", 64).value_or("");
    change.minutes = static_cast<int>(body.integer_or("minutes", 0, 0, kMinutesOfDay));
    const auto mode = mode_of(body);
    TRY(body.done());
    Calendars::Changes changes;
    if (wanted->kind) change.kind = *wanted->kind;
    for (const auto date : dates) changes[date] = wanted->kind ? std::optional(change) : std::nullopt;
    return json_response(
        encode(TRY(calendars_.change_days(call.caller.actor(), school_id, *layer, changes, mode))));
  }

  Result<net::Response> import_holidays(Call& call) const {
    const auto school_id = TRY(school_to_change(call));
    auto body = TRY(Body::parse(call.request));
    // The reader makes what cannot be seen visible; the file as a whole is nobody's to show.
    const auto text = body.secret("text", holidays::kMaxBytes);
    std::optional<std::vector<LocalDate>> only;
    if (body.has("dates")) only = dates_of(body, holidays::kMaxDates);
    const auto mode = mode_of(body);
    TRY(body.done());
    const auto done = TRY(calendars_.import_holidays(call.caller.actor(), school_id, text, only, mode));
    json::array found;
    for (const auto& [date, name] : done.list.dates) found.push_back({{"date", iso_date(date)}, {"name", name}});
    auto out = encode(done.outcome);
    out["entries"] = done.list.entries;
    out["holidays"] = std::move(found);
    out["notes"] = texts_of(done.list.notes);
    return json_response(out);
  }

  Result<net::Response> take_terms(Call& call) const {
    const auto school_id = TRY(school_to_change(call));
    auto body = TRY(Body::parse(call.request));
    const auto follow = body.optional_flag("follow");
    const auto mode = mode_of(body);
    TRY(body.done());
    const auto taken = TRY(calendars_.take_terms(call.caller.actor(), school_id, follow, mode));
    json::array before, after;
    for (const auto& term : taken.before) before.push_back(encode(term));
    for (const auto& term : *taken.outcome.document.document.terms) after.push_back(encode(term));
    auto out = encode(taken.outcome);
    out["before"] = std::move(before);
    out["after"] = std::move(after);
    out["follow"] = taken.outcome.document.document.terms_from_roster;
    out["notes"] = texts_of(taken.notes);
    return json_response(out);
  }

 private:
  // Empty: the district's, which everybody may see.
  Result<std::string> school_of(const Call& call) const {
    const auto& id = call.parameters[0];
    if (id == kDistrict) return std::string();
    if (schools_.find(id) && call.caller.person->scope.covers_school(id)) return id;
    return fail(Errc::not_found, "no such school");
  }
  Result<std::string> school_to_change(const Call& call) const {
    auto id = TRY(school_of(call));
    if (id.empty() && call.caller.person->scope.kind != ScopeKind::district) {
      return fail(Errc::permission_denied, "only who looks after the whole district changes every school's calendar");
    }
    return id;
  }

  // Where a school says something else than the district, and what one day is there.
  json::object summary(const std::string& school_id, std::optional<LocalDate> date) const {
    const auto own = calendars_.own(school_id);
    json::array differs;
    for (const auto part : differing_parts(own.document, {})) differs.push_back(json::string(part));
    json::object out{{"school", school_id.empty() ? kDistrict : std::string_view(school_id)},
                     {"differs", std::move(differs)},
                     {"planned", own.document.planned.size()},
                     {"announced", own.document.announced.size()}};
    const auto calendar = calendars_.of(school_id);
    if (!calendar) return out;
    const auto today = calendar->date_at(clock_.wall_ms());
    out["time_zone"] = calendar->time_zone();
    out["today"] = iso_date(today);
    out["day"] = encode(calendar->day(date.value_or(today)), false);
    if (const auto next = calendar->next_school_day(today)) out["next_school_day"] = iso_date(*next);
    return out;
  }

  Result<net::Response> describe(const std::string& school_id) const {
    const auto own = calendars_.own(school_id);
    json::object out{{"school", school_id.empty() ? kDistrict : std::string_view(school_id)},
                     {"version", own.version},
                     {"own", encode(own.document)}};
    if (const auto calendar = calendars_.of(school_id)) {
      out["effective"] = encode(calendar->document());
      out["today"] = iso_date(calendar->date_at(clock_.wall_ms()));
    }
    auto response = json_response(out);
    response.headers.set("ETag", etag_of(own.version));
    return response;
  }

  Calendars& calendars_;
  const service::Schools& schools_;
  const Clock& clock_;
};

}  // namespace

Routes calendar_routes(service::Calendars& calendars, const service::Schools& schools, const Clock& clock) {
  const CalendarRoutes it(calendars, schools, clock);
  constexpr auto kView = domain::Permission::view_devices, kEdit = domain::Permission::edit_calendar;
  return {
      {Method::get, "/api/v1/calendars", kView, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.list(call); }},
      {Method::get, "/api/v1/schools/{id}/calendar", kView, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.show(call); }},
      {Method::put, "/api/v1/schools/{id}/calendar", kEdit, ScopeKind::school, Where::worker,
       domain::kMaxCalendarBytes, [it](Call& call) { return it.put(call); }},
      {Method::get, "/api/v1/schools/{id}/calendar/days", kView, ScopeKind::school, Where::worker, 0,
       [it](Call& call) { return it.days(call); }},
      {Method::post, "/api/v1/schools/{id}/calendar/days", kEdit, ScopeKind::school, Where::worker, kMaxDaysBody,
       [it](Call& call) { return it.change(call); }},
      {Method::post, "/api/v1/schools/{id}/calendar/import", kEdit, ScopeKind::school, Where::worker, kMaxImportBody,
       [it](Call& call) { return it.import_holidays(call); }},
      {Method::post, "/api/v1/schools/{id}/calendar/terms", kEdit, ScopeKind::school, Where::worker, kMaxDaysBody,
       [it](Call& call) { return it.take_terms(call); }},
  };
}

}  // namespace rollcall::api
