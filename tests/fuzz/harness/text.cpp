// The small text functions that every room leans on: UTF-8, what may be shown, addresses, encodings, tokens.
#include <algorithm>

#include "common/base/address.h"
#include "common/base/digest.h"
#include "common/base/id.h"
#include "common/base/text.h"
#include "common/wire/enrolment.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

void check_text(std::string_view text, std::size_t limit) {
  const std::string shown = printable(text);
  promise(is_utf8(shown), "printable text is UTF-8");
  promise(printable(shown) == shown, "printable text stays as it is");
  promise(std::ranges::none_of(shown, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }),
          "printable text holds no control character");
  const auto clipped = clip_utf8(text, limit);
  promise(clipped.size() <= limit && text.starts_with(clipped), "clipped text is a start of at most so many bytes");
  if (is_utf8(text)) {
    promise(is_utf8(clipped) && clipped.size() + 3 >= std::min(text.size(), limit), "clipping takes no more than one character");
  }
  promise(text.find(trim(text)) != text.npos, "trimmed text is a part of it");
  promise(equal_ignoring_case(text, to_lower(text)), "lower case is the same without case");
  std::string joined;
  for (const auto part : split(text, ',')) joined.append(",").append(part);
  promise(joined.substr(1) == text, "the parts of a text make the text");
}

void check_addresses(std::string_view text) {
  if (const auto network = parse_network(text)) {
    promise(network->length <= 128 && network->contains(network->base), "a network holds its own base");
  }
  const auto address = parse_address(text);
  if (!address) return;
  const auto alone = parse_network(text);
  promise(alone && alone->contains(*address), "an address is a network of one");
  const std::string neighborhood = neighborhood_of(text);
  const auto around = parse_network(neighborhood);
  promise(around && around->contains(*address), "an address lives in its neighborhood");
}

void check_encodings(std::string_view text) {
  promise(from_hex(to_hex(text)) == text, "hexadecimal comes back");
  promise(from_base64url(to_base64url(text)) == text, "base64url comes back");
  if (const auto bytes = from_base64url(text)) promise(to_base64url(*bytes) == text, "bytes have one base64url form");
  if (const auto bytes = from_hex(text)) promise(to_hex(*bytes) == to_lower(text), "bytes have one hexadecimal form");
  if (is_ulid(text)) promise(text.size() == 26, "an id has 26 characters");
  if (const auto token = wire::EnrolmentToken::parse(text)) {
    promise(token->to_text() == trim(text), "an enrollment token has one form");
  }
  if (const auto number = parse_number<std::int64_t>(text)) {
    promise(parse_number<std::int64_t>(std::to_string(*number)) == *number, "a number comes back");
  }
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall::fuzz;
  Input input(data, size);
  const std::size_t limit = input.byte();
  check_text(input.rest(), limit);
  check_addresses(input.rest());
  check_encodings(input.rest());
  return 0;
}
