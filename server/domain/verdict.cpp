#include "server/domain/verdict.h"

#include <fmt/core.h>

#include <algorithm>

#include "common/base/check.h"

namespace rollcall::domain {
namespace {

constexpr std::array<std::string_view, kVerdicts> kNames{"replace", "implausible", "watch",
                                                         "unknown", "good",        "none"};

double watt_hours(std::int64_t mwh) { return static_cast<double>(mwh) / 1'000.0; }

std::string measured(const PackEvidence& evidence, std::int64_t full, double percent) {
  const std::size_t days = evidence.daily_full_mwh.size();
  return fmt::format("{} holds {:.1f} Wh when full of the {:.1f} Wh it was made for: {:.0f}% ({})",
                     evidence.name, watt_hours(full), watt_hours(*evidence.design_mwh), percent,
                     days == 1 ? "measured on 1 day" : fmt::format("median of {} days", days));
}

PackVerdict unknown(std::string reason) { return {Verdict::unknown, std::nullopt, {std::move(reason)}}; }

}  // namespace

std::string_view name_of(Verdict verdict) { return kNames[static_cast<std::size_t>(verdict)]; }

std::optional<Verdict> parse_verdict(std::string_view text) {
  for (std::size_t i = 0; i < kVerdicts; ++i) {
    if (kNames[i] == text) return static_cast<Verdict>(i);
  }
  return std::nullopt;
}

std::int64_t median(std::vector<std::int64_t> values) {
  CHECK(!values.empty());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

PackGrade grade(const PackEvidence& evidence) {
  if (!evidence.design_mwh || *evidence.design_mwh <= 0 || evidence.daily_full_mwh.empty()) return {};
  const std::int64_t full = median(evidence.daily_full_mwh);
  if (full <= 0) return {};
  const double percent = 100.0 * static_cast<double>(full) / static_cast<double>(*evidence.design_mwh);
  const bool young = evidence.cycles && *evidence.cycles < kImplausibleLowCycles;
  Verdict verdict = Verdict::good;
  if (percent > kImplausiblePercent || (percent < kImplausibleLowPercent && young)) {
    verdict = Verdict::implausible;
  } else if (percent < kGoodPercent) {
    verdict = percent < kWatchPercent ? Verdict::replace : Verdict::watch;
  }
  return {verdict, percent, full};
}

PackVerdict judge(const PackEvidence& evidence) {
  if (!evidence.design_mwh || *evidence.design_mwh <= 0) {
    return unknown(fmt::format("{} does not say what it was made for", evidence.name));
  }
  if (evidence.daily_full_mwh.empty()) {
    return unknown(fmt::format("{} has not said yet what it holds when full", evidence.name));
  }
  const PackGrade graded = grade(evidence);
  if (!graded.health_percent) return unknown(fmt::format("{} says that it holds nothing when full", evidence.name));

  const double percent = *graded.health_percent;
  PackVerdict verdict{graded.verdict, percent, {measured(evidence, graded.full_mwh, percent)}};
  if (percent > kImplausiblePercent) {
    verdict.reasons.push_back(
        fmt::format("More than {:.0f}% is not possible: its gauge is wrong", kImplausiblePercent));
  } else if (graded.verdict == Verdict::implausible) {
    verdict.reasons.push_back(fmt::format("Less than {:.0f}% after only {} cycles: its gauge is wrong",
                                          kImplausibleLowPercent, *evidence.cycles));
  } else if (graded.verdict == Verdict::replace) {
    verdict.reasons.push_back(fmt::format("Below {:.0f}%: replace it", kWatchPercent));
  } else if (graded.verdict == Verdict::watch) {
    verdict.reasons.push_back(
        fmt::format("Between {:.0f} and {:.0f}%: watch it", kWatchPercent, kGoodPercent));
  }
  if (evidence.cycles && verdict.verdict != Verdict::implausible) {
    verdict.reasons.push_back(fmt::format("Charged {} times", *evidence.cycles));
  }
  return verdict;
}

Verdict worst(std::span<const Verdict> verdicts) {
  Verdict result = Verdict::none;
  for (const Verdict verdict : verdicts) result = std::min(result, verdict);
  return result;
}

}  // namespace rollcall::domain
