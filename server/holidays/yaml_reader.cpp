#include <optional>

#include "common/config/document.h"
#include "server/holidays/holiday_list.h"

namespace rollcall::holidays {
namespace {

constexpr int kMaxDays = 400;

std::optional<LocalDate> date_of(const config::Section& item, std::string_view key) {
  const auto date = parse_date(item.text(key));
  if (!date) item.problem(key, "is not a date such as 2026-08-31");
  return date;
}

}  // namespace

Result<> read_yaml(std::string_view text, Collector& out) {
  const auto document = TRY(config::Document::parse("holidays", text));
  for (const auto& item : document.root().sections("holidays")) {
    out.count();
    const auto name = item.text("name", "");
    const bool is_one = item.has("date");
    const auto first = date_of(item, is_one ? "date" : "first");
    const auto last = is_one ? first : date_of(item, "last");
    if (!first || !last) continue;
    if (*last < *first || (*last - *first).count() >= kMaxDays) {
      item.problem("last", "must be at most 400 days behind the first, and not before it");
      continue;
    }
    out.add(*first, *last, name);
  }
  TRY(document.finish());
  if (!document.root().has("holidays")) {
    return fail(Errc::invalid_argument, "this is neither an .ics file nor a YAML list that begins with \"holidays:\"");
  }
  return {};
}

}  // namespace rollcall::holidays
