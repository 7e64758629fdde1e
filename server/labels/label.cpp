#include "server/labels/label.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/text.h"
#include "server/labels/check.h"

namespace rollcall::labels {

std::string_view name_of(Stock stock) { return stock == Stock::avery_5160 ? "avery_5160" : "single"; }

std::optional<Stock> parse_stock(std::string_view text) {
  for (const Stock stock : {Stock::avery_5160, Stock::single}) {
    if (name_of(stock) == text) return stock;
  }
  return std::nullopt;
}

std::string place_of(std::size_t index) { return fmt::format("[{}]", index); }

namespace {

std::optional<std::string> fault_of(const Label& label) {
  if (label.tag.empty()) return "there is no tag to print: give the device one first";
  if (!std::ranges::all_of(label.tag, [](char c) { return c >= ' ' && c <= '~'; })) {
    return fmt::format("tag {} holds a character that Code 128 cannot carry: letters without accents, digits and "
                       "the signs of a US keyboard can be printed",
                       printable(label.tag));
  }
  if (label.tag.front() == ' ' || label.tag.back() == ' ') {
    return fmt::format("tag \"{}\" begins or ends with a blank, which scanners drop", label.tag);
  }
  if (label.lines.size() > kMaxLines) return fmt::format("tag {}: a label has room for two lines", label.tag);
  for (const auto& line : label.lines) {
    if (line.size() > kMaxLineBytes) {
      return fmt::format("tag {}: a line is longer than {} bytes", label.tag, kMaxLineBytes);
    }
    if (printable(line) != line) return fmt::format("tag {}: a line holds a character that cannot be seen", label.tag);
  }
  return std::nullopt;
}

}  // namespace

Result<> check(std::span<const Label> labels) {
  if (labels.empty()) return fail(Errc::invalid_argument, "there is nothing to print: name at least one device");
  if (labels.size() > kMaxLabels) {
    return fail(Errc::invalid_argument,
                fmt::format("{} labels are too many at once: print at most {}", labels.size(), kMaxLabels));
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (auto fault = fault_of(labels[i])) return fail(Errc::invalid_argument, std::move(*fault), place_of(i));
  }
  return {};
}

}  // namespace rollcall::labels
