// How the tables in fields_report.h and fields_message.h are written, and read by three visitors: the
// encoder, the decoder and the schema. A field is described once; there is nothing to keep in step.
// Private to common/wire.
//
// A visitor has these members, each taking a Label first:
//   required(label, int64|uint64&, min, max)    always sent; a message without it is refused
//   number(label, int|int64|uint64&, min, max)  left out when 0
//   number(label, optional<int64>&, min, max)   left out when absent
//   number(label, optional<double>&, min, max)  likewise; sent with one decimal
//   flag(label, bool&)                          left out when false
//   flag(label, optional<bool>&)                left out when absent
//   word(label, enum&)                          left out when it is the first word
//   text(label, string&, bytes)                 left out when empty; no control characters
//   pem(label, string&, bytes)                  likewise, printable ASCII and line ends
//   texts(label, vector<string>&, count)  numbers(label, vector<int>&, count, min, max)
//   object(label, Struct&)  object(label, optional<Struct>&)  list(label, vector<Struct>&, count)
//   boot(label, string&)                        left out of a report when it is the check-in's
//   reports(label, vector<Report>&)             each stands or falls alone
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

#include "common/wire/limits.h"

namespace rollcall::wire::detail {

struct Label {
  std::string_view key;   // short, as it travels
  std::string_view name;  // the member's name, as errors and people call it
  std::string_view unit{};
  std::string_view purpose{};
};

// `Self` is `Struct&` for the decoder and `const Struct&` for the others.
template <class Self, class Struct>
concept Is = std::same_as<std::remove_const_t<Self>, Struct>;

inline constexpr std::int64_t kMaxInt = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kMaxWallMs = 253'402'300'799'999;  // the end of the year 9999
inline constexpr std::int64_t kMaxCount = 1'000'000'000;
inline constexpr std::int64_t kMaxDurationMs = 3'600'000;

}  // namespace rollcall::wire::detail
