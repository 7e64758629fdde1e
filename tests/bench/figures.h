// What a bench found, beside what issue and README promise: flat keys, a table of targets, curves as SVG.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace rollcall::bench {

using Figures = std::map<std::string, double, std::less<>>;

struct Target {
  std::string_view key, what;
  double limit;
  bool at_least{};           // otherwise at most
  std::string_view floor{};  // the key of what the bare floor needed for the same in the same run
};

// One line a target: the figure, its ratio to the limit and to the floor, met or missed; a figure that was not
// measured is said so.
void print_targets(const Figures& figures, std::span<const Target> targets);

// Every figure, then the targets, then the file when `json` names one.
Result<> tell(const Figures& figures, std::span<const Target> targets, const std::string& json);

Result<> write_json(const std::string& path, const Figures& figures);

struct Curve {
  std::string name;
  std::vector<std::pair<double, double>> points;  // ascending by x
};
// Axes from 0; both get a number at their end.
Result<> write_svg(const std::string& path, std::string_view title, std::string_view x, std::string_view y,
                   const std::vector<Curve>& curves);

}  // namespace rollcall::bench
