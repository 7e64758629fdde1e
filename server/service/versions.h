// What is said to whoever changes a record that is not any more as they saw it. Of all conflicts these name the field
// "version", so that the API can tell them apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace rollcall::service {

inline constexpr std::string_view kVersionField = "version";

inline std::unexpected<Error> changed_meanwhile(std::string_view what) {
  return fail(Errc::conflict,
              "somebody changed " + std::string(what) + " meanwhile; look at it again before changing it",
              std::string(kVersionField));
}

// Errors: conflict. `expected` is the version that the caller saw.
inline Result<> expect_version(std::string_view what, std::int64_t version, std::int64_t expected) {
  if (version == expected) return {};
  return changed_meanwhile(what);
}

}  // namespace rollcall::service
