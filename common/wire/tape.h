// A JSON document as one flat row of tokens, in document order: what the Decoder walks. Made in one pass and,
// for an ordinary check-in, without a single allocation; texts borrow from the document. Private to
// common/wire.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace rollcall::wire::detail {

struct Token {
  enum class Kind : std::uint8_t { null, boolean, integer, above_int64, real, text, array, object };

  std::string_view key{};  // empty outside of objects
  union {
    std::int64_t integer;  // a boolean is 0 or 1
    double real;
    std::string_view text;
    std::size_t count;  // of members
  };
  std::uint32_t span{1};  // tokens up to the next sibling, this one included
  Kind kind{};

  Token() : text() {}
  Token(std::string_view its_key, Kind its_kind) : key(its_key), text(), kind(its_kind) {}
  const Token* begin() const { return this + 1; }  // its members; the next one is at + at->span
  const Token* end() const { return this + span; }
};

class Tape {
 public:
  // `json` outlives the tape. Texts may hold bytes that are not UTF-8: each is checked by itself, so that one
  // bad report does not take the others with it. Errors: invalid_argument (not JSON, nested deeper than
  // allowed).
  static constexpr std::size_t kOrdinaryTokens = 192;
  Result<> read(std::string_view json);
  const Token& root() const { return tokens_.front(); }

  using Tokens = boost::container::small_vector<Token, kOrdinaryTokens>;

 private:
  Tokens tokens_;
  std::string unescaped_;  // texts that do not stand in the document as they are
};

}  // namespace rollcall::wire::detail
