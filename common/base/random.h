// The seam of chance: secrets and jitter come from a Random that is handed in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>

namespace rollcall {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> out) = 0;

  std::uint64_t next_u64();
  // Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  // `count` random bytes.
  std::string bytes(std::size_t count);
};

// The kernel's generator; thread-safe; aborts when the kernel has none, because no secret can be made then.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override;
};

// Repeatable, and to be guessed: for tests, the simulation, and what nobody gains from guessing. Not thread-safe.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::byte> out) override;

 private:
  std::mt19937_64 engine_;
};

}  // namespace rollcall
