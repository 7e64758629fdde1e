#include "tests/district/model/day_builder.h"

#include <algorithm>
#include <utility>

namespace rollcall::district {
namespace {

constexpr double kCritical = 4;          // percent; the agent's last words
constexpr double kCharge = 40.0 / 60;    // percent a minute
constexpr double kSleepDrain = 0.3 / 60;
constexpr int kMidnight = 24 * 60;

}  // namespace

DayBuilder::DayBuilder(const Student& student, Date date, double percent) : percent_(percent) {
  day_.date = date;
  day_.stretches.reserve(24);
  const Hardware& hardware = hardware_of(student);
  const double full_mwh = hardware.design_mwh * capacity_at(student, date);
  drain_ = hardware.awake_mw / full_mwh * 100 / 60;
  flat_ = percent <= kCritical;
}

void DayBuilder::add(int until, Power power, const Use& use, double percent_a_minute, Ending ending) {
  if (until <= minute_) return;
  if (power == Power::awake && !on_) {
    on_ = true;
    ++boots_;
    boot_minute_ = minute_;
  }
  if (power == Power::off) on_ = false;
  day_.stretches.push_back({minute_, until, power, use.place, use.on_ac, use.online && power == Power::awake, use.room,
                            boots_, boot_minute_, percent_, percent_a_minute, ending});
  percent_ = day_.stretches.back().percent_at(until);
  minute_ = until;
}

void DayBuilder::open(int minute, const Use& use) {
  minute = std::min(minute, kMidnight);
  if (minute <= minute_) return;
  off_ = false;
  if (use.on_ac) {
    flat_ = false;
    return add(minute, Power::awake, use, kCharge, Ending::sleep);
  }
  const int lasts = flat_ ? 0 : static_cast<int>((percent_ - kCritical) / drain_);
  if (lasts > minute - minute_) return add(minute, Power::awake, use, -drain_, Ending::sleep);
  add(minute_ + lasts, Power::awake, use, -drain_, Ending::flat);
  flat_ = true;
  add(minute, Power::off, {.place = use.place}, 0, Ending::none);
}

void DayBuilder::closed(int minute, Place place, bool on_ac) {
  minute = std::min(minute, kMidnight);
  if (on_ac) flat_ = false;
  const bool asleep = on_ && !flat_ && !off_;
  const double rate = on_ac ? kCharge : asleep ? -kSleepDrain : 0;
  add(minute, asleep ? Power::asleep : Power::off, {.place = place, .on_ac = on_ac}, rate, Ending::none);
  if (percent_ <= kCritical) flat_ = true;
}

void DayBuilder::shut_down() {
  if (day_.stretches.back().power != Power::awake) return;
  day_.stretches.back().ending = Ending::shutdown;
  off_ = true;
}

void DayBuilder::cut() {
  if (day_.stretches.back().power == Power::awake) day_.stretches.back().ending = Ending::cut;
  off_ = true;
}

Day DayBuilder::finish(Place place) && {
  closed(kMidnight, place, false);
  return std::move(day_);
}

Day DayBuilder::finish_off(Place place) && {
  add(kMidnight, Power::off, {.place = place}, 0, Ending::none);
  return std::move(day_);
}

}  // namespace rollcall::district
