// ULID: 26 characters of Crockford's base 32, 48 bits of UTC milliseconds, then 80 random bits. Sorts by the
// time it was made. https://github.com/ulid/spec
#pragma once

#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/random.h"

namespace rollcall {

std::string make_ulid(const Clock& clock, Random& random);
bool is_ulid(std::string_view text);

// A random (version 4) UUID in its lower-case text form, RFC 9562.
std::string make_uuid(Random& random);

}  // namespace rollcall
