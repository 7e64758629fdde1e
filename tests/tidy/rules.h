// The house rules that a machine can keep: each is a pure function from one file's text to the places that
// break it, so that every rule is itself tested on a text that must fail.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::tidy {

struct SourceFile {
  std::string path;  // from the repository's root, with '/'
  std::string text;
};

struct Violation {
  std::string path;
  int line;  // from 1; 0 for the file as a whole
  std::string message;
};

using Violations = std::vector<Violation>;

inline constexpr int kMaxFileLines = 400;
inline constexpr int kMaxFunctionLines = 60;

Violations include_directions(const SourceFile& file);
Violations library_borders(const SourceFile& file);  // Asio, SQLite, YAML, … stay in the room that wraps them
Violations sizes(const SourceFile& file);
Violations banned_words(const SourceFile& file);
Violations coroutine_traps(const SourceFile& file);

// Sources that no CMakeLists.txt in their folder (or above) names.
Violations unbuilt_sources(const std::vector<SourceFile>& sources, const std::vector<SourceFile>& cmake_files);

// Sentences of the console's catalogue, each key at the start of a line, that no source says: neither by their
// whole key, nor by a key that is put together (`finding.${name}_next`), nor as one of a group (named("state", …)).
// That each key a page says is in the catalogue is checked by the compiler (server/web/src/lib/i18n.ts).
Violations unused_messages(const SourceFile& catalogue, const std::vector<SourceFile>& console);

// Anything at the top level that the fixed layout does not have.
Violations top_level(const std::vector<std::string>& names);

// `text` with the contents of comments and literals blanked, line breaks kept.
std::string code_only(std::string_view text);

}  // namespace rollcall::tidy
