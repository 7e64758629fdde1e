#include "common/base/random.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "common/base/check.h"

namespace rollcall {

std::uint64_t Random::next_u64() {
  std::array<std::byte, 8> raw;
  fill(raw);
  std::uint64_t value;
  std::memcpy(&value, raw.data(), sizeof value);
  return value;
}

std::uint64_t Random::below(std::uint64_t bound) {
  CHECK(bound > 0);
  const std::uint64_t unbiased = UINT64_MAX - UINT64_MAX % bound;
  for (;;) {
    const std::uint64_t value = next_u64();
    if (value < unbiased) return value % bound;
  }
}

std::string Random::bytes(std::size_t count) {
  std::string out(count, '\0');
  fill(std::as_writable_bytes(std::span(out)));
  return out;
}

void SystemRandom::fill(std::span<std::byte> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    CHECK(got > 0);
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

void SeededRandom::fill(std::span<std::byte> out) {
  for (auto& byte : out) byte = static_cast<std::byte>(engine_() >> 32);
}

}  // namespace rollcall
