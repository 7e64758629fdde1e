#include "agent/collect/keyed_hash.h"

#include "common/base/digest.h"

namespace rollcall::collect {

std::string keyed_hash(std::string_view key, std::string_view purpose, std::string_view value) {
  if (key.empty()) return {};
  std::string message(purpose);
  message += '\0';
  message += value;
  return to_hex(bytes_of(hmac_sha256(key, message))).substr(0, 32);
}

}  // namespace rollcall::collect
