#include "tests/district/model/day.h"

#include <algorithm>
#include <optional>

#include "tests/district/model/day_builder.h"

namespace rollcall::district {
namespace {

using date::days;

constexpr int kLongestRepair = 15;
constexpr int kMostNightsForgotten = 6;
constexpr double kAbsent = 0.05, kFreeDayUse = 0.15, kSummerUse = 0.04;
constexpr int kUnplugs = 6 * 60 + 40, kBedtime = 22 * 60 + 30;
constexpr double kPlugsInBelow = 25;

Dice on(const District& district, const Student& student, Date date) {
  return district.dice.of("day").of(student.number).of(date.time_since_epoch().count());
}

// One day from its first minute on; what was charged and what is left goes from one to the next.
class Planner {
 public:
  Planner(const District& district, const Student& student, Date date, double percent)
      : student_(student),
        dice_(district.dice),
        today_(on(district, student, date)),
        date_(date),
        kind_(district.calendar.kind(date)),
        forgot_charging_(forgets_to_charge(district, student, date)),
        forgot_laptop_(forgets_laptop(district, student, date)),
        builder_(student, date, percent) {
    if (breaks_on(district, student, date)) breaks_at_ = breaking_minute();
  }

  Day plan() && {
    builder_.closed(kUnplugs, Place::home, !forgot_charging_);
    const bool goes = kind_ == DayKind::school && !today_.of("absent").chance(kAbsent) && !forgot_laptop_;
    if (goes) lessons();
    if (!broken_) {
      if (kind_ == DayKind::school) evening();
      else free_day();
    }
    return std::move(builder_).finish(broken_ ? Place::bench : Place::home);
  }

 private:
  int breaking_minute() const {
    const auto& bells = school_of(student_).bells;
    return today_.of("breaks at").pick(bells.front().start_minute, bells.back().end_minute);
  }

  void lessons() {
    const School& school = school_of(student_);
    builder_.closed(school.bells.front().start_minute, Place::home, false);
    for (int period = 0; period < static_cast<int>(school.bells.size()) && !broken_; ++period) lesson(school, period);
  }

  void lesson(const School& school, int period) {
    const Period& bell = school.bells[static_cast<std::size_t>(period)];
    const Dice dice = today_.of("lesson").of(period);
    if (breaks_at_ && *breaks_at_ < bell.end_minute) {
      builder_.open(std::max(*breaks_at_, builder_.minute() + 1), {.place = Place::school, .online = true,
                    .room = room_of(dice_, school, student_.number, period)});
      builder_.cut();
      broken_ = true;
      return;
    }
    if (!dice.of("lids").chance(school.open_lids)) return builder_.closed(bell.end_minute, Place::school, false);
    builder_.closed(bell.start_minute + dice.of("opens").pick(0, 4), Place::school, false);
    const Room room = room_of(dice_, school, student_.number, period);
    // In a weak room every third lesson passes without a way to the server.
    const bool online = !room.weak || !dice.of("network").chance(0.35);
    const bool plugs_in = student_.carries_charger && builder_.percent() < kPlugsInBelow;
    const int closes = bell.end_minute - dice.of("closes").pick(0, 3);
    if (plugs_in) {
      builder_.open(builder_.minute() + dice.of("finds a socket").pick(2, 9),
                    {.place = Place::school, .online = online, .room = room});
    }
    builder_.open(closes, {.place = Place::school, .on_ac = plugs_in, .online = online, .room = room});
    builder_.closed(bell.end_minute, Place::school, false);
  }

  void evening() {
    const int home = std::max(closes_minute(school_of(student_)), builder_.minute());
    builder_.closed(home, forgot_laptop_ ? Place::home : Place::school, false);
    if (today_.of("homework").chance(student_.uses_at_home)) use_at_home(16 * 60 + 15, 19 * 60 + 30);
    builder_.closed(kBedtime, Place::home, false);
  }

  void free_day() {
    const double use = kind_ == DayKind::summer ? kSummerUse : kFreeDayUse;
    if (today_.of("free use").chance(use)) use_at_home(10 * 60, 20 * 60);
    builder_.closed(kBedtime, Place::home, false);
  }

  void use_at_home(int earliest, int latest) {
    const int from = today_.of("home from").pick(earliest, latest);
    const bool on_ac = student_.care == Care::careful && today_.of("home charger").chance(0.5);
    builder_.closed(from, Place::home, on_ac);
    builder_.open(from + today_.of("home for").pick(20, 130),
                  {.place = Place::home, .on_ac = on_ac, .online = student_.home_internet});
    if (student_.shuts_down) builder_.shut_down();
  }

  const Student& student_;
  const Dice& dice_;
  const Dice today_;
  const Date date_;
  const DayKind kind_;
  const bool forgot_charging_, forgot_laptop_;
  std::optional<int> breaks_at_;
  bool broken_{};
  DayBuilder builder_;
};

Day at_bench_day(const Student& student, Date date) {
  return DayBuilder(student, date, 50).finish_off(Place::bench);
}

}  // namespace

double Stretch::percent_at(double minute) const {
  const double inside = std::clamp(minute, static_cast<double>(from), static_cast<double>(until));
  return std::clamp(percent + percent_a_minute * (inside - from), 0.0, 100.0);
}

const Stretch& Day::at(int minute) const {
  const auto after = std::ranges::upper_bound(stretches, minute, {}, &Stretch::from);
  return *(after == stretches.begin() ? after : after - 1);
}

District District::make(std::uint64_t seed, int students, Calendar calendar, Date today) {
  District district{Dice(seed), std::move(calendar), {}};
  district.students.reserve(static_cast<std::size_t>(students));
  for (int number = 0; number < students; ++number) {
    district.students.push_back(student_of(district.dice, number, today));
  }
  return district;
}

bool forgets_to_charge(const District& district, const Student& student, Date night) {
  return on(district, student, night).of("charging").chance(student.forgets_charging);
}

bool forgets_laptop(const District& district, const Student& student, Date date) {
  return district.calendar.kind(date) == DayKind::school &&
         on(district, student, date).of("laptop").chance(student.forgets_laptop);
}

bool breaks_on(const District& district, const Student& student, Date date) {
  return on(district, student, date).of("breaks").chance(student.breaks) &&
         district.calendar.kind(date) == DayKind::school && !forgets_laptop(district, student, date) &&
         !on(district, student, date).of("absent").chance(kAbsent);
}

bool at_the_bench(const District& district, const Student& student, Date date) {
  for (int ago = 1; ago <= kLongestRepair; ++ago) {
    const Date then = date - days(ago);
    if (ago > on(district, student, then).of("repair").pick(4, kLongestRepair)) continue;
    if (breaks_on(district, student, then)) return true;
  }
  return false;
}

Day day_of(const District& district, const Student& student, Date date) {
  if (at_the_bench(district, student, date)) return at_bench_day(student, date);
  // After a night at the charger the battery is full, whatever was before: from there on it is played forward.
  Date start = date - days(1);
  for (int nights = 0; nights < kMostNightsForgotten && forgets_to_charge(district, student, start); ++nights) {
    start -= days(1);
  }
  double percent = 50;
  for (; start < date; start += days(1)) {
    const Day day = Planner(district, student, start, percent).plan();
    percent = day.stretches.back().percent_at(1440);
  }
  return Planner(district, student, date, percent).plan();
}

}  // namespace rollcall::district
