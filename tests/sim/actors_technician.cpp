#include "tests/sim/actor.h"

namespace rollcall::sim {

namespace {

class Technician final : public Actor {
 public:
  void plan(School& school) override {
    World& world = school.world();
    SeededRandom random = world.stream("technician");
    const Calendar& calendar = school.calendar();
    for (auto& it : school.laptops()) {
      Laptop* laptop = it.get();
      world.at(calendar.enrolment_ms + between(random, 0, 40 * kMinuteMs), [&school, laptop] {
        laptop->install(school.token());
        laptop->power_on();
      });
      set_clock(world, random, *laptop, calendar);
      if (chance(random, 50)) plan_image(school, random, *laptop);
      if (school.options().sabotage == Sabotage::shared_key) share_key(school);
    }
  }

 private:
  // Most clocks are right to two seconds; some are minutes off, some have lost their battery, and some are put
  // right in the middle of the day.
  static void set_clock(World& world, Random& random, Laptop& laptop, const Calendar& calendar) {
    std::int64_t skew_ms = between(random, -2 * kSecondMs, 2 * kSecondMs);
    if (chance(random, 60)) skew_ms = between(random, -20 * kMinuteMs, 20 * kMinuteMs);
    if (chance(random, 20)) skew_ms = between(random, -10 * 365 * kDayMs, 10 * 365 * kDayMs);
    laptop.set_clock_skew(skew_ms);
    if (!chance(random, 60)) return;
    const std::int64_t corrected_ms = between(random, -kSecondMs, kSecondMs);
    world.at(between(random, calendar.first_bell_ms, calendar.last_bell_ms),
             [&laptop, corrected_ms] { laptop.set_clock_skew(corrected_ms); });
  }

  static void plan_image(School& school, Random& random, Laptop& laptop) {
    World& world = school.world();
    const Calendar& calendar = school.calendar();
    const std::int64_t at_ms = between(random, calendar.first_bell_ms, calendar.last_bell_ms - kHourMs);
    world.at(at_ms, [&laptop] {
      laptop.plug(true);
      laptop.shut_down();
    });
    world.at(at_ms + between(random, kMinuteMs, 30 * kMinuteMs), [&school, &laptop] {
      laptop.lose_power();  // if it is not off yet
      school.world().note("laptop {}: a new image", laptop.traits().number);
      laptop.install(school.token());
      laptop.move_to(Place::school);
      laptop.power_on();
    });
  }

  static void share_key(School& school) {
    school.world().at(school.calendar().first_bell_ms, [&school] {
      school.network().everybodys = school.laptops().front()->certificate();
    });
  }
};

}  // namespace

std::unique_ptr<Actor> make_technician() { return std::make_unique<Technician>(); }

}  // namespace rollcall::sim
