#include "server/domain/roster_terms.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "common/base/text.h"

namespace rollcall::domain {
namespace {

using std::chrono::days;

constexpr days kPast{400};

bool is_year(const RosterTerm& session) { return equal_ignoring_case(session.kind, "schoolYear"); }

// As a document may hold it; never empty.
std::string plain(std::string_view text, std::string_view otherwise) {
  auto out = printable(clip_utf8(trim(text), kMaxCalendarName));
  return out.empty() ? std::string(otherwise) : out;
}

Term term_of(const RosterTerm& session) {
  const auto id = plain(session.source_id, "-");
  return {id, plain(session.title, id), LocalDate(days(session.first_day)), LocalDate(days(session.last_day))};
}

// The shortest go first: the sessions that they lie in keep the days.
void keep_longest(RosterTerms& out) {
  if (out.terms.size() <= kMaxTerms) return;
  out.notes.push_back(
      fmt::format("The roster has {} sessions; the {} longest were taken.", out.terms.size(), kMaxTerms));
  std::ranges::stable_sort(out.terms, std::ranges::greater{}, [](const Term& it) { return it.last - it.first; });
  out.terms.resize(kMaxTerms);
}

}  // namespace

RosterTerms terms_of(std::vector<RosterTerm> sessions, LocalDate today) {
  std::erase_if(sessions, [&](const RosterTerm& it) {
    const LocalDate last{days(it.last_day)};
    return last < today - kPast || (it.missing_ms && last >= today);
  });
  const auto is_filled = [&](const RosterTerm& year) {
    return std::ranges::any_of(sessions, [&](const RosterTerm& it) {
      return !is_year(it) && year.first_day <= it.first_day && it.last_day <= year.last_day;
    });
  };
  RosterTerms out;
  for (const auto& session : sessions) {
    if (is_year(session) && is_filled(session)) continue;
    auto term = term_of(session);
    if ((term.last - term.first).count() >= kMaxTermDays) {
      out.notes.push_back(fmt::format("\"{}\" is longer than {} days and was left out.", term.name, kMaxTermDays));
      continue;
    }
    const bool known = std::ranges::any_of(out.terms, [&](const Term& it) {
      return it.id == term.id || std::tie(it.name, it.first, it.last) == std::tie(term.name, term.first, term.last);
    });
    if (!known) out.terms.push_back(std::move(term));
  }
  keep_longest(out);
  std::ranges::sort(out.terms, {}, [](const Term& it) {
    return std::tuple(it.first, -it.last.time_since_epoch(), std::string_view(it.id));
  });
  return out;
}

}  // namespace rollcall::domain
