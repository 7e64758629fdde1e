// argon2id through libsodium. At most two hashes are computed at once: each takes 64 MiB and about 0.2 s of
// a core, and a crowd at the sign-in page must not take the server down. Thread-safe; never on the loop.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/result.h"

namespace rollcall::service {

class Passwords {
 public:
  struct Cost {
    unsigned long long passes = 3;
    std::size_t memory_bytes = 64 * 1024 * 1024;
  };
  Passwords() : Passwords(Cost()) {}
  // Tests lower the cost; nothing else does. Computes nothing: a restart waits for no hash.
  explicit Passwords(const Cost& cost);

  // The right to compute; waits for it. Errors: unavailable, at once, when a crowd waits already.
  class Turn {
   public:
    Turn(Turn&& other) noexcept : passwords_(std::exchange(other.passwords_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn();

   private:
    friend class Passwords;
    explicit Turn(Passwords& passwords) : passwords_(&passwords) {}
    Passwords* passwords_;
  };
  Result<Turn> wait_for_turn();

  // The libsodium text form, with salt and cost inside. Errors: unavailable (no memory).
  Result<std::string> hash(const Turn& turn, std::string_view password);
  // Empty `stored` (no such user) takes as long as a real one and is false.
  bool verify(const Turn& turn, std::string_view stored, std::string_view password);

 private:
  static constexpr int kAtOnce = 2;
  static constexpr int kMaxWaiting = 16;

  Cost cost_;
  std::once_flag nobody_made_;
  std::string nobody_;  // a hash of random bytes, for names that do not exist; made by the first verify()
  std::mutex mutex_;    // guards the two below
  std::condition_variable turn_free_;
  int computing_{};
  int waiting_{};
};

}  // namespace rollcall::service
