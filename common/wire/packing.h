// Check-ins travel, and reports wait on the laptop's disk, as zlib streams (RFC 1950) over a dictionary that
// holds what every report says anyway: a third of the bytes. Plain JSON is as welcome; the first byte tells
// them apart. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace rollcall::wire {

std::string pack(std::string_view json);

// `bytes` themselves when they are not packed. Errors: too_large over kMaxBodyBytes of JSON, invalid_argument
// for a damaged stream or a dictionary that this program does not know.
Result<std::string> unpack(std::string_view bytes);
// The same for bytes that are packed, into a text that may have been used before.
Result<> unpack_into(std::string& out, std::string_view bytes);

bool is_packed(std::string_view bytes);

}  // namespace rollcall::wire
