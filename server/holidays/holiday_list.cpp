#include "server/holidays/holiday_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/base/text.h"

namespace rollcall::holidays {
namespace {

constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

bool is_ics(std::string_view text) {
  constexpr std::string_view kBegin = "begin:vcalendar";
  return equal_ignoring_case(trim(text).substr(0, kBegin.size()), kBegin);
}

std::string clean_name(std::string_view name) {
  std::string line(trim(name));
  std::ranges::replace_if(line, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  // What cannot be seen becomes '?', which takes no more bytes than it had.
  return std::string(trim(clip_utf8(printable(line), kMaxName)));
}

}  // namespace

bool Collector::add(LocalDate date, std::string_view name) {
  if (date < range_.first || range_.last < date || list_.dates.contains(date)) return true;
  if (list_.dates.size() == kMaxDates) {
    note(fmt::format("Only the first {} dates were read.", kMaxDates));
    return false;
  }
  auto clean = clean_name(name);
  list_.dates.emplace(date, clean.empty() ? "No school" : std::move(clean));
  return true;
}

void Collector::add(LocalDate first, LocalDate last, std::string_view name) {
  first = std::max(first, range_.first);
  last = std::min(last, range_.last);
  for (auto date = first; date <= last; date += std::chrono::days(1)) {
    if (!add(date, name)) return;
  }
}

void Collector::note(std::string text) {
  text = printable(text);
  if (list_.notes.size() < kMaxNotes && std::ranges::find(list_.notes, text) == list_.notes.end()) {
    list_.notes.push_back(std::move(text));
  }
}

Result<List> read_holidays(std::string_view text, std::string_view zone, const Range& range) {
  if (text.size() > kMaxBytes) return fail(Errc::too_large, "a list of holidays is at most 1 MiB");
  if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
  if (trim(text).empty()) return fail(Errc::invalid_argument, "the file is empty");
  Collector out(range);
  TRY(is_ics(text) ? read_ics(text, zone, out) : read_yaml(text, out));
  return std::move(out).take();
}

}  // namespace rollcall::holidays
