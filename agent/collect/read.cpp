#include "agent/collect/read.h"

#include "common/wire/limits.h"

namespace rollcall::collect {

std::optional<std::string> read_attribute(const Machine& machine, const std::string& path) {
  const auto text = machine.read(path, Machine::kReadLimit);
  if (!text) return std::nullopt;
  return std::string(trim(*text));
}

std::string field_text(std::string_view text) {
  return std::string(trim(clip_utf8(printable(trim(text)), wire::kMaxText)));
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (;;) {
    const auto begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const auto end = line.find_first_of(" \t\r");
    words.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return words;
    line.remove_prefix(end);
  }
}

std::optional<std::int64_t> number_in(std::string_view text, std::int64_t min, std::int64_t max) {
  const auto value = parse_number<std::int64_t>(trim(text));
  if (!value || *value < min || *value > max) return std::nullopt;
  return value;
}

}  // namespace rollcall::collect
