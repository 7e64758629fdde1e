// Everything that an agent sends, described for people: generated from the table that the codec itself runs
// on (fields_report.h), so the page "what is collected" cannot leave anything out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::wire {

struct Field {
  std::string_view section;  // "report", "collectors", "identity", "battery", "connectivity", "health"
  std::string name;          // "battery.packs[].full_mwh", the path that an error names
  std::string key;           // "bat.p[].ef", as it travels
  std::string_view kind;     // "text", "integer", "number", "yes_no", "word"
  std::string_view unit;     // "mWh", "ms", …; empty when there is none
  std::string_view purpose;  // one sentence
};

// In the order of the report; made once. Thread-safe.
const std::vector<Field>& collected_fields();

}  // namespace rollcall::wire
