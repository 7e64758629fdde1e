// A calendar's terms out of what a roster calls academic sessions. Pure.
#pragma once

#include <string>
#include <vector>

#include "server/domain/calendar_document.h"
#include "server/domain/roster.h"

namespace rollcall::domain {

struct RosterTerms {
  std::vector<Term> terms{};         // by first day, the longer of two first; fit for a document
  std::vector<std::string> notes{};  // what was left out, for the person who looks
};

// Left out: what the roster has no more before it is over (what is over stays: its days were school days, and a
// rotation counts them); what ended over a year ago; a school year with shorter sessions within it (many rosters let
// it run from July to June, and the summer would have school); what no calendar takes. Sessions of one title and the
// same days, which many rosters hold once a school, are one.
RosterTerms terms_of(std::vector<RosterTerm> sessions, LocalDate today);

}  // namespace rollcall::domain
