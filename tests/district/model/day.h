// One laptop's day, planned as a whole: where it is, whether its lid is open, what its battery holds. Pure:
// any day can be asked for at any time, so that nothing has to be remembered between days or between runs.
//
// Assumed beside student.h's habits: 5 % of students are absent on a day; 15 % of weekend days and holidays and
// 4 % of summer days see a laptop used; a sleeping laptop loses 0.3 % an hour; it charges at 40 % an hour;
// whoever carries a charger plugs in below 25 %.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/district/model/calendar.h"
#include "tests/district/model/student.h"

namespace rollcall::district {

enum class Power { off, asleep, awake };
enum class Place { home, school, bench };
// What ends a stretch in which the laptop was awake.
enum class Ending { none, sleep, shutdown, flat, cut };

struct Stretch {
  int from{}, until{};  // minutes after local midnight
  Power power{};
  Place place{};
  bool on_ac{}, online{};
  Room room{};
  int boot{};        // how many starts there were on this day
  int boot_minute{};
  double percent{}, percent_a_minute{};
  Ending ending{};

  double percent_at(double minute) const;
};

struct Day {
  Date date;
  std::vector<Stretch> stretches;  // from 0 to 1,440 without a gap
  const Stretch& at(int minute) const;
};

struct District {
  Dice dice;
  Calendar calendar;
  std::vector<Student> students;

  static District make(std::uint64_t seed, int students, Calendar calendar, Date today);
};

Day day_of(const District& district, const Student& student, Date date);

// Single facts of a day, for the plan and for tests.
bool forgets_to_charge(const District& district, const Student& student, Date night);  // the one that ends on it
bool forgets_laptop(const District& district, const Student& student, Date date);
bool breaks_on(const District& district, const Student& student, Date date);
bool at_the_bench(const District& district, const Student& student, Date date);  // broke on an earlier day

}  // namespace rollcall::district
