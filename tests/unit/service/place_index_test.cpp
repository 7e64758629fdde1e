// The index against a plain list: whatever was put is found until it is erased, however much collides.
#include "server/service/place_index.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

using rollcall::service::PlaceIndex;

namespace {

constexpr auto kAnything = [](std::uint32_t) { return true; };

}  // namespace

TEST_CASE("an empty index finds nothing and has nothing to erase") {
  PlaceIndex index;
  CHECK(index.find(7, kAnything) == PlaceIndex::kNone);
  index.erase(7, 0);
  CHECK(index.size() == 0);
}

TEST_CASE("among places with the same hash the caller's answer decides") {
  PlaceIndex index;
  for (std::uint32_t place = 0; place < 40; ++place) index.put(7, place);
  for (std::uint32_t wanted = 0; wanted < 40; ++wanted) {
    CHECK(index.find(7, [&](std::uint32_t place) { return place == wanted; }) == wanted);
  }
  CHECK(index.find(7, [](std::uint32_t place) { return place == 40; }) == PlaceIndex::kNone);
  CHECK(index.find(8, kAnything) == PlaceIndex::kNone);
}

TEST_CASE("after any puts and erases the index knows exactly what a plain list knows") {
  const auto hashes = GENERATE(std::size_t{3}, std::size_t{50}, std::size_t{1'000'000'007});
  std::mt19937_64 random(hashes);
  PlaceIndex index;
  std::vector<std::pair<std::size_t, std::uint32_t>> known;
  for (std::uint32_t place = 0; place < 4'000; ++place) {
    if (!known.empty() && random() % 5 < 2) {
      const auto gone = known.begin() + static_cast<std::ptrdiff_t>(random() % known.size());
      index.erase(gone->first, gone->second);
      known.erase(gone);
    }
    known.emplace_back(random() % hashes, place);
    index.put(known.back().first, place);
    if (place % 97 != 0) continue;
    REQUIRE(index.size() == known.size());
    const bool all_found = std::ranges::all_of(known, [&](const auto& it) {
      return index.find(it.first, [&](std::uint32_t found) { return found == it.second; }) == it.second;
    });
    REQUIRE(all_found);
    const bool nothing_else = index.find(known.front().first, [&](std::uint32_t found) {
      return std::ranges::none_of(known, [&](const auto& it) { return it.second == found; });
    }) == PlaceIndex::kNone;
    REQUIRE(nothing_else);
  }
}
