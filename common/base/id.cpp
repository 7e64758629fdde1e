#include "common/base/id.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace rollcall {
namespace {
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
}

std::string make_ulid(const Clock& clock, Random& random) {
  std::string out(26, '0');
  auto time = static_cast<std::uint64_t>(clock.wall_ms());
  for (std::size_t i = 10; i-- > 0; time >>= 5) out[i] = kAlphabet[time & 31];
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t bits = random.next_u64();
    for (std::size_t i = 0; i < 8; ++i, bits >>= 5) out[10 + half * 8 + i] = kAlphabet[bits & 31];
  }
  return out;
}

bool is_ulid(std::string_view text) {
  return text.size() == 26 && text[0] <= '7' && std::ranges::all_of(text, [](char c) {
           return kAlphabet.find(c) != std::string_view::npos;
         });
}

std::string make_uuid(Random& random) {
  std::array<std::byte, 16> raw;
  random.fill(raw);
  raw[6] = (raw[6] & std::byte{0x0f}) | std::byte{0x40};
  raw[8] = (raw[8] & std::byte{0x3f}) | std::byte{0x80};
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    const auto value = std::to_integer<unsigned>(raw[i]);
    out += kHex[value >> 4];
    out += kHex[value & 15];
  }
  return out;
}

}  // namespace rollcall
