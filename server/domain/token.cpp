#include "server/domain/token.h"

namespace rollcall::domain {

std::string_view name_of(TokenState state) {
  switch (state) {
    case TokenState::usable:
      return "usable";
    case TokenState::used_up:
      return "used_up";
    case TokenState::expired:
      return "expired";
    case TokenState::revoked:
      return "revoked";
  }
  return "";
}

TokenState state_of(const TokenRecord& token, std::int64_t now_ms) {
  if (token.revoked_ms) return TokenState::revoked;
  if (token.expires_ms <= now_ms) return TokenState::expired;
  return token.uses >= token.max_uses ? TokenState::used_up : TokenState::usable;
}

}  // namespace rollcall::domain
