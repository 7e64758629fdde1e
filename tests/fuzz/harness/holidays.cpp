// Lists of holidays, .ics and YAML: reading ends, stays in its range and limits, and says the same twice.
#include "server/holidays/holiday_list.h"

#include "common/base/text.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  const auto text = fuzz::text_of(data, size);
  const holidays::Range range{parse_date("2026-01-01").value(), parse_date("2028-12-31").value()};
  const auto list = holidays::read_holidays(text, "America/New_York", range);
  if (!list) {
    fuzz::promise(printable(list.error().message).size() == list.error().message.size(), "a message can be shown");
    return 0;
  }
  fuzz::promise(list->dates.size() <= holidays::kMaxDates && list->notes.size() <= holidays::kMaxNotes, "limits hold");
  for (const auto& [date, name] : list->dates) {
    fuzz::promise(range.first <= date && date <= range.last, "a date stays in the range");
    fuzz::promise(!name.empty() && name.size() <= holidays::kMaxName && printable(name) == name, "a name can be shown");
  }
  for (const auto& note : list->notes) fuzz::promise(printable(note) == note, "a note can be shown");
  const auto again = holidays::read_holidays(text, "America/New_York", range);
  fuzz::promise(again && again->dates == list->dates && again->notes == list->notes, "reading it again says the same");
  return 0;
}
