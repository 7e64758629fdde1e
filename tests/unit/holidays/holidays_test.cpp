#include "server/holidays/holiday_list.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <string>

#include "common/base/text.h"
#include "tests/must.h"

namespace rollcall::holidays {
namespace {

LocalDate on(std::string_view text) { return parse_date(text).value(); }

const Range kYear{parse_date("2026-07-01").value(), parse_date("2027-06-30").value()};

std::string calendar(std::string_view events) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n" + std::string(events) + "END:VCALENDAR\r\n";
}

std::string event(std::string_view lines) { return "BEGIN:VEVENT\r\nUID:1\r\n" + std::string(lines) + "END:VEVENT\r\n"; }

List read(std::string_view text) { return must(read_holidays(text, "America/New_York", kYear)); }
List read_event(std::string_view lines) { return read(calendar(event(lines))); }

std::string dates_of(const List& list) {
  std::string out;
  for (const auto& [date, name] : list.dates) out += (out.empty() ? "" : " ") + iso_date(date);
  return out;
}

Error refused(std::string_view text) {
  const auto list = read_holidays(text, "America/New_York", kYear);
  REQUIRE_FALSE(list);
  return list.error();
}

}  // namespace

TEST_CASE("a whole day is a date, several are a range whose end is not in it") {
  const auto one = read_event("DTSTART;VALUE=DATE:20260907\r\nSUMMARY:Labor Day\r\n");
  CHECK(dates_of(one) == "2026-09-07");
  CHECK(one.dates.at(on("2026-09-07")) == "Labor Day");
  CHECK(one.entries == 1);
  CHECK(dates_of(read_event("DTSTART;VALUE=DATE:20261126\r\nDTEND;VALUE=DATE:20261128\r\nSUMMARY:Thanksgiving\r\n")) ==
        "2026-11-26 2026-11-27");
  CHECK(dates_of(read_event("DTSTART;VALUE=DATE:20261126\r\nDURATION:P3D\r\nSUMMARY:x\r\n")) == "2026-11-26 2026-11-27 2026-11-28");
  // Some programs end a day on itself.
  CHECK(dates_of(read_event("DTSTART;VALUE=DATE:20261126\r\nDTEND;VALUE=DATE:20261126\r\nSUMMARY:x\r\n")) == "2026-11-26");
}

TEST_CASE("a timed event counts where it takes most of a school day, in the school's zone") {
  CHECK(dates_of(read_event("DTSTART:20260907T080000\r\nDTEND:20260907T170000\r\nSUMMARY:Closed\r\n")) == "2026-09-07");
  const auto game = read_event("DTSTART:20260911T190000\r\nDTEND:20260911T213000\r\nSUMMARY:Football\r\n");
  CHECK(game.dates.empty());
  REQUIRE(game.notes.size() == 1);
  CHECK(game.notes[0].find("Football") != std::string::npos);
  // From midnight to midnight in UTC is the evening before and most of the day in New York.
  CHECK(dates_of(read_event("DTSTART:20260907T000000Z\r\nDTEND:20260908T000000Z\r\nSUMMARY:x\r\n")) == "2026-09-07");
  CHECK(dates_of(read_event("DTSTART;TZID=Asia/Tokyo:20260908T060000\r\nDTEND;TZID=Asia/Tokyo:20260908T160000\r\nSUMMARY:x\r\n")) ==
        "2026-09-07");
  CHECK(dates_of(read_event("DTSTART;TZID=Pacific Standard Time:20260907T200000\r\nDURATION:PT8H\r\nSUMMARY:x\r\n")) == "2026-09-08");
  const auto unknown = read_event("DTSTART;TZID=Mars:20260907T080000\r\nDURATION:PT8H\r\nSUMMARY:x\r\n");
  CHECK(dates_of(unknown) == "2026-09-07");
  CHECK(unknown.notes.size() == 1);
}

TEST_CASE("a rule repeats within the range, as far as it is bounded, without what it excepts") {
  CHECK(dates_of(read_event("DTSTART;VALUE=DATE:20200525\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO\r\nSUMMARY:Memorial Day\r\n")) ==
        "2027-05-31");
  CHECK(dates_of(read_event("DTSTART;VALUE=DATE:20260904\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE;VALUE=DATE:20260911\r\nSUMMARY:x\r\n")) ==
        "2026-09-04 2026-09-18 2026-09-25");
  CHECK(dates_of(read_event("DTSTART;VALUE=DATE:20260904\r\nRRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20260909\r\nSUMMARY:x\r\n")) ==
        "2026-09-04 2026-09-06 2026-09-08");
  CHECK(dates_of(read_event("DTSTART;VALUE=DATE:20260904\r\nRDATE;VALUE=DATE:20261005\r\nSUMMARY:x\r\n")) == "2026-09-04 2026-10-05");
  CHECK(read_event("DTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=DAILY\r\nSUMMARY:x\r\n").dates.size() == 365);
}

TEST_CASE("a rule that would never end ends") {
  const auto second = read_event("DTSTART;VALUE=DATE:20260904\r\nRRULE:FREQ=SECONDLY\r\nSUMMARY:Every second\r\n");
  CHECK(dates_of(second) == "2026-09-04");
  CHECK(second.notes.size() == 1);
  read_event("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31\r\nSUMMARY:Never\r\n");
  read_event("DTSTART:20260101T000000\r\nRRULE:FREQ=DAILY;BYSECOND=0,1,2,3,4,5,6;BYMINUTE=0,1,2,3,4,5;BYHOUR=0,1,2\r\nSUMMARY:x\r\n");
}

TEST_CASE("folded lines, escapes, letters of other alphabets and what cannot be seen read as a name") {
  CHECK(read_event("DTSTART;VALUE=DA\r\n TE:20260907\r\nSUMMARY:Día del \r\n\tTrabajo\\, all schools\\nclosed\r\n").dates.at(on("2026-09-07")) ==
        "Día del Trabajo, all schools closed");
  CHECK(read_event("DTSTART;VALUE=DATE:20260907\r\nSUMMARY:a\xe2\x80\xae" "b\x07\r\n").dates.at(on("2026-09-07")) == "a?b?");
  CHECK(read_event("DTSTART;VALUE=DATE:20260907\r\n").dates.at(on("2026-09-07")) == "No school");
  const auto lines = calendar(event("DTSTART;VALUE=DATE:20260907\r\nSUMMARY:x\r\n"));
  std::string unix_lines = lines;
  std::erase(unix_lines, '\r');
  CHECK(dates_of(read("\xef\xbb\xbf" + unix_lines)) == "2026-09-07");
}

TEST_CASE("what is canceled, without a date or out of range is left out") {
  CHECK(read_event("DTSTART;VALUE=DATE:20260907\r\nSTATUS:CANCELLED\r\nSUMMARY:x\r\n").dates.empty());
  CHECK(read_event("SUMMARY:x\r\n").notes.size() == 1);
  CHECK(read_event("DTSTART;VALUE=DATE:20190907\r\nSUMMARY:x\r\n").dates.empty());
  CHECK(read_event("DTSTART;VALUE=DATE:20260907\r\nDTEND;VALUE=DATE:20260901\r\nSUMMARY:x\r\n").dates.empty());
  CHECK(read_event("DTSTART;VALUE=DATE:20260907\r\nDTEND;VALUE=DATE:20360901\r\nSUMMARY:x\r\n").dates.empty());
}

TEST_CASE("a file that is broken or too large says so") {
  CHECK(refused("").code == Errc::invalid_argument);
  CHECK(refused("  \n\n").code == Errc::invalid_argument);
  CHECK(refused(std::string(kMaxBytes + 1, 'x')).code == Errc::too_large);
  CHECK(refused("PK\x03\x04 a zip").code == Errc::invalid_argument);
  std::string nested = "BEGIN:VCALENDAR\n";
  for (int i = 0; i < 7'000; ++i) nested += "BEGIN:VEVENT\n";
  CHECK(refused(nested).code == Errc::too_large);
  CHECK(refused("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260907\nSUMMARY:Labor").message.find("cut off") != std::string::npos);
  CHECK(refused("BEGIN:VCALENDAR\n").code == Errc::invalid_argument);
  CHECK(refused("BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR\n").code == Errc::invalid_argument);
  CHECK(read(calendar("")).entries == 0);
}

TEST_CASE("a YAML list holds dates and ranges, and says where it is wrong") {
  const auto list = read("holidays:\n  - date: 2026-09-07\n    name: Labor Day\n  - first: 2026-12-21\n    last: 2026-12-23\n");
  CHECK(dates_of(list) == "2026-09-07 2026-12-21 2026-12-22 2026-12-23");
  CHECK(list.dates.at(on("2026-12-21")) == "No school");
  CHECK(list.entries == 2);
  CHECK(refused("holidays:\n  - date: 9/7/2026\n").message.find("holidays:2") == 0);
  CHECK(refused("holidays:\n  - date: 2026-09-07\n    nmae: x\n").message.find("nmae") != std::string::npos);
  CHECK(refused("holidays:\n  - first: 2026-09-07\n    last: 2026-09-01\n").code == Errc::invalid_argument);
  CHECK(refused("vacations: []\n").code == Errc::invalid_argument);
  CHECK(refused("just a sentence").code == Errc::invalid_argument);
}

TEST_CASE("whatever an event says, dates stay in range and names can be shown") {
  CHECK(rc::check([] {
    const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::vector<std::string>{
        "DTSTART;VALUE=DATE:20260907\r\n", "DTSTART:20260907T080000Z\r\n", "DTEND;VALUE=DATE:20261001\r\n", "DURATION:P2D\r\n",
        "DURATION:-P2D\r\n", "RRULE:FREQ=WEEKLY;COUNT=9\r\n", "RRULE:FREQ=MONTHLY;BYDAY=1MO,-1FR;BYSETPOS=2\r\n", "RRULE:FREQ=YEARLY\r\n",
        "EXDATE;VALUE=DATE:20260914\r\n", "RDATE:20260914T000000Z,20270101T000000Z\r\n", "SUMMARY:a\x01\xff" "b\r\n", "BEGIN:VALARM\r\nEND:VALARM\r\n",
        "END:VEVENT\r\nBEGIN:VEVENT\r\n", "BEGIN:VEVENT\r\nEND:VEVENT\r\n", "END:VEVENT\r\n", " folded\r\n", "\r\n", "DTSTART;TZID=America/Chicago:20260907T200000\r\n", ":\r\n"}));
    std::string lines;
    for (const auto& word : words) lines += word;
    const auto read = read_holidays(calendar(event(lines)), "America/New_York", kYear);
    if (!read) return;
    const auto& list = *read;
    RC_ASSERT(list.dates.size() <= kMaxDates);
    for (const auto& [date, name] : list.dates) {
      RC_ASSERT(kYear.first <= date && date <= kYear.last);
      RC_ASSERT(!name.empty() && name.size() <= kMaxName && printable(name) == name);
    }
  }));
}

}  // namespace rollcall::holidays
