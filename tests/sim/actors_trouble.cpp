#include "tests/sim/actor.h"

namespace rollcall::sim {

namespace {

constexpr std::int64_t kMergingAccesses = 300;

class Trouble final : public Actor {
 public:
  void plan(School& school) override {
    SeededRandom random = school.world().stream("trouble");
    plan_weather(school, random);
    for (auto count = between(random, 0, 3); count > 0; --count) plan_power_cut(school, random);
    for (auto count = between(random, 0, 2); count > 0; --count) plan_network_cut(school, random);
    if (chance(random, 300)) plan_full_disk(school, random);
    if (chance(random, 300)) plan_orderly_restart(school, random);
    for (auto& laptop : school.laptops()) {
      if (chance(random, 80)) plan_held_button(school, random, *laptop);
    }
    SeededRandom midnight = school.world().stream("trouble at midnight");
    if (chance(midnight, 500)) plan_cut_while_merging(school, midnight);
    school.world().at(school.calendar().calm_ms, [&school] {
      school.network().set_weather({});
      school.network().cut(Place::school, false);
      school.network().cut(Place::home, false);
      school.server().set_disk_full(false);
      school.restart_server();
    });
  }

 private:
  static std::int64_t some_time(const School& school, Random& random) {
    return between(random, school.calendar().enrolment_ms, school.calendar().night_ms - kHourMs);
  }

  static void plan_weather(School& school, Random& random) {
    const int worst = static_cast<int>(between(random, 0, 4)) * 50;
    const auto some = [&] { return static_cast<int>(between(random, 0, worst)); };
    const Weather weather{.lose_request = some(), .lose_reply = some(), .duplicate = 2 * some(), .delay = some()};
    school.network().set_weather(weather);
  }

  static void plan_power_cut(School& school, Random& random) {
    World& world = school.world();
    const std::int64_t at_ms = some_time(school, random);
    const bool in_a_write = chance(random, 600);
    const std::int64_t access = between(random, 1, 60);
    world.at(at_ms, [&school, in_a_write, access] {
      in_a_write ? school.server().lose_power_at_access(access) : school.server().lose_power();
    });
    world.at(at_ms + between(random, kMinuteMs, 20 * kMinuteMs), [&school] { school.restart_server(); });
  }

  // The day that is over becomes a segment within ten minutes after midnight (UTC), and nothing else happens then.
  static void plan_cut_while_merging(School& school, Random& random) {
    World& world = school.world();
    const std::int64_t midnight_ms = (school.calendar().night_ms / kDayMs + 1) * kDayMs;
    const std::int64_t access = between(random, 1, kMergingAccesses);
    world.at(midnight_ms, [&school, access] { school.server().lose_power_at_access(access); });
    world.at(midnight_ms + between(random, 15 * kMinuteMs, 30 * kMinuteMs), [&school] { school.restart_server(); });
  }

  static void plan_orderly_restart(School& school, Random& random) {
    World& world = school.world();
    const std::int64_t at_ms = some_time(school, random);
    world.at(at_ms, [&school] { school.server().stop_in_order(); });
    world.at(at_ms + between(random, kSecondMs, kMinuteMs), [&school] { school.restart_server(); });
  }

  static void plan_network_cut(School& school, Random& random) {
    World& world = school.world();
    const std::int64_t at_ms = some_time(school, random);
    const Place place = chance(random, 800) ? Place::school : Place::home;
    world.at(at_ms, [&school, place] {
      school.world().note("network: cut");
      school.network().cut(place, true);
    });
    world.at(at_ms + between(random, kMinuteMs, 3 * kHourMs), [&school, place] {
      school.world().note("network: back");
      school.network().cut(place, false);
    });
  }

  static void plan_full_disk(School& school, Random& random) {
    World& world = school.world();
    const std::int64_t at_ms = some_time(school, random);
    world.at(at_ms, [&school] {
      school.world().note("server: disk full");
      school.server().set_disk_full(true);
    });
    world.at(at_ms + between(random, kMinuteMs, 40 * kMinuteMs), [&school] { school.server().set_disk_full(false); });
  }

  static void plan_held_button(School& school, Random& random, Laptop& laptop) {
    World& world = school.world();
    const std::int64_t at_ms = between(random, school.calendar().first_bell_ms, school.calendar().last_bell_ms);
    const bool in_a_write = chance(random, 500);
    const std::int64_t access = between(random, 1, 40);
    world.at(at_ms, [&laptop, in_a_write, access] {
      in_a_write ? laptop.lose_power_at_access(access) : laptop.lose_power();
    });
    world.at(at_ms + between(random, kMinuteMs, 10 * kMinuteMs), [&laptop] {
      laptop.lose_power_at_access(0);
      laptop.power_on();
    });
  }
};

}  // namespace

std::unique_ptr<Actor> make_trouble() { return std::make_unique<Trouble>(); }

}  // namespace rollcall::sim
