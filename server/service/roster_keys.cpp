#include "server/service/roster_keys.h"

#include <sodium.h>

#include <array>
#include <cstring>

#include "common/base/check.h"
#include "common/base/digest.h"
#include "common/base/text.h"

namespace rollcall::service {
namespace {

using Hash = std::array<unsigned char, 16>;

std::uint64_t first_half(const Hash& hash) {
  std::uint64_t out = 0;
  std::memcpy(&out, hash.data(), sizeof out);
  return out;
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::uint64_t source_key_of(std::string_view source_id) {
  Hash hash;
  CHECK(crypto_generichash(hash.data(), hash.size(), bytes(source_id), source_id.size(), nullptr, 0) == 0);
  return first_half(hash);
}

std::int64_t RosterKeys::content_of(const std::vector<std::string_view>& parts) const {
  crypto_generichash_state state;
  CHECK(crypto_generichash_init(&state, bytes(secret_), secret_.size(), sizeof(Hash)) == 0);
  for (const auto part : parts) {
    const std::uint64_t size = part.size();  // so that no two lists of parts have the same bytes
    std::array<unsigned char, sizeof size> prefix;
    std::memcpy(prefix.data(), &size, sizeof size);
    crypto_generichash_update(&state, prefix.data(), prefix.size());
    crypto_generichash_update(&state, bytes(part), part.size());
  }
  Hash hash;
  crypto_generichash_final(&state, hash.data(), hash.size());
  return static_cast<std::int64_t>(first_half(hash));
}

std::string RosterKeys::username_of(std::string_view username) const {
  const auto name = user_of(username);
  return name.empty() ? std::string() : from_hex(keyed_hash(secret_, "user", name)).value_or("");
}

}  // namespace rollcall::service
