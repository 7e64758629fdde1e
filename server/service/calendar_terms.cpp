// Calendars and the roster: whose terms are taken from where.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "server/domain/roster_terms.h"
#include "server/service/calendars.h"
#include "server/storage/roster_store.h"

namespace rollcall::service {
namespace {

using domain::Term;

constexpr std::string_view kNoTerms = "the roster has no terms: import its academicSessions.csv, or type the terms";
constexpr std::string_view kNoTermsOfSchool =
    "the roster's classes of this school name no terms: type the terms, or leave them to the district";

std::vector<Term> terms_or_none(const domain::Calendar* calendar) {
  if (calendar == nullptr) return {};
  return calendar->document().terms.value_or(std::vector<Term>{});
}

// From the first day of all of them to the last.
std::pair<LocalDate, LocalDate> span_of(std::vector<Term> terms, const std::vector<Term>& more) {
  terms.insert(terms.end(), more.begin(), more.end());
  if (terms.empty()) return {};
  return {std::ranges::min(terms, {}, &Term::first).first, std::ranges::max(terms, {}, &Term::last).last};
}

}  // namespace

void Calendars::judge_terms(Terms& out, const Built& before, const Built& after, std::string_view school_id) const {
  for (const auto& id : schools_under(school_id)) {
    const auto was = find(before, id), is = find(after, id);
    const auto [first, last] = span_of(terms_or_none(was.get()), terms_or_none(is.get()));
    for (auto date = first; date <= last; date += std::chrono::days(1)) {
      if (was->is_school_day(date) != is->is_school_day(date)) add_effect(out.outcome, id, *was, *is, date);
    }
  }
}

Result<Calendars::Terms> Calendars::take_terms(const domain::Actor& actor, std::string_view school_id,
                                               std::optional<bool> follow, Mode mode) {
  TRY(expect_school(school_id));
  const std::lock_guard writing(writing_);
  const auto before = state();
  const auto calendar = TRY(expect(school_id));
  const auto today = calendar->date_at(clock_.wall_ms());
  const auto day_no = static_cast<std::int32_t>(today.time_since_epoch().count());
  const auto sessions = TRY(db_.read([&](sql::Snapshot& snapshot) {
    return school_id.empty() ? storage::list_terms(snapshot) : storage::terms_of_school(snapshot, school_id, day_no);
  }));
  auto taken = domain::terms_of(sessions, today);
  if (taken.terms.empty()) return fail(Errc::conflict, std::string(school_id.empty() ? kNoTerms : kNoTermsOfSchool));
  Terms out;
  out.before = terms_or_none(calendar.get());
  out.notes = std::move(taken.notes);
  if (out.before.empty()) {
    out.notes.emplace_back(
        "So far there were no terms and school the whole year round; outside of these there is none.");
  }
  Document wanted = own(school_id);
  const auto old = wanted.document;
  wanted.document.terms = std::move(taken.terms);
  wanted.document.terms_from_roster = follow.value_or(old.terms_from_roster);
  TRY(check(wanted.document));
  auto with_it = before.documents;
  with_it[std::string(school_id)] = wanted;
  const auto after = TRY(build(with_it, school_id));
  out.outcome.document = wanted;
  judge_terms(out, before.built, after, school_id);
  if (mode == Mode::preview || wanted.document == old) return out;
  const auto detail = fmt::format("{} from the roster{}", wanted.document.terms->size(),
                                  wanted.document.terms_from_roster ? ", again after each import" : "");
  out.outcome.document = TRY(write(actor, school_id, wanted, "calendar.terms", detail));
  return out;
}

std::vector<std::string> Calendars::follow_roster() {
  std::vector<std::string> out;
  const auto documents = state().documents;
  for (const auto& [school_id, document] : documents) {
    if (!document.document.terms_from_roster) continue;
    const auto taken = take_terms({domain::Actor::Kind::system, ""}, school_id, {}, Mode::apply);
    if (taken) continue;
    const auto school = schools_.find(school_id);
    out.push_back(fmt::format("the calendar of {} keeps its terms as they were: {}",
                              school ? school->name : "the district", taken.error().message));
  }
  return out;
}

}  // namespace rollcall::service
