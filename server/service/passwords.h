// argon2id through libsodium. At most two hashes are computed at once: each takes 64 MiB and about 0.2 s of
// a core, and a crowd at the sign-in page must not take the server down. Thread-safe; never on the loop.
#pragma once

#include <cstddef>
#include <semaphore>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace rollcall::service {

class Passwords {
 public:
  struct Cost {
    unsigned long long passes = 3;
    std::size_t memory_bytes = 64 * 1024 * 1024;
  };
  Passwords() : Passwords(Cost()) {}
  // Tests lower the cost; nothing else does.
  explicit Passwords(const Cost& cost);

  // The libsodium text form, with salt and cost inside. Errors: unavailable (no memory).
  Result<std::string> hash(std::string_view password);
  // Empty `stored` (no such user) takes as long as a real one and is false.
  Result<bool> verify(std::string_view stored, std::string_view password);

 private:
  Cost cost_;
  std::counting_semaphore<2> slots_{2};
  std::string nobody_;  // a hash of random bytes, for names that do not exist
};

}  // namespace rollcall::service
