// An enrolment token as the server knows it: everything but its secret, of which only a hash is stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"

namespace rollcall::domain {

struct TokenRecord {
  std::string token_id{};  // ULID
  std::string note{};      // what it is for, in the words of who made it
  std::int64_t uses{};
  std::int64_t max_uses{1};
  std::int64_t created_ms{};
  std::int64_t expires_ms{};
  std::optional<std::int64_t> revoked_ms{};
  std::optional<std::int64_t> last_used_ms{};
  std::string created_by{};            // Actor::to_text
  std::string school_id{};             // given to every device that it enrols; empty for none
  std::vector<std::string> serials{};  // normalised; empty: any serial
};

enum class TokenState { usable, used_up, expired, revoked };
std::string_view name_of(TokenState state);
// Revoked before expired before used up: the strongest reason is the one to show.
TokenState state_of(const TokenRecord& token, std::int64_t now_ms);

inline constexpr std::int64_t kMaxTokenUses = 100'000;
inline constexpr std::int64_t kMaxTokenLifeMs = 366 * kDayMs;
inline constexpr std::size_t kMaxTokenSerials = 10'000;
inline constexpr std::size_t kMaxTokenNote = 200;

}  // namespace rollcall::domain
