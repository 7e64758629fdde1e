// One slip of the fingers in a word: a character wrong, missing, too much, or two swapped. Words are folded UTF-8. The
// words one slip away are found by walking the sorted terms themselves, from each place where a slip could be to the
// terms that go on from there, so that nothing has to be kept for typos.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace rollcall::domain {

inline constexpr std::size_t kMinForgiven = 4;  // characters; shorter words are one slip from too much

// 1: `word` is `term` but for one slip; 2: it so begins it, with two characters or more right behind the slip; 0:
// neither, also when `word` is or begins `term` without one.
int slips_between(std::string_view word, std::string_view term);

struct Neighbor {
  std::string text{};  // one slip from the word
  bool whole{};        // a term; otherwise at least one term begins with it
};
// The first term that is not before `from`, in the order of bytes; nothing: there is none.
using NextTerm = std::function<Result<std::optional<std::string>>(std::string_view from)>;
// All of them, and possibly texts that slips_between() does not let begin so: it decides. Asks for terms as long as
// `looks` lasts: about 400 times for a word of eight letters, less when few terms are there.
Result<std::vector<Neighbor>> neighbors_of(std::string_view word, const NextTerm& next, std::size_t& looks);

// Behind every text that begins with what stands before it.
inline constexpr std::string_view kBehindAll = "\xF4\x8F\xBF\xBF";  // U+10FFFF

}  // namespace rollcall::domain
