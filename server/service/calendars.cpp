#include "server/service/calendars.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/base/text.h"

namespace rollcall::service {
namespace {

using domain::CalendarDocument;

// Where the audit log may go on, and where a reader of it would stop.
constexpr std::size_t kMaxDatesInDetail = 20;

// Of a file that holds decades, what a school can still look at or plan.
constexpr std::chrono::days kImportedPast{400}, kImportedFuture{1'200};

domain::DayChanges& layer_of(CalendarDocument& document, Calendars::Layer layer) {
  return layer == Calendars::Layer::planned ? document.planned : document.announced;
}

std::string place_of(const std::string& school_id) {
  return school_id.empty() ? "in the district's calendar" : "at school " + school_id;
}

std::string detail_of(const Calendars::Changes& changes) {
  std::string out;
  std::size_t left = kMaxDatesInDetail;
  for (const auto& [date, change] : changes) {
    if (left-- == 0) return fmt::format("{}, and others: {} dates in all", out, changes.size());
    const std::string_view kind = change ? name_of(change->kind) : "as planned";
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", kind, iso_date(date));
  }
  return out;
}

bool is_same(const domain::Day& a, const domain::Day& b) {
  const auto bells = [](const domain::Bell& x, const domain::Bell& y) {
    return x.start_ms == y.start_ms && x.end_ms == y.end_ms && x.period == y.period;
  };
  return a.kind == b.kind && a.name == b.name && a.announced == b.announced && a.schedule == b.schedule &&
         a.rotation == b.rotation && std::ranges::equal(a.bells, b.bells, bells);
}

}  // namespace

Result<Calendars::Built> Calendars::build(const Documents& documents, std::string_view changed) {
  const auto district = documents.find("");
  const CalendarDocument base = district == documents.end() ? CalendarDocument{} : district->second.document;
  Built out;
  for (const auto& [school_id, own] : documents) {
    auto made = school_id.empty() ? domain::Calendar::make(base, {}) : domain::Calendar::make(base, own.document);
    if (!made && school_id != changed) return std::unexpected(std::move(made).error().with(place_of(school_id)));
    if (!made) return std::unexpected(std::move(made).error());
    out.emplace(school_id, std::make_shared<const domain::Calendar>(std::move(*made)));
  }
  return out;
}

Calendars::CalendarPtr Calendars::find(const Built& built, std::string_view school_id) {
  auto found = built.find(school_id);
  if (found == built.end()) found = built.find("");
  return found == built.end() ? nullptr : found->second;
}

Result<> Calendars::load() {
  const auto rows = TRY(db_.read([](sql::Snapshot& snapshot) { return storage::list_calendars(snapshot); }));
  Documents documents;
  for (const auto& row : rows) documents.emplace(row.school_id, Document{row.version, row.document});
  auto built = TRY(with(build(documents), "the stored calendars"));
  const std::unique_lock lock(mutex_);
  documents_ = std::move(documents);
  built_ = std::move(built);
  return {};
}

Calendars::CalendarPtr Calendars::of(std::string_view school_id) const {
  const std::shared_lock lock(mutex_);
  return find(built_, school_id);
}

Result<Calendars::CalendarPtr> Calendars::expect(std::string_view school_id) const {
  if (auto calendar = of(school_id)) return calendar;
  return fail(Errc::conflict, "there is no calendar yet: set up time zone, weekdays and bells first");
}

Calendars::State Calendars::state() const {
  const std::shared_lock lock(mutex_);
  return {documents_, built_};
}

Calendars::Document Calendars::own(std::string_view school_id) const {
  const std::shared_lock lock(mutex_);
  const auto found = documents_.find(school_id);
  return found == documents_.end() ? Document{} : found->second;
}

Result<> Calendars::expect_school(std::string_view school_id) const {
  if (school_id.empty() || schools_.find(school_id)) return {};
  return fail(Errc::not_found, "there is no such school");
}

// Under writing_, so that memory does not change between judging and writing.
Result<Calendars::Document> Calendars::write(const domain::Actor& actor, std::string_view school_id,
                                             const Document& wanted, std::string_view action,
                                             const std::string& detail) {
  auto documents = state().documents;
  auto& document = documents[std::string(school_id)];
  document = {wanted.version + 1, wanted.document};
  auto built = TRY(build(documents, school_id));
  const auto target = school_id.empty() ? "district" : fmt::format("school:{}", school_id);
  TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
    const storage::CalendarRow row{std::string(school_id), document.version, document.document, clock_.wall_ms()};
    if (!TRY(storage::put_calendar(transaction, row))) {
      return fail(Errc::conflict, "somebody changed this calendar meanwhile");
    }
    return audit_.append(transaction, actor, action, target, detail);
  }));
  Document out = document;
  const std::unique_lock lock(mutex_);
  documents_ = std::move(documents);
  built_ = std::move(built);
  return out;
}

Result<Calendars::Document> Calendars::put(const domain::Actor& actor, std::string_view school_id,
                                           const CalendarDocument& document, std::int64_t expected_version) {
  TRY(expect_school(school_id));
  TRY(check(document));
  const std::lock_guard writing(writing_);
  const auto now = own(school_id);
  if (now.version != expected_version) {
    return fail(Errc::conflict, "somebody changed this calendar meanwhile; look at it again before changing it");
  }
  if (now.version > 0 && now.document == document) return now;
  const auto parts = fmt::format("{}", fmt::join(differing_parts(now.document, document), ", "));
  return write(actor, school_id, {now.version, document}, "calendar.edit", parts);
}

std::vector<std::string> Calendars::schools_under(std::string_view school_id) const {
  if (!school_id.empty()) return {std::string(school_id)};
  std::vector<std::string> out;
  for (const auto& school : schools_.all()) {
    if (!school.missing_ms) out.push_back(school.school_id);
  }
  if (out.empty()) out.emplace_back();
  return out;
}

void Calendars::add_effect(Outcome& out, std::string school_id, const domain::Calendar& was, const domain::Calendar& is,
                           LocalDate date) {
  Effect effect{std::move(school_id), was.day(date), is.day(date)};
  if (is_same(effect.before, effect.after)) return;
  ++out.effects_total;
  if (out.effects.size() < kMaxEffects) out.effects.push_back(std::move(effect));
}

void Calendars::judge_days(Outcome& out, const State& before, const Built& after, std::string_view school_id,
                           Layer layer, const Changes& changes) const {
  const auto says_itself = [&](const std::string& id, LocalDate date) {
    const auto own = before.documents.find(id);
    if (!school_id.empty() || id.empty() || own == before.documents.end()) return false;
    const auto& document = own->second.document;
    return document.announced.contains(date) || (layer == Layer::planned && document.planned.contains(date));
  };
  for (const auto& id : schools_under(school_id)) {
    const auto was = find(before.built, id), is = find(after, id);
    for (const auto& [date, change] : changes) {
      add_effect(out, id, *was, *is, date);
      if (change && says_itself(id, date)) out.kept.push_back({id, is->day(date)});
    }
  }
}

Result<Calendars::Outcome> Calendars::change_days(const domain::Actor& actor, std::string_view school_id, Layer layer,
                                                  const Changes& changes, Mode mode) {
  TRY(expect_school(school_id));
  const std::lock_guard writing(writing_);
  TRY(expect(school_id));
  const auto before = state();
  Document wanted = own(school_id);
  const auto old = wanted.document;
  for (const auto& [date, change] : changes) {
    if (change) {
      layer_of(wanted.document, layer).insert_or_assign(date, *change);
    } else {
      layer_of(wanted.document, layer).erase(date);
    }
  }
  TRY(check(wanted.document));
  auto with_it = before.documents;
  with_it[std::string(school_id)] = wanted;
  const auto after = TRY(build(with_it, school_id));
  Outcome out{.document = wanted};
  judge_days(out, before, after, school_id, layer, changes);
  if (mode == Mode::preview || wanted.document == old) return out;
  out.document = TRY(write(actor, school_id, wanted,
                           layer == Layer::planned ? "calendar.plan" : "calendar.announce", detail_of(changes)));
  return out;
}

Result<Calendars::Import> Calendars::import_holidays(const domain::Actor& actor, std::string_view school_id,
                                                     std::string_view text,
                                                     const std::optional<std::vector<LocalDate>>& only, Mode mode) {
  TRY(expect_school(school_id));
  const auto calendar = TRY(expect(school_id));
  const auto today = calendar->date_at(clock_.wall_ms());
  Import out;
  const holidays::Range range{today - kImportedPast, today + kImportedFuture};
  out.list = TRY(holidays::read_holidays(text, calendar->time_zone(), range));
  Changes changes;
  for (const auto& [date, name] : out.list.dates) {
    if (only && std::ranges::find(*only, date) == only->end()) continue;
    changes.emplace(date, domain::DayChange{domain::ChangeKind::holiday, name, {}, 0});
  }
  out.outcome = TRY(change_days(actor, school_id, Layer::planned, changes, mode));
  return out;
}

}  // namespace rollcall::service
