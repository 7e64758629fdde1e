// Who has which laptop, and habits that stay: a careless student is careless every day.
//
// What is modelled is what the field says hurts a one-to-one program: laptops left at home, batteries not
// charged, screens broken, packs worn out, rooms without Wi-Fi, homes without internet. How often is assumed:
// - three kinds of students: 70 % careful (forget to charge 3 nights in 100), 22 % casual (15), 8 % careless
//   (45), so about 9 nights in 100 over all; laptops left at home 2 days in 100 in the same proportion;
// - breakage 1 laptop in 1,000 a school day, about a sixth of a fleet a year, four fifths of it by a third of
//   the students; a week or two at the bench;
// - laptops are bought in four yearly waves and are up to four years old;
// - one home in twelve has no internet, one laptop in 200 a placeholder for a serial number, one pack in 100 a
//   gauge that lies, one clock in 100 is hours off.
#pragma once

#include <cstdint>
#include <string_view>

#include "tests/district/model/calendar.h"
#include "tests/district/model/dice.h"
#include "tests/district/model/school.h"

namespace rollcall::district {

struct Hardware {
  std::string_view maker, model, bios, pack_maker, pack_model, technology, disk_kind, disk_name, disk_model, wifi;
  int design_mwh{}, awake_mw{}, voltage_mv{}, memory_mb{}, disk_mb{};
  double share{};
  bool touch{};
};

enum class Care { careful, casual, careless };

struct Student {
  int number{};
  int school{};    // in schools()
  int hardware{};  // in hardware_models()
  Date bought;
  Care care{};
  double forgets_charging{}, forgets_laptop{}, breaks{};  // a night, a school day, a school day
  double uses_at_home{};                                  // an evening
  bool carries_charger{}, home_internet{}, shuts_down{};
  double pack_luck{1};  // how fast the pack ages; 1 is ordinary
  bool gauge_lies{}, placeholder_serial{};
  std::int64_t clock_error_ms{};
};

const std::vector<Hardware>& hardware_models();
const Hardware& hardware_of(const Student& student);
const School& school_of(const Student& student);

// Pure: the same seed and number give the same student. `today` decides which wave the laptop came with.
Student student_of(const Dice& dice, int number, Date today);

// Full charge cycles by that day, and what the pack then holds of what it held when new (1 … 0.3): 3 % a year
// by age alone and 20 % in 500 cycles, the usual rating of such cells, times the pack's luck.
int cycles_at(const Student& student, Date day);
double capacity_at(const Student& student, Date day);

}  // namespace rollcall::district
