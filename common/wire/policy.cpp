#include "common/wire/policy.h"

#include "common/base/digest.h"
#include "common/wire/codec.h"

namespace rollcall::wire {

std::string digest_of(const Policy& policy) {
  Policy undigested = policy;
  undigested.digest.clear();
  return to_hex(bytes_of(sha256(encode(undigested))).substr(0, 8));
}

}  // namespace rollcall::wire
