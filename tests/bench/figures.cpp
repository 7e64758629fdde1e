#include "tests/bench/figures.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/files.h"

namespace rollcall::bench {

void print_targets(const Figures& figures, std::span<const Target> targets) {
  fmt::print("\n{:<58}{:>11}{:>14}{:>8}{:>10}\n", "target", "measured", "limit", "ratio", "x floor");
  for (const Target& target : targets) {
    const std::string limit = fmt::format("{} {:.6g}", target.at_least ? ">=" : "<=", target.limit);
    const auto found = figures.find(target.key);
    if (found == figures.end()) {
      fmt::print("{:<58}{:>11}{:>14}\n", target.what, "-", limit);
      continue;
    }
    const auto floor = figures.find(target.floor);
    const bool compared = floor != figures.end() && floor->second > 0;
    const bool met = target.at_least ? found->second >= target.limit : found->second <= target.limit;
    fmt::print("{:<58}{:>11.4g}{:>14}{:>8}{:>10}  {}\n", target.what, found->second, limit,
               target.limit > 0 ? fmt::format("{:.2f}", found->second / target.limit) : "",
               compared ? fmt::format("{:.2f}", found->second / floor->second) : "", met ? "met" : "MISSED");
  }
}

Result<> tell(const Figures& figures, std::span<const Target> targets, const std::string& json) {
  for (const auto& [key, value] : figures) std::printf("%-40s %12.6g\n", key.c_str(), value);
  print_targets(figures, targets);
  return json.empty() ? Result<>() : write_json(json, figures);
}

Result<> write_json(const std::string& path, const Figures& figures) {
  std::string text = "{\n";
  for (const auto& [key, value] : figures) {
    text += fmt::format("  \"{}\": {:.6g}{}\n", key, value, key == figures.rbegin()->first ? "" : ",");
  }
  SystemFiles files;
  return files.write_atomic(path, text + "}\n", 0644);
}

Result<> write_svg(const std::string& path, std::string_view title, std::string_view x, std::string_view y,
                   const std::vector<Curve>& curves) {
  constexpr double kLeft = 60, kTop = 40, kWidth = 520, kHeight = 260;
  constexpr std::string_view kColors[] = {"#1864ab", "#c92a2a", "#2b8a3e", "#862e9c"};
  double most_x = 0, most_y = 0;
  for (const Curve& curve : curves) {
    for (const auto& [at, value] : curve.points) most_x = std::max(most_x, at), most_y = std::max(most_y, value);
  }
  if (most_x <= 0 || most_y <= 0) return fail(Errc::invalid_argument, std::string(title) + ": there is nothing to draw");
  std::string svg = fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" font-family="sans-serif" font-size="12">
<rect width="640" height="360" fill="white"/><text x="{0}" y="22" font-size="15">{4}</text>
<path d="M{0} {1}v{3}h{2}" fill="none" stroke="#495057"/>
<text x="{0}" y="345">{5}, to {7:.6g}</text><text x="{0}" y="{8}" dx="6" dy="-4">{6}, to {9:.4g}</text>
)",
      kLeft, kTop, kWidth, kHeight, title, x, y, most_x, kTop, most_y);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const std::string_view color = kColors[i % std::size(kColors)];
    std::string line;
    for (const auto& [at, value] : curves[i].points) {
      line += fmt::format("{:.1f},{:.1f} ", kLeft + kWidth * at / most_x, kTop + kHeight * (1 - value / most_y));
    }
    svg += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>\n"
                       "<text x=\"{}\" y=\"{}\" fill=\"{}\">{}</text>\n",
                       line, color, kLeft + 20, kTop + 30 + 18 * static_cast<double>(i), color, curves[i].name);
  }
  SystemFiles files;
  return files.write_atomic(path, svg + "</svg>\n", 0644);
}

}  // namespace rollcall::bench
