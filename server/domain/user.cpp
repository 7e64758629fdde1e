#include "server/domain/user.h"

#include <algorithm>
#include <cctype>

#include "common/base/text.h"

namespace rollcall::domain {

std::string_view name_of(SessionKind kind) {
  return kind == SessionKind::console ? "console" : "command_line";
}

std::optional<SessionKind> parse_session_kind(std::string_view text) {
  if (text == "console") return SessionKind::console;
  if (text == "command_line") return SessionKind::command_line;
  return std::nullopt;
}

std::string Actor::to_text() const {
  switch (kind) {
    case Kind::user:
      return "user:" + id;
    case Kind::agent:
      return "agent:" + id;
    case Kind::token:
      return "token:" + id;
    case Kind::shell:
      return "shell";
    case Kind::system:
      return "system";
    case Kind::unknown:
      return "unknown";
  }
  return "unknown";
}

std::optional<std::string> normalise_user_name(std::string_view text) {
  std::string name = to_lower(trim(text));
  const auto allowed = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@';
  };
  if (name.empty() || name.size() > kMaxUserName || !std::ranges::all_of(name, allowed)) return std::nullopt;
  if (std::isalnum(static_cast<unsigned char>(name.front())) == 0) return std::nullopt;
  return name;
}

}  // namespace rollcall::domain
