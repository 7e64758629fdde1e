#include "tests/district/model/student.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "common/base/clock.h"

namespace rollcall::district {
namespace {

struct Habits {
  double share, forgets_charging, forgets_laptop, breaks;
};
// In the order of Care. Breakage: 0.7 · 0.00035 + 0.22 · 0.0016 + 0.08 · 0.005 = one in a thousand.
constexpr std::array<Habits, 3> kHabits{{{0.70, 0.03, 0.01, 0.00035}, {0.22, 0.15, 0.04, 0.0016}, {0.08, 0.45, 0.08, 0.005}}};
constexpr double kCyclesADay = 0.42;  // holidays and summers counted in

// Low discrepancy instead of chance, so that five students already go to different schools.
int school_for(int number) {
  double at = std::fmod(0.05 + number * 0.6180339887498949, 1.0);
  const auto& all = schools();
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    if (at < all[i].share) return static_cast<int>(i);
    at -= all[i].share;
  }
  return static_cast<int>(all.size()) - 1;
}

Care care_for(const Dice& dice) {
  const double at = dice.share();
  if (at < kHabits[0].share) return Care::careful;
  return at < kHabits[0].share + kHabits[1].share ? Care::casual : Care::careless;
}

int hardware_for(const Dice& dice) {
  double at = dice.share();
  const auto& all = hardware_models();
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    if (at < all[i].share) return static_cast<int>(i);
    at -= all[i].share;
  }
  return static_cast<int>(all.size()) - 1;
}

// The wave of August, zero to three years ago.
Date bought_for(const Dice& dice, Date today) {
  const auto now = date::year_month_day(today);
  const int newest = static_cast<int>(now.year()) - (now.month() < date::August ? 1 : 0);
  return Date{date::year(newest - dice.pick(0, 3)) / date::August / dice.of("box").pick(1, 14)};
}

int age_days(const Student& student, Date day) {
  return std::max(0, static_cast<int>((day - student.bought).count()));
}

}  // namespace

const std::vector<Hardware>& hardware_models() {
  static const std::vector<Hardware> table = {
      {"LENOVO", "ThinkPad L13 Gen 3", "R1SET54W", "SMP", "5B10W13930", "Li-poly", "nvme", "nvme0n1",
       "SAMSUNG MZVLB256HBHQ", "wlp2s0", 46'000, 8'200, 11'550, 7'800, 238'000, 0.35, false},
      {"HP", "HP ProBook 445 14 inch G9 Notebook PC", "U82 Ver. 01.08.00", "333-54-24-A", "Primary", "Li-ion", "nvme",
       "nvme0n1", "KBG50ZNV256G KIOXIA", "wlp1s0", 51'010, 8'900, 11'400, 7'800, 238'000, 0.30, false},
      {"Dell Inc.", "Latitude 3190", "1.32.0", "SMP", "DELL 0JK6Y6C", "Li-poly", "emmc", "mmcblk0", "DF4064", "wlp1s0",
       42'000, 6'300, 11'400, 3'800, 59'600, 0.20, true},
      {"Acer", "TravelMate B311", "V1.14", "LGC", "AP18K4K", "Li-ion", "emmc", "mmcblk0", "HBG4a2", "wlp0s12f0", 48'000,
       6'800, 11'250, 3'800, 116'000, 0.15, true},
  };
  return table;
}

const Hardware& hardware_of(const Student& student) {
  return hardware_models()[static_cast<std::size_t>(student.hardware)];
}
const School& school_of(const Student& student) { return schools()[static_cast<std::size_t>(student.school)]; }

Student student_of(const Dice& dice, int number, Date today) {
  const Dice own = dice.of("student").of(number);
  Student it;
  it.number = number;
  it.school = school_for(number);
  it.hardware = hardware_for(own.of("hardware"));
  it.bought = bought_for(own.of("wave"), today);
  it.care = care_for(own.of("care"));
  const Habits& habits = kHabits[static_cast<std::size_t>(it.care)];
  it.forgets_charging = habits.forgets_charging;
  it.forgets_laptop = habits.forgets_laptop;
  it.breaks = habits.breaks;
  it.uses_at_home = own.of("home use").between(0.2, 0.9);
  it.carries_charger = own.of("charger").chance(it.care == Care::careful ? 0.4 : 0.2);
  it.home_internet = !own.of("internet").chance(1.0 / 12);
  it.shuts_down = own.of("shuts down").chance(0.3);
  it.pack_luck = 1 + 0.6 * own.of("pack").sway();
  it.gauge_lies = own.of("gauge").chance(0.01);
  it.placeholder_serial = own.of("serial").chance(0.005);
  if (own.of("clock").chance(0.01)) it.clock_error_ms = own.of("clock error").pick(-12, 12) * kHourMs;
  return it;
}

int cycles_at(const Student& student, Date day) { return static_cast<int>(kCyclesADay * age_days(student, day)); }

double capacity_at(const Student& student, Date day) {
  const double worn = 0.03 * age_days(student, day) / 365.0 + 0.20 * cycles_at(student, day) / 500.0;
  return std::clamp(1.0 - worn * student.pack_luck * student.pack_luck, 0.3, 1.0);
}

}  // namespace rollcall::district
