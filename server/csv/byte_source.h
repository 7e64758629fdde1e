// Bytes that come in pieces: a file, an entry of a zip, a text. Not thread-safe.
#pragma once

#include <string_view>

#include "common/base/result.h"

namespace rollcall::csv {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // The next piece, valid until the next call; empty: the end.
  virtual Result<std::string_view> next() = 0;
};

}  // namespace rollcall::csv
