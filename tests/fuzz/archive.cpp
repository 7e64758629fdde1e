#include "tests/fuzz/archive.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace rollcall::fuzz {
namespace {

constexpr std::size_t kBlock = 512;

// A field of the header, up to its NUL.
std::string_view field(std::string_view header, std::size_t at, std::size_t size) {
  const auto text = header.substr(at, size);
  return text.substr(0, text.find('\0'));
}

}  // namespace

std::vector<Entry> read_archive(std::string_view tar) {
  std::vector<Entry> entries;
  while (tar.size() >= kBlock && tar.front() != '\0') {
    const auto header = tar.substr(0, kBlock);
    const auto digits = field(header, 124, 12);
    std::size_t size = 0;
    const bool read = std::from_chars(digits.data(), digits.data() + digits.size(), size, 8).ec == std::errc{};
    if (header.substr(257, 5) != "ustar" || !read || size > tar.size() - kBlock) throw std::runtime_error("not a tar archive");
    if (header[156] == '0') entries.push_back({std::string(field(header, 0, 100)), std::string(tar.substr(kBlock, size))});
    tar.remove_prefix(std::min(tar.size(), kBlock + (size + kBlock - 1) / kBlock * kBlock));
  }
  return entries;
}

}  // namespace rollcall::fuzz
