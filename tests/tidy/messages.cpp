#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "tests/tidy/rules.h"

namespace rollcall::tidy {
namespace {

bool is_key_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

std::string_view run_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_key_letter(text[end])) ++end;
  return text.substr(at, end - at);
}

struct Uses {
  std::set<std::string, std::less<>> whole;
  std::set<std::pair<std::string, std::string>> parts;  // how a key that is put together begins and ends

  bool has(std::string_view key) const {
    return whole.contains(key) || std::ranges::any_of(parts, [&](const auto& part) {
             return key.size() > part.first.size() + part.second.size() && key.starts_with(part.first) &&
                    key.ends_with(part.second);
           });
  }
};

// "group.name"
void note_literal(std::string_view text, std::size_t quote, Uses& uses) {
  const auto run = run_at(text, quote + 1);
  if (text.substr(quote + 1 + run.size()).starts_with('"')) uses.whole.emplace(run);
}

// `group.${name}` and `group.${name}_text`
void note_template(std::string_view text, std::size_t quote, Uses& uses) {
  const auto begin = run_at(text, quote + 1);
  const auto rest = text.substr(quote + 1 + begin.size());
  const auto end = rest.find('}');
  if (begin.find('.') == std::string_view::npos || !rest.starts_with("${") || end == std::string_view::npos)
    return;
  const auto tail = run_at(rest, end + 1);
  const bool is_last = rest.substr(end + 1 + tail.size()).starts_with('`');
  uses.parts.emplace(begin, is_last ? tail : "");
}

Uses uses_of(const std::vector<SourceFile>& sources) {
  Uses uses;
  for (const auto& [path, text] : sources) {
    const std::string_view view = text;
    for (std::size_t at = view.find_first_of("\"`"); at != std::string_view::npos;
         at = view.find_first_of("\"`", at + 1)) {
      if (view[at] == '`') note_template(view, at, uses);
      if (view[at] == '"') note_literal(view, at, uses);
      if (view[at] == '"' && view.substr(0, at).ends_with("named(")) {
        uses.parts.emplace(std::string(run_at(view, at + 1)) + '.', "");
      }
    }
  }
  return uses;
}

}  // namespace

Violations unused_messages(const SourceFile& catalogue, const std::vector<SourceFile>& console) {
  const Uses uses = uses_of(console);
  Violations out;
  std::string_view rest = catalogue.text;
  for (int line = 1; !rest.empty(); ++line) {
    const auto end = rest.find('\n');
    if (const auto quote = rest.substr(0, end).find('"'); quote != std::string_view::npos) {
      const auto key = run_at(rest, quote + 1);
      const bool is_plural_form = key.find('.') == std::string_view::npos;
      if (!is_plural_form && !uses.has(key))
        out.push_back({catalogue.path, line, "no page says \"" + std::string(key) + "\": remove it"});
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return out;
}

}  // namespace rollcall::tidy
