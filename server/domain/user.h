// People who sign in, their sessions, and who did something (Actor).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "server/domain/permission.h"

namespace rollcall::domain {

struct User {
  std::string user_id{};  // ULID
  std::string name{};     // to sign in with; lower case, unique
  Role role{Role::viewer};
  Scope scope{};
  bool disabled{};
  // The password was made by the server; it must be changed at the first sign-in, before this instant.
  std::optional<std::int64_t> one_time_until_ms{};
  std::int64_t created_ms{};
  std::optional<std::int64_t> last_sign_in_ms{};
};

enum class SessionKind : std::uint8_t { console, command_line };
std::string_view name_of(SessionKind kind);
std::optional<SessionKind> parse_session_kind(std::string_view text);

// Who is asking, as a session proves it.
struct Principal {
  std::string user_id{};
  std::string name{};
  Role role{Role::viewer};
  Scope scope{};
  std::string session_id{};  // ULID; names the session, opens nothing
  SessionKind kind{SessionKind::console};

  bool may(Permission permission) const { return holds(role, permission); }
};

// Who did something, as the audit log keeps it: an id, never a name.
struct Actor {
  enum class Kind : std::uint8_t { user, agent, token, shell, system, unknown };
  Kind kind{Kind::unknown};
  std::string id{};  // user_id, agent_id or token_id; empty otherwise

  static Actor of(const Principal& principal) { return {Kind::user, principal.user_id}; }
  std::string to_text() const;  // "user:01H…", "shell"
};

inline constexpr std::int64_t kOneTimePasswordMs = 24 * kHourMs;
inline constexpr std::int64_t kConsoleIdleMs = 60 * kMinuteMs;
inline constexpr std::int64_t kConsoleSessionMs = 12 * kHourMs;
inline constexpr std::int64_t kCommandLineSessionMs = 30 * kDayMs;
inline constexpr std::int64_t kMaxSessionsOfUser = 50;  // one more ends the oldest
inline constexpr std::int64_t kFailedTriesWindowMs = 15 * kMinuteMs;
// Within the window: of a name in one neighborhood, of a name anywhere, from one neighborhood.
inline constexpr std::int64_t kMaxFailedTries = 10;
inline constexpr std::int64_t kMaxFailedTriesOfName = 100;
inline constexpr std::int64_t kMaxFailedTriesFromOnePlace = 50;
inline constexpr std::size_t kMinPasswordCharacters = 15;
inline constexpr std::size_t kMaxPasswordBytes = 1024;
inline constexpr std::size_t kMaxUserName = 64;

// Lower-cased; nothing unless 1 to kMaxUserName of a-z 0-9 . _ - @ and starting with a letter or digit.
std::optional<std::string> normalise_user_name(std::string_view text);

// Why `password` may not be used, as a sentence for the person who chose it; empty when it may.
// `context` are words that somebody who attacks this account would try first (the name, the product).
std::string password_objection(std::string_view password, std::string_view user_name);

}  // namespace rollcall::domain
