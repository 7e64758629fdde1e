#include <catch2/catch.hpp>
#include <set>

#include "common/base/clock.h"
#include "tests/district/model/day.h"

using namespace rollcall;
using namespace rollcall::district;
using namespace date::literals;

namespace {

constexpr int kStudents = 1'000;
const Date kMonday{2026_y / date::October / 5};

Calendar calendar(bool holidays = true) {
  auto made = Calendar::open({.zone = "America/New_York", .holidays = holidays});
  REQUIRE(made);
  return *made;
}

District town(int students = kStudents, std::uint64_t seed = 7) {
  return District::make(seed, students, calendar(), kMonday);
}

std::vector<Date> school_days(const Calendar& calendar, Date from, int count) {
  std::vector<Date> days;
  for (Date day = from; static_cast<int>(days.size()) < count; day += date::days(1)) {
    if (calendar.kind(day) == DayKind::school) days.push_back(day);
  }
  return days;
}

bool is_used(const Day& day) {
  return std::ranges::any_of(day.stretches, [](const Stretch& it) { return it.power == Power::awake; });
}

double share_used(const District& it, Date date) {
  const auto used = std::ranges::count_if(it.students, [&](const Student& who) { return is_used(day_of(it, who, date)); });
  return static_cast<double>(used) / static_cast<double>(it.students.size());
}

}  // namespace

TEST_CASE("a school year has about 180 days of school and a summer of eleven weeks") {
  const Calendar it = calendar();
  for (int year = 2024; year < 2034; ++year) {
    int school = 0, summer = 0;
    const Date start{date::year(year) / date::July / 1};
    for (Date day = start; day < start + date::days(365); day += date::days(1)) {
      school += it.kind(day) == DayKind::school;
      summer += it.kind(day) == DayKind::summer;
    }
    CHECK(school >= 174);
    CHECK(school <= 187);
    CHECK(summer >= 70);
    CHECK(summer <= 86);
  }
}

TEST_CASE("midnight is the school's, daylight saving included") {
  const Calendar it = calendar();
  CHECK(it.date_of(it.midnight_ms(kMonday)) == kMonday);
  CHECK(it.date_of(it.midnight_ms(kMonday) - 1) == kMonday - date::days(1));
  CHECK(it.minute_of(it.midnight_ms(kMonday) + 8 * kHourMs) == 480);
  const Date winter{2026_y / date::December / 7};
  CHECK((it.midnight_ms(winter) - it.midnight_ms(kMonday)) % kDayMs == kHourMs);
}

TEST_CASE("there is always a zone in which it is a school morning") {
  for (std::int64_t hour = 0; hour < 24 * 8; ++hour) {
    const std::int64_t now_ms = 1'760'000'000'000 + hour * kHourMs;
    const auto found = Calendar::open({.zone = zone_in_session("Europe/Berlin", now_ms)});
    REQUIRE(found);
    CHECK(found->minute_of(now_ms) >= 8 * 60 + 30);
    CHECK(found->minute_of(now_ms) <= 13 * 60);
  }
}

TEST_CASE("the same seed gives the same days, another seed gives others") {
  const District one = town(50), same = town(50), other = town(50, 8);
  int differing = 0;
  for (std::size_t i = 0; i < 50; ++i) {
    const Day a = day_of(one, one.students[i], kMonday), b = day_of(same, same.students[i], kMonday);
    REQUIRE(a.stretches.size() == b.stretches.size());
    for (std::size_t k = 0; k < a.stretches.size(); ++k) {
      CHECK(a.stretches[k].until == b.stretches[k].until);
      CHECK(a.stretches[k].percent == b.stretches[k].percent);
    }
    differing += a.stretches.size() != day_of(other, other.students[i], kMonday).stretches.size();
  }
  CHECK(differing > 10);
}

TEST_CASE("every day is whole: no gap, no overlap, a battery between empty and full") {
  const District it = town(200);
  for (const Student& who : it.students) {
    for (Date date = kMonday; date < kMonday + date::days(9); date += date::days(1)) {
      int at = 0;
      for (const Stretch& stretch : day_of(it, who, date).stretches) {
        CHECK(stretch.from == at);
        CHECK(stretch.until > stretch.from);
        CHECK(stretch.percent >= 0);
        CHECK(stretch.percent <= 100);
        CHECK((stretch.power == Power::awake || !stretch.online));
        at = stretch.until;
      }
      CHECK(at == 24 * 60);
    }
  }
}

TEST_CASE("one night in eleven or so a battery is not charged, and mostly by the same students") {
  const District it = town();
  const auto days = school_days(it.calendar, kMonday, 40);
  double all = 0, careless = 0, careless_nights = 0;
  for (const Student& who : it.students) {
    const auto forgot = std::ranges::count_if(days, [&](Date day) { return forgets_to_charge(it, who, day); });
    all += static_cast<double>(forgot);
    if (who.care != Care::careless) continue;
    careless += static_cast<double>(forgot);
    careless_nights += 40;
  }
  CHECK(all / (40 * kStudents) == Approx(0.09).margin(0.02));
  CHECK(careless / careless_nights == Approx(0.45).margin(0.05));
}

TEST_CASE("laptops break about once in a thousand school days, and then stay away for days") {
  const District it = town();
  const auto days = school_days(it.calendar, Date{2026_y / date::August / 24}, 175);
  int broken = 0;
  for (const Student& who : it.students) {
    for (const Date day : days) {
      if (!breaks_on(it, who, day)) continue;
      ++broken;
      CHECK(at_the_bench(it, who, day + date::days(1)));
      CHECK_FALSE(is_used(day_of(it, who, day + date::days(2))));
    }
  }
  const double per_thousand = broken * 1000.0 / (175.0 * kStudents);
  CHECK(per_thousand > 0.7);
  CHECK(per_thousand < 1.4);
}

TEST_CASE("packs wear with age and cycles, some faster than others") {
  const District it = town();
  double youngest = 0, oldest = 0, young = 0, old = 0;
  for (const Student& who : it.students) {
    const double now = capacity_at(who, kMonday);
    CHECK(now <= 1);
    CHECK(capacity_at(who, kMonday + date::days(400)) <= now);
    const bool is_young = kMonday - who.bought < date::days(365), is_old = kMonday - who.bought > date::days(3 * 365);
    if (is_young) youngest += now, ++young;
    if (is_old) oldest += now, ++old;
  }
  REQUIRE(young > 100);
  REQUIRE(old > 100);
  CHECK(youngest / young > 0.95);
  CHECK(oldest / old == Approx(0.72).margin(0.06));
}

TEST_CASE("a worn pack is flat before the last bell more often than a new one") {
  const District it = town();
  const auto days = school_days(it.calendar, kMonday, 5);
  int worn = 0, worn_flat = 0, fresh = 0, fresh_flat = 0;
  for (const Student& who : it.students) {
    const bool is_worn = capacity_at(who, kMonday) < 0.7;
    for (const Date day : days) {
      const Day plan = day_of(it, who, day);
      const bool flat = std::ranges::any_of(plan.stretches, [](const Stretch& s) { return s.ending == Ending::flat; });
      (is_worn ? worn : fresh) += 1;
      (is_worn ? worn_flat : fresh_flat) += flat;
    }
  }
  REQUIRE(worn > 200);
  CHECK(static_cast<double>(worn_flat) / worn > 1.5 * fresh_flat / fresh);
}

TEST_CASE("some schools have rooms with weak Wi-Fi, others none, and a room is the same every day") {
  const Dice dice(7);
  int weak_at_oak = 0, weak_at_south = 0;
  for (int student = 0; student < 500; ++student) {
    for (const School& school : schools()) {
      const Room room = room_of(dice, school, student, 3);
      CHECK(room.signal_dbm == room_of(dice, school, student, 3).signal_dbm);
      CHECK((room.weak ? room.signal_dbm < -70 : room.signal_dbm > -70));
      weak_at_oak += school.id == "oak-elementary" && room.weak;
      weak_at_south += school.id == "south-high" && room.weak;
    }
  }
  CHECK(weak_at_oak == 0);
  CHECK(weak_at_south > 10);
}

TEST_CASE("in term nearly all laptops are used, on weekends few, in summer next to none") {
  const District it = town();
  CHECK(share_used(it, kMonday) > 0.85);
  CHECK(share_used(it, kMonday + date::days(5)) < 0.25);
  const double summer = share_used(it, Date{2026_y / date::July / 14});
  CHECK(summer < 0.08);
  CHECK(summer > 0);
}

TEST_CASE("every school gets its share of students, and five already go to more than two") {
  std::set<int> few;
  std::vector<int> counts(schools().size());
  for (const Student& who : town().students) {
    ++counts[static_cast<std::size_t>(who.school)];
    if (who.number < 5) few.insert(who.school);
  }
  CHECK(few.size() > 2);
  for (std::size_t i = 0; i < counts.size(); ++i) CHECK(counts[i] == Approx(schools()[i].share * kStudents).margin(5));
}
