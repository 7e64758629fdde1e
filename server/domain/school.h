// A school of the district. Known from the configuration, which says how its laptops behave there, from the
// roster, or from both. Pure types: no I/O, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rollcall::domain {

struct School {
  std::string school_id{};   // the configuration's id, or a ULID; never changes
  std::string name{};
  std::string source_id{};   // sourcedId of the roster's org; empty: not in a roster so far
  std::string identifier{};  // the district's own number of the school, from the roster
  std::int64_t created_ms{};
  std::optional<std::int64_t> missing_ms{};  // since when the roster does not have it any more

  bool operator==(const School&) const = default;
};

inline constexpr std::size_t kMaxSchoolName = 128;  // bytes

}  // namespace rollcall::domain
