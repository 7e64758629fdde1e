// UTF-8 out of what a file begins with: UTF-8 with or without a byte-order mark, UTF-16 with or without one. Bytes that
// are none of these pass unchanged; Reader decides about them cell by cell.
#pragma once

#include <memory>

#include "server/csv/byte_source.h"

namespace rollcall::csv {

std::unique_ptr<ByteSource> as_utf8(std::unique_ptr<ByteSource> bytes);

// Text in Windows-1252 as UTF-8.
std::string from_windows_1252(std::string_view text);

}  // namespace rollcall::csv
