#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <regex>
#include <utility>

#include "common/base/text.h"

namespace rollcall::tidy {
namespace {

struct Room {
  std::string_view folder;
  std::vector<std::string_view> may_include;  // prefixes of paths; its own folder is always allowed
};

// The longest folder that is a prefix of a file's path decides. This table is the floor plan.
const std::vector<Room>& rooms() {
  static const std::vector<Room> table = {
      {"common/base/", {}},
      {"common/wire/", {"common/base/"}},
      {"common/config/", {"common/base/"}},
      {"common/sql/", {"common/base/"}},
      {"common/net/", {"common/base/"}},
      {"agent/collect/", {"common/base/", "common/wire/"}},
      {"agent/act/", {"common/base/", "common/wire/"}},
      {"agent/outbox/", {"common/base/", "common/wire/", "common/sql/"}},
      {"agent/sync/",
       {"common/base/", "common/wire/", "common/net/http_client.h", "common/net/http_message.h",
        "agent/outbox/", "agent/act/"}},
      {"agent/", {"common/", "agent/"}},
      {"server/csv/", {"common/base/"}},
      {"server/domain/", {"common/base/"}},
      {"server/holidays/", {"common/base/", "common/config/"}},
      {"server/labels/", {"common/base/"}},
      {"server/storage/", {"common/base/", "common/sql/", "server/domain/"}},
      {"server/service/",
       {"common/base/", "common/wire/", "common/sql/sql.h", "server/csv/", "server/domain/",
        "server/holidays/", "server/labels/label.h", "server/storage/"}},
      {"server/api/",
       {"common/base/", "common/wire/", "common/net/http_message.h", "server/domain/", "server/service/"}},
      {"server/cli/",
       {"common/base/", "common/config/", "common/net/http_client.h", "common/net/http_message.h", "server/csv/pack.h"}},
      {"server/", {"common/", "server/"}},
      {"tests/", {"common/", "agent/", "server/", "tests/"}},
  };
  return table;
}

struct Border {
  std::string_view header_prefix;
  std::vector<std::string_view> rooms;
};

const std::vector<Border>& borders() {
  static const std::vector<Border> table = {
      {"boost/asio", {"common/net/"}},
      {"boost/beast", {"common/net/"}},
      {"openssl/", {"common/net/", "common/base/"}},
      {"sqlite3.h", {"common/sql/"}},
      {"yaml-cpp/", {"common/config/"}},
      {"spdlog/", {"common/base/"}},
      {"sodium.h", {"server/service/"}},
      {"csv.h", {"server/csv/"}},
      {"unicode/", {"server/csv/", "common/base/"}},
      {"zip.h", {"server/csv/"}},
      {"libical/", {"server/holidays/"}},
      {"zint.h", {"server/labels/"}},
      {"cairo", {"server/labels/"}},
  };
  return table;
}

bool starts_with_any(std::string_view text, const std::vector<std::string_view>& prefixes) {
  return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return text.starts_with(prefix); });
}

// Calls `visit(line_number, line)` for each line.
template <class Visit>
void each_line(std::string_view text, Visit visit) {
  int number = 0;
  for (const auto line : split(text, '\n')) visit(++number, line);
}

std::optional<std::string> included(std::string_view line) {
  if (line.find("include") == std::string_view::npos) return std::nullopt;
  static const std::regex pattern(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::match_results<std::string_view::const_iterator> match;
  if (!std::regex_search(line.begin(), line.end(), match, pattern)) return std::nullopt;
  return match[1].str();
}

bool is_own_header(std::string_view path) {
  return path.starts_with("common/") || path.starts_with("agent/") || path.starts_with("server/") ||
         path.starts_with("tests/");
}

std::string folder_of(std::string_view path) { return std::string(path.substr(0, path.rfind('/') + 1)); }

std::string name_of(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

// The statement that holds `at`: from behind the last ';', '{' or '}' at the same level to the next ';' or
// the brace that opens the body of an if, for or while.
std::string_view statement_around(std::string_view code, std::size_t at) {
  std::size_t begin = code.find_last_of(";{}", at);
  begin = begin == std::string_view::npos ? 0 : begin + 1;
  int depth = 0;
  std::size_t end = at;
  for (; end < code.size(); ++end) {
    const char c = code[end];
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') --depth;
    if (depth <= 0 && (c == ';' || (c == '{' && depth < 0))) break;
    if (depth == 0 && c == '{' && code.substr(begin, end - begin).find("co_await") != std::string_view::npos) {
      const auto head = trim(code.substr(begin, end - begin));
      if (head.starts_with("if") || head.starts_with("while") || head.starts_with("for") ||
          head.starts_with("switch")) {
        break;
      }
    }
  }
  return code.substr(begin, end - begin);
}

int line_at(std::string_view text, std::size_t at) {
  return 1 + static_cast<int>(std::ranges::count(text.substr(0, at), '\n'));
}

bool opens_function(std::string_view head) {
  head = trim(head);
  if (head.find('(') == std::string_view::npos) return false;
  static const std::regex not_a_function(
      R"(^(namespace|class|struct|enum|union|extern)\b|^(if|for|while|switch|do|else|catch)\b|=\s*$)");
  return !std::regex_search(head.begin(), head.end(), not_a_function);
}

}  // namespace

std::string code_only(std::string_view text) {
  std::string out(text);
  enum class In { code, line_comment, block_comment, string, character } in = In::code;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const char c = text[i], next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (in == In::code) {
      if (c == 'R' && next == '"') {
        const auto open = text.find('(', i);
        if (open == std::string_view::npos) return out;
        const std::string close = ")" + std::string(text.substr(i + 2, open - i - 2)) + "\"";
        const auto end = std::min(text.find(close, open), text.size() - close.size()) + close.size();
        for (std::size_t k = i; k < end; ++k) {
          if (out[k] != '\n') out[k] = ' ';
        }
        i = end - 1;
        continue;
      }
      const bool digit_separator =
          c == '\'' && i > 0 && std::isalnum(static_cast<unsigned char>(text[i - 1])) != 0;
      if (c == '/' && next == '/') in = In::line_comment;
      else if (c == '/' && next == '*') in = In::block_comment;
      else if (c == '"') in = In::string;
      else if (c == '\'' && !digit_separator) in = In::character;
      else continue;
    } else if (in == In::line_comment && c == '\n') {
      in = In::code;
    } else if (in == In::block_comment && c == '*' && next == '/') {
      out[i] = out[i + 1] = ' ';
      ++i;
      in = In::code;
      continue;
    } else if ((in == In::string && c == '"') || (in == In::character && c == '\'')) {
      in = In::code;
    } else if ((in == In::string || in == In::character) && c == '\\') {
      out[i] = ' ';
      ++i;
    }
    if (i < out.size() && out[i] != '\n') out[i] = ' ';
  }
  return out;
}

Violations include_directions(const SourceFile& file) {
  const Room* room = nullptr;
  for (const auto& candidate : rooms()) {
    if (file.path.starts_with(candidate.folder) && (!room || candidate.folder.size() > room->folder.size())) {
      room = &candidate;
    }
  }
  Violations out;
  if (!room) return out;
  each_line(file.text, [&](int number, std::string_view line) {
    const auto header = included(line);
    if (!header || !is_own_header(*header)) return;
    if (header->starts_with(room->folder) || starts_with_any(*header, room->may_include)) return;
    out.push_back({file.path, number, std::string(room->folder) + " may not include " + *header});
  });
  return out;
}

Violations library_borders(const SourceFile& file) {
  Violations out;
  if (file.path.starts_with("tests/")) return out;
  each_line(file.text, [&](int number, std::string_view line) {
    const auto header = included(line);
    if (!header) return;
    for (const auto& border : borders()) {
      if (header->starts_with(border.header_prefix) && !starts_with_any(file.path, border.rooms)) {
        out.push_back({file.path, number, *header + " stays in " + std::string(border.rooms[0])});
      }
    }
  });
  return out;
}

Violations sizes(const SourceFile& file) {
  Violations out;
  const auto lines = static_cast<int>(std::ranges::count(file.text, '\n'));
  if (lines > kMaxFileLines) {
    out.push_back({file.path, 0, std::to_string(lines) + " lines; at most " + std::to_string(kMaxFileLines)});
  }
  const std::string code = code_only(file.text);
  // Only braces at namespace or class level open a function; what is inside belongs to it.
  std::size_t head = 0, function_at = 0;
  int function_depth = 0;
  bool inside = false;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (inside) {
      function_depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (function_depth > 0) continue;
      const int length = line_at(code, i) - line_at(code, function_at) + 1;
      if (length > kMaxFunctionLines) {
        out.push_back({file.path, line_at(code, function_at),
                       "a function of " + std::to_string(length) + " lines; at most " +
                           std::to_string(kMaxFunctionLines)});
      }
      inside = false;
      head = i + 1;
    } else if (c == '{' && opens_function(std::string_view(code).substr(head, i - head))) {
      inside = true;
      function_at = i;
      function_depth = 1;
    } else if (c == ';' || c == '{' || c == '}') {
      head = i + 1;
    } else if (c == '#') {
      while (i < code.size() && code[i] != '\n') i += code[i] == '\\' ? 2 : 1;
      head = i + 1;
    }
  }
  return out;
}

Violations banned_words(const SourceFile& file) {
  struct Ban {
    std::vector<std::string_view> words;  // a file with none of them needs no search
    std::regex pattern;
    std::string_view remedy;
    std::vector<std::string_view> allowed;
  };
  static const std::vector<Ban> bans = {
      {{"getenv"}, std::regex(R"(\bgetenv\b)"), "configuration comes from files and options", {"tests/"}},
      {{"_clock::now"}, std::regex(R"(\b(system|steady|high_resolution)_clock::now\b)"),
       "use the Clock that was handed in", {"common/base/clock.cpp", "common/net/", "tests/bench/"}},
      {{"sleep"}, std::regex(R"(\b(sleep_for|sleep_until|usleep|nanosleep)\b)"),
       "wait for the thing, with a deadline", {"tests/bench/", "tests/e2e/"}},
      {{"std::thread", "std::jthread"}, std::regex(R"(\bstd::j?thread\b)"), "only app.cpp starts threads",
       {"common/net/", "server/app", "agent/app", "tests/"}},
      {{"rand", "random_device"}, std::regex(R"(\b(rand|srand|random_device)\b\s*[({])"),
       "use the Random that was handed in", {"common/base/random"}},
      {{"system", "popen"}, std::regex(R"(\b(system|popen)\s*\()"), "no shell; use posix_spawn behind Machine", {}},
  };
  Violations out;
  const std::string code = code_only(file.text);
  for (const auto& ban : bans) {
    const bool may_occur = std::ranges::any_of(
        ban.words, [&](std::string_view word) { return code.find(word) != std::string::npos; });
    if (!may_occur || starts_with_any(file.path, ban.allowed)) continue;
    each_line(code, [&](int number, std::string_view line) {
      std::match_results<std::string_view::const_iterator> match;
      if (std::regex_search(line.begin(), line.end(), match, ban.pattern)) {
        out.push_back({file.path, number, "'" + match[0].str() + "': " + std::string(ban.remedy)});
      }
    });
  }
  return out;
}

Violations coroutine_traps(const SourceFile& file) {
  Violations out;
  const std::string code = code_only(file.text);
  static const std::regex capturing_lambda(R"(\[\s*[&=\w*][^\]]*\]\s*(\([^)]*\))?\s*(mutable\s*)?\{)");
  for (std::size_t at = code.find("co_await"); at != std::string::npos; at = code.find("co_await", at + 8)) {
    const std::string statement(statement_around(code, at));
    if (std::regex_search(statement, capturing_lambda)) {
      out.push_back({file.path, line_at(code, at), "a capturing lambda in a co_await statement; name it first"});
    } else if (statement.find('{') != std::string::npos) {
      out.push_back({file.path, line_at(code, at), "a brace in a co_await statement; name the argument first"});
    }
  }
  return out;
}

Violations unbuilt_sources(const std::vector<SourceFile>& sources, const std::vector<SourceFile>& cmake_files) {
  Violations out;
  for (const auto& source : sources) {
    const bool named = std::ranges::any_of(cmake_files, [&](const SourceFile& cmake) {
      const std::string folder = folder_of(cmake.path);
      if (!source.path.starts_with(folder)) return false;
      const std::string relative = source.path.substr(folder.size());
      for (std::size_t at = cmake.text.find(relative); at != std::string::npos;
           at = cmake.text.find(relative, at + 1)) {
        const char before = at == 0 ? ' ' : cmake.text[at - 1];
        const std::size_t after = at + relative.size();
        const bool ends = after == cmake.text.size() || cmake.text.find_first_of(" \n\r\t)\"", after) == after;
        if (ends && (std::isspace(static_cast<unsigned char>(before)) || before == '(' || before == '"')) return true;
      }
      return false;
    });
    if (!named) out.push_back({source.path, 0, "no CMakeLists.txt builds " + name_of(source.path)});
  }
  return out;
}

Violations top_level(const std::vector<std::string>& names) {
  static const std::array<std::string_view, 8> fixed = {"CMakeLists.txt", "README.md", "agent", "common",
                                                        "config", "packaging", "server", "tests"};
  Violations out;
  for (const auto& name : names) {
    if (!name.starts_with('.') && name != "build" && std::ranges::find(fixed, name) == fixed.end()) {
      out.push_back({name, 0, "is not part of the fixed top level"});
    }
  }
  return out;
}

}  // namespace rollcall::tidy
