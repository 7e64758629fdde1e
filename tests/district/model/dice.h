// Chance without a state: the same question of the same seed always gets the same answer, in whatever order
// questions are asked. A student who forgets her charger on 3 March forgets it there in every run.
#pragma once

#include <cstdint>
#include <string_view>

namespace rollcall::district {

class Dice {
 public:
  explicit constexpr Dice(std::uint64_t seed) : key_(mix(seed + 0x9e3779b97f4a7c15)) {}

  // Another die for each question, and for each thing that is asked about.
  constexpr Dice of(std::string_view question) const {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : question) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return Dice(key_ ^ hash);
  }
  constexpr Dice of(std::int64_t number) const { return Dice(key_ + mix(static_cast<std::uint64_t>(number) + 1)); }

  constexpr std::uint64_t bits() const { return key_; }
  constexpr double share() const { return static_cast<double>(key_ >> 11) / 9007199254740992.0; }  // [0, 1)
  constexpr bool chance(double probability) const { return share() < probability; }
  constexpr double between(double low, double high) const { return low + (high - low) * share(); }
  // Whole numbers, both ends included.
  constexpr int pick(int low, int high) const { return low + static_cast<int>(share() * (high - low + 1)); }
  // Mostly near the middle of [-1, 1].
  constexpr double sway() const {
    return (of("sway a").share() + of("sway b").share() + of("sway c").share()) / 1.5 - 1;
  }

 private:
  // splitmix64's finalizer, https://prng.di.unimi.it/splitmix64.c
  static constexpr std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }
  std::uint64_t key_;
};

}  // namespace rollcall::district
