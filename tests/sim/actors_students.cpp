#include "tests/sim/actor.h"

namespace rollcall::sim {

namespace {

constexpr std::int64_t kPeriodMs = 70 * kMinuteMs;

class Students final : public Actor {
 public:
  void plan(School& school) override {
    for (auto& laptop : school.laptops()) {
      SeededRandom random = school.world().stream(fmt::format("student {}", laptop->traits().number));
      plan_day(school, random, *laptop);
      plan_evening(school, random, *laptop);
      plan_calm(school, random, *laptop);
    }
  }

 private:
  static void plan_day(School& school, Random& random, Laptop& laptop) {
    World& world = school.world();
    const Calendar& calendar = school.calendar();
    // Handed out between the enrolment and the first bell.
    world.at(calendar.first_bell_ms - between(random, kMinuteMs, 30 * kMinuteMs), [&laptop] {
      laptop.plug(false);
      laptop.close_lid();
    });
    if (chance(random, 100)) {
      const auto charge_mwh = static_cast<double>(between(random, 2'000, 8'000));
      world.at(calendar.first_bell_ms, [&laptop, charge_mwh] { laptop.drain_to(charge_mwh); });
    }
    for (std::int64_t period_ms = calendar.first_bell_ms; period_ms < calendar.last_bell_ms; period_ms += kPeriodMs) {
      if (chance(random, 350)) continue;  // no laptops in this lesson
      const std::int64_t open_ms = period_ms + between(random, 0, 5 * kMinuteMs);
      world.at(open_ms, [&laptop] { laptop.open_lid(); });
      world.at(open_ms + between(random, 5 * kMinuteMs, 50 * kMinuteMs), [&laptop] { laptop.close_lid(); });
      if (!chance(random, 100)) continue;
      const std::int64_t plug_ms = open_ms + between(random, 0, 20 * kMinuteMs);
      world.at(plug_ms, [&laptop] { laptop.plug(true); });
      world.at(plug_ms + between(random, kMinuteMs, kHourMs), [&laptop] { laptop.plug(false); });
    }
  }

  static void plan_evening(School& school, Random& random, Laptop& laptop) {
    World& world = school.world();
    const Calendar& calendar = school.calendar();
    const bool shut = chance(random, 400);
    const Place place = chance(random, 700) ? Place::home : Place::nowhere;
    world.at(calendar.last_bell_ms + between(random, 0, 20 * kMinuteMs), [&laptop, shut, place] {
      shut ? laptop.shut_down() : laptop.close_lid();
      laptop.move_to(place);
    });
    if (!chance(random, 500)) return;
    const std::int64_t open_ms = between(random, calendar.last_bell_ms + kHourMs, calendar.night_ms - 2 * kHourMs);
    world.at(open_ms, [&laptop] { laptop.open_lid(); });
    world.at(open_ms + between(random, 10 * kMinuteMs, 2 * kHourMs), [&laptop] { laptop.close_lid(); });
  }

  static void plan_calm(School& school, Random& random, Laptop& laptop) {
    School* it = &school;
    school.world().at(school.calendar().calm_ms + between(random, 0, 10 * kMinuteMs), [it, &laptop] {
      laptop.move_to(it->options().sabotage == Sabotage::stays_cut ? Place::nowhere : Place::school);
      laptop.plug(true);
      laptop.open_lid();
    });
  }
};

}  // namespace

std::unique_ptr<Actor> make_students() { return std::make_unique<Students>(); }

}  // namespace rollcall::sim
