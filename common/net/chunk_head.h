// What Beast's parser leaves to its caller in a chunked body. `left` is what it has not taken yet: the head of a
// chunk, or the last one with the trailers. Pure functions.
#pragma once

#include <string_view>

namespace rollcall::net {

// A last chunk that is not whole yet, shown to the parser twice: it counts on the shortest there is, "0", two line
// ends, and checks that with an assertion. Also true for bytes of a chunk that look like it; more follow them anyway.
inline bool is_short_last_chunk(std::string_view left) { return left.size() < 5 && left.starts_with('0'); }

// A whole line that the parser does not take: it looks for a closing quote in what follows, and takes the chunk's
// size off the body's limit with every look. The last chunk waits for the trailers instead.
inline bool is_open_chunk_head(std::string_view left) {
  if (left.starts_with("\r\n")) left.remove_prefix(2);
  const bool whole_line = left.find("\r\n") != left.npos;
  const auto digit = left.find_first_not_of('0');
  return whole_line && digit != left.npos && std::string_view("123456789abcdefABCDEF").find(left[digit]) != left.npos;
}

}  // namespace rollcall::net
