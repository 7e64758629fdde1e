// A request's target, decoded and normalised exactly once, so that what is authorised is what is served.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"

namespace rollcall::net {

struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};

// `text` is "/path?query" as sent. Error: invalid_argument for anything else, for dot segments that leave
// the root, and for a path that holds, after decoding, an empty segment, NUL, a control character, a
// backslash, a slash that was encoded, or bytes that are not UTF-8. In the query '+' means a space.
Result<Target> parse_target(std::string_view text);

}  // namespace rollcall::net
