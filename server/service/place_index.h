// Finds records in a list by a key that the records hold themselves: 8 bytes a slot, no allocation a record and
// mostly one look at memory, where a map of strings takes four. A district's start makes millions of look-ups.
// Not thread-safe. Whoever can choose keys freely can make it slow: keys are ids that the server minted, and digests.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace rollcall::service {

class PlaceIndex {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  void reserve(std::size_t count) {
    if (2 * count > slots_.size()) grow(std::bit_ceil(2 * count));
  }

  // The place with this hash for which `is_it(place)` holds; kNone: there is none.
  template <class IsIt>
  std::uint32_t find(std::size_t hash, IsIt is_it) const {
    if (slots_.empty()) return kNone;
    const std::uint32_t short_hash = shorten(hash);
    for (std::size_t at = first(short_hash); slots_[at].place != kNone; at = next(at)) {
      if (slots_[at].hash == short_hash && is_it(slots_[at].place)) return slots_[at].place;
    }
    return kNone;
  }

  // `place` is not in it.
  void put(std::size_t hash, std::uint32_t place) {
    reserve(size_ + 1);
    settle({shorten(hash), place});
    ++size_;
  }

  // No effect when it is not in it.
  void erase(std::size_t hash, std::uint32_t place) {
    if (slots_.empty()) return;
    std::size_t hole = first(shorten(hash));
    while (slots_[hole].place != place) {
      if (slots_[hole].place == kNone) return;
      hole = next(hole);
    }
    --size_;
    // Who stands behind the hole and would be looked for across it moves into it.
    for (std::size_t at = next(hole); slots_[at].place != kNone; at = next(at)) {
      const std::size_t from = first(slots_[at].hash);
      if (((at - from) & mask()) < ((at - hole) & mask())) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = Slot{};
  }

  std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::uint32_t hash{};
    std::uint32_t place{kNone};
  };

  static std::uint32_t shorten(std::size_t hash) { return static_cast<std::uint32_t>(hash ^ (hash >> 32)); }
  std::size_t mask() const { return slots_.size() - 1; }
  std::size_t first(std::uint32_t hash) const { return hash & mask(); }
  std::size_t next(std::size_t at) const { return (at + 1) & mask(); }

  void settle(Slot slot) {
    std::size_t at = first(slot.hash);
    while (slots_[at].place != kNone) at = next(at);
    slots_[at] = slot;
  }

  void grow(std::size_t size) {
    std::vector<Slot> before(size < 16 ? 16 : size);
    before.swap(slots_);
    for (const Slot& slot : before) {
      if (slot.place != kNone) settle(slot);
    }
  }

  std::vector<Slot> slots_;  // a power of two of them, at most half of them taken
  std::size_t size_{};
};

inline std::size_t hash_of(std::string_view key) { return std::hash<std::string_view>()(key); }

}  // namespace rollcall::service
