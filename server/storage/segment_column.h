// A column of numbers in a block of a segment (segment_block.h says how they are foretold). Used there only.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/storage/packing.h"

namespace rollcall::storage {

// What is known of a number before it is read: the one before it, and the time that has passed since.
struct Before {
  std::uint64_t value{};
  std::int64_t passed_ms{};
};

inline std::uint64_t zigzag(std::uint64_t difference) {
  return (difference << 1) ^ (0 - (difference >> 63));
}
inline std::uint64_t unzigzag(std::uint64_t stored) { return (stored >> 1) ^ (0 - (stored & 1)); }

enum class Foretold : unsigned char { plain, last, clock, seconds };
inline constexpr std::size_t kWaysToForetell = 4;

inline std::uint64_t foretell(Foretold how, const Before& before) {
  switch (how) {
    case Foretold::plain: return 0;
    case Foretold::last: return before.value;
    case Foretold::clock: return before.value + 2 * static_cast<std::uint64_t>(before.passed_ms);
    case Foretold::seconds: return before.value + 2 * static_cast<std::uint64_t>(before.passed_ms / 1'000);
  }
  return 0;
}

class ColumnWriter {
 public:
  void add(std::uint64_t value, const Before& before = {}) {
    for (std::size_t i = 0; i < kWaysToForetell; ++i) {
      const auto how = static_cast<Foretold>(i);
      Packer(ways_[i]).number(how == Foretold::plain ? value : zigzag(value - foretell(how, before)));
    }
  }
  Foretold best() const {
    std::size_t best = 0;
    for (std::size_t i = 1; i < kWaysToForetell; ++i) {
      if (ways_[i].size() < ways_[best].size() || (ways_[i].size() == ways_[best].size() && i == 1)) best = i;
    }
    return static_cast<Foretold>(best);
  }
  const std::string& bytes() const { return ways_[static_cast<std::size_t>(best())]; }

 private:
  std::array<std::string, kWaysToForetell> ways_;
};

class ColumnReader {
 public:
  ColumnReader(std::string_view bytes, Foretold how) : unpack_(bytes), how_(how) {}
  std::uint64_t next(const Before& before = {}) {
    const std::uint64_t stored = unpack_.number();
    return how_ == Foretold::plain ? stored : foretell(how_, before) + unzigzag(stored);
  }
  bool is_sound() const { return !unpack_.fell_short() && unpack_.at_end(); }
  bool fell_short() const { return unpack_.fell_short(); }

 private:
  Unpacker unpack_;
  Foretold how_;
};

}  // namespace rollcall::storage
