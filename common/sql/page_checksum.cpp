#include "common/sql/page_checksum.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "common/base/descriptor.h"
#include "common/base/files.h"

namespace rollcall::sql {
namespace {

static_assert(std::endian::native == std::endian::little, "the sums on disk are little-endian");

// Odd, so that multiplying is a bijection and no difference can vanish in a step.
constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15;

std::uint64_t word_at(const std::byte* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Four lanes, because one multiplication waits for the one before it.
std::uint64_t sum_of(Page page, std::uint32_t number) {
  std::array<std::uint64_t, 4> lanes = {number, ~std::uint64_t{number}, kFactor ^ number, kFactor + number};
  constexpr std::size_t kWords = (kPageBytes - kChecksumBytes) / sizeof(std::uint64_t);
  const std::byte* at = page.data();
  std::size_t word = 0;
  for (; word + 4 <= kWords; word += 4) {
    for (auto& lane : lanes) {
      lane = std::rotl((lane ^ word_at(at)) * kFactor, 29);
      at += sizeof(std::uint64_t);
    }
  }
  for (std::size_t lane = 0; word < kWords; ++word, ++lane) {
    lanes[lane] = std::rotl((lanes[lane] ^ word_at(at)) * kFactor, 29);
    at += sizeof(std::uint64_t);
  }
  std::uint64_t sum = 0;
  for (const auto lane : lanes) {
    sum = (sum ^ lane) * kFactor;
    sum ^= sum >> 32;
  }
  return sum;
}

// Bytes read; fewer than a page only at the end of the file.
Result<std::size_t> read_page(int fd, const std::string& path, MutablePage page) {
  std::size_t have = 0;
  while (have < page.size()) {
    const ssize_t got = ::read(fd, page.data() + have, page.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(system_error(errno, path));
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  return have;
}

bool is_ours(Page first) {
  const std::string_view magic("SQLite format 3\0", 16);
  const auto byte_at = [&](std::size_t at) { return std::to_integer<int>(first[at]); };
  return std::memcmp(first.data(), magic.data(), magic.size()) == 0 && byte_at(16) == kPageBytes >> 8 &&
         byte_at(17) == 0 && byte_at(20) == kChecksumBytes;
}

}  // namespace

void seal_page(MutablePage page, std::uint32_t number) {
  const std::uint64_t sum = sum_of(page, number);
  std::memcpy(page.data() + kPageBytes - kChecksumBytes, &sum, sizeof sum);
}

bool is_intact(Page page, std::uint32_t number) {
  return word_at(page.data() + kPageBytes - kChecksumBytes) == sum_of(page, number);
}

Result<std::uint64_t> verify_pages(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return std::unexpected(system_error(errno, path));
  std::array<std::byte, kPageBytes> page;
  for (std::uint32_t number = 1;; ++number) {
    const std::size_t have = TRY(read_page(file.get(), path, page));
    if (have == 0 && number > 1) return number - 1;
    if (have != page.size()) return fail(Errc::corrupt, path + ": is cut off, or not a database");
    if (number == 1 && !is_ours(page))
      return fail(Errc::corrupt, path + ": not a database made by this program");
    const bool hole =
        std::all_of(page.begin(), page.end(), [](std::byte byte) { return byte == std::byte{0}; });
    if (!hole && !is_intact(page, number)) {
      return fail(Errc::corrupt, fmt::format("{}: page {} does not match its checksum", path, number));
    }
  }
}

}  // namespace rollcall::sql
