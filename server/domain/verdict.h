// Is a battery pack still good? Judged by the median, over seven days, of what the pack holds when full
// against what it held when new: single readings of fuel gauges lie (101 to 119 % is common, 240 % after a
// resume). Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::domain {

// From the one to look at first to the one that needs nothing.
enum class Verdict : std::uint8_t { replace, implausible, watch, unknown, good, none };
inline constexpr std::size_t kVerdicts = 6;

std::string_view name_of(Verdict verdict);  // "replace", …; "none": a machine without a battery
std::optional<Verdict> parse_verdict(std::string_view text);

inline constexpr double kGoodPercent = 80.0;         // and above
inline constexpr double kWatchPercent = 60.0;        // and above; below it: replace
inline constexpr double kImplausiblePercent = 120.0; // above it
// A pack that says it lost this much in so few cycles has a gauge that is wrong.
inline constexpr double kImplausibleLowPercent = 30.0;
inline constexpr std::int64_t kImplausibleLowCycles = 50;

// What is known about one pack.
struct PackEvidence {
  std::string name;                        // "BAT0"
  std::optional<std::int64_t> design_mwh;
  std::optional<std::int64_t> cycles;      // absent: unknown
  std::vector<std::int64_t> daily_full_mwh;  // one median a day, of the last seven days that had a reading
};

struct PackVerdict {
  Verdict verdict{Verdict::unknown};
  std::optional<double> health_percent;  // the median against design; absent when it cannot be computed
  std::vector<std::string> reasons;      // sentences with the numbers, for a person
};

PackVerdict judge(const PackEvidence& evidence);

// The same without the sentences, which take longer to write than all the rest of a report's way.
struct PackGrade {
  Verdict verdict{Verdict::unknown};
  std::optional<double> health_percent;
  std::int64_t full_mwh{};  // the median; 0: none was measured
};
PackGrade grade(const PackEvidence& evidence);

// The worst pack decides. No packs: `none`.
Verdict worst(std::span<const Verdict> verdicts);

// The lower of the two middle values when their count is even, so that the result was really measured.
// `values` must not be empty.
std::int64_t median(std::vector<std::int64_t> values);

}  // namespace rollcall::domain
