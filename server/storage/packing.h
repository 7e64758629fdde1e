// Numbers and texts as few bytes: the alphabet of every binary form that Rollcall stores. Integers are
// little-endian base 128 (7 bits a byte, the high bit says that more follow), signed ones zigzag first.
//
// A reader that meets the end of its bytes gets zero, absent or empty from then on, and one that stops early
// leaves the rest: fields are therefore only ever added at the end of a struct, and old bytes stay readable.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::storage {

class Packer {
 public:
  explicit Packer(std::string& out) : out_(out) {}

  void number(std::uint64_t value) {
    char bytes[10];
    std::size_t size = 0;
    for (; value >= 0x80; value >>= 7) bytes[size++] = static_cast<char>(value | 0x80);
    bytes[size++] = static_cast<char>(value);
    out_.append(bytes, size);
  }
  void signed_number(std::int64_t value) { number(zigzag(value)); }
  // Absent: 0. Otherwise zigzag + 1; the one value that does not fit (INT64_MIN) is stored as its neighbour.
  void optional_number(const std::optional<std::int64_t>& value) {
    number(value ? std::min(zigzag(*value), UINT64_MAX - 1) + 1 : 0);
  }
  // Exact. Absent: 0. Otherwise the low two bits + 1 tell integer, tenths, hundredths, or that the eight bytes
  // of the double follow.
  void optional_real(const std::optional<double>& value) {
    if (!value) return number(0);
    double scaled = *value;
    for (std::uint64_t tag = 0; tag < 3; ++tag, scaled = *value * (tag == 1 ? 10.0 : 100.0)) {
      if (std::abs(scaled) > 1e12) break;
      const auto whole = std::llround(scaled);
      const double back = tag == 0 ? static_cast<double>(whole) : static_cast<double>(whole) / (tag == 1 ? 10.0 : 100.0);
      if (back == *value) return number(((zigzag(whole) << 2) | tag) + 1);
    }
    number(3 + 1);
    eight_bytes(std::bit_cast<std::uint64_t>(*value));
  }
  // Little-endian: shorter than a number for what uses all its bits, as hashes do.
  void eight_bytes(std::uint64_t value) {
    char bytes[8];
    for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (8 * i));
    out_.append(bytes, sizeof bytes);
  }
  void text(std::string_view value) {
    number(value.size());
    out_.append(value);
  }

 private:
  static std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
  }
  std::string& out_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) return short_read();
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    return short_read();
  }
  std::int64_t signed_number() { return unzigzag(number()); }
  std::optional<std::int64_t> optional_number() {
    const std::uint64_t value = number();
    return value == 0 ? std::nullopt : std::optional(unzigzag(value - 1));
  }
  std::optional<double> optional_real() {
    const std::uint64_t value = number();
    if (value == 0) return std::nullopt;
    const std::uint64_t tag = (value - 1) & 3;
    if (tag < 3) {
      const auto whole = static_cast<double>(unzigzag((value - 1) >> 2));
      return tag == 0 ? whole : whole / (tag == 1 ? 10.0 : 100.0);
    }
    const std::uint64_t bits = eight_bytes();
    return fell_short_ ? std::nullopt : std::optional(std::bit_cast<double>(bits));
  }
  std::uint64_t eight_bytes() {
    if (bytes_.size() < 8) return short_read();
    std::uint64_t value = 0;
    for (unsigned i = 0; i < 8; ++i) {
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes_[i])) << (8 * i);
    }
    bytes_.remove_prefix(8);
    return value;
  }
  // Borrowed from the bytes given.
  std::string_view text() { return bytes(number()); }
  std::string_view bytes(std::uint64_t size) {
    if (size > bytes_.size()) return short_read(), std::string_view();
    const std::string_view value = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return value;
  }
  bool at_end() const { return bytes_.empty(); }
  std::string_view rest() const { return bytes_; }
  // A field was there only in part, or not at all.
  bool fell_short() const { return fell_short_; }

 private:
  static std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }
  std::uint64_t short_read() {
    bytes_ = {};
    fell_short_ = true;
    return 0;
  }
  std::string_view bytes_;
  bool fell_short_{};
};

}  // namespace rollcall::storage
