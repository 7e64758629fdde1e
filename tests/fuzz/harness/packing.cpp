// Packed bodies beside zlib itself as the judge. A mutation would nearly always break a stream's header or its
// sum, so the input is the stream between the two and the harness makes both right; its first byte may ask
// for a wrong sum.
#include <zlib.h>

#include <array>
#include <optional>
#include <string>

#include "common/wire/limits.h"
#include "common/wire/packing.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

constexpr int kWindowBits = 12;

// What the bare deflate stream holds, when it is whole and ends with its last byte, of `most` bytes at most.
std::optional<std::string> inflated(std::string_view bare, std::size_t most) {
  z_stream stream{};
  if (inflateInit2(&stream, -kWindowBits) != Z_OK) return std::nullopt;
  std::string out(most + 1, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bare.data()));
  stream.avail_in = static_cast<uInt>(bare.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  const bool whole = status == Z_STREAM_END && stream.avail_in == 0 && out.size() <= most;
  inflateEnd(&stream);
  return whole ? std::optional(std::move(out)) : std::nullopt;
}

std::string framed(std::string_view bare, unsigned long sum) {
  std::string out = "\x48\x0d";  // deflate, window of 4 KB, no dictionary
  out += bare;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(sum >> shift);
  return out;
}

void check_stream(std::string_view bare, bool spoil) {
  const auto expected = inflated(bare, wire::kMaxBodyBytes);
  const std::string& text = expected ? *expected : std::string();
  const auto sum = adler32(1, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
  const auto unpacked = wire::unpack(framed(bare, spoil ? sum ^ 1 : sum));
  promise(!unpacked || unpacked->size() <= wire::kMaxBodyBytes, "nothing unpacks to more than the limit");
  if (expected && !spoil) {
    promise(unpacked && *unpacked == *expected, "what zlib can inflate is unpacked");
  } else {
    promise(!unpacked, "what zlib cannot inflate, and a wrong sum, are refused");
  }
}

void check_round_trip(std::string_view text) {
  const std::string packed = wire::pack(text);
  promise(wire::is_packed(packed), "packed bytes look packed");
  const auto unpacked = wire::unpack(packed);
  promise(unpacked && *unpacked == text, "what was packed is unpacked unchanged");
  // Cut anywhere, it is damaged.
  const auto cut = wire::unpack(std::string_view(packed).substr(0, packed.size() - 1));
  promise(!cut, "a stream that was cut is refused");
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  fuzz::Input input(data, size);
  switch (input.byte() % 4) {
    case 0: fuzz::check_stream(input.rest(), true); break;
    case 1: fuzz::check_round_trip(input.rest()); break;
    case 2: {
      const auto as_sent = wire::unpack(input.rest());
      fuzz::promise(!as_sent || !wire::is_packed(input.rest()) || as_sent->size() <= wire::kMaxBodyBytes,
                    "nothing unpacks to more than the limit");
      break;
    }
    default: fuzz::check_stream(input.rest(), false); break;
  }
  return 0;
}
