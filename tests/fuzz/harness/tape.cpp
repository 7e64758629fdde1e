// The tape that messages are decoded from, beside Boost's document tree as the judge: both take the same
// documents and see the same in them.
#include <boost/json.hpp>
#include <cmath>

#include "common/wire/limits.h"
#include "common/wire/tape.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

namespace json = boost::json;
using wire::detail::Token;

void compare(const Token& token, const json::value& value);

// Boost reads 0e999 as no number at all.
bool is_same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

void compare_object(const Token& token, const json::object& object) {
  promise(token.kind == Token::Kind::object, "an object is an object");
  std::size_t members = 0;
  for (const Token* at = token.begin(); at != token.end(); at = at->end(), ++members) {
    const auto* member = object.if_contains(json::string_view(at->key.data(), at->key.size()));
    promise(member != nullptr, "a key is the same");
    bool again = false;  // the tree keeps the last of two equal keys
    for (const Token* later = at->end(); later != token.end(); later = later->end()) again |= later->key == at->key;
    if (!again) compare(*at, *member);
  }
  promise(members == token.count && members >= object.size(), "no member is lost");
}

void compare_array(const Token& token, const json::array& array) {
  promise(token.kind == Token::Kind::array && token.count == array.size(), "an array is as long");
  auto value = array.begin();
  for (const Token* at = token.begin(); at != token.end(); at = at->end()) compare(*at, *value++);
  promise(value == array.end(), "no element is lost");
}

void compare(const Token& token, const json::value& value) {
  switch (value.kind()) {
    case json::kind::object: return compare_object(token, value.get_object());
    case json::kind::array: return compare_array(token, value.get_array());
    case json::kind::string:
      return promise(token.kind == Token::Kind::text && token.text == std::string_view(value.get_string()),
                     "a text is the same");
    case json::kind::int64:
      return promise(token.kind == Token::Kind::integer && token.integer == value.get_int64(), "an integer is the same");
    case json::kind::uint64: return promise(token.kind == Token::Kind::above_int64, "a large integer is known as one");
    case json::kind::double_:
      return promise(token.kind == Token::Kind::real && is_same(token.real, value.get_double()), "a fraction is the same");
    case json::kind::bool_:
      return promise(token.kind == Token::Kind::boolean && (token.integer != 0) == value.get_bool(), "a flag is the same");
    case json::kind::null: return promise(token.kind == Token::Kind::null, "null is null");
  }
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  const auto text = fuzz::text_of(data, size);
  wire::detail::Tape tape;
  const auto read = tape.read(text);
  boost::json::parse_options options;
  options.max_depth = wire::kMaxDepth;
  options.allow_invalid_utf8 = true;
  boost::system::error_code error;
  const auto value = boost::json::parse({text.data(), text.size()}, error, {}, options);
  fuzz::promise(read.has_value() == !error, "tape and tree take the same documents");
  if (read) fuzz::compare(tape.root(), value);
  return 0;
}
