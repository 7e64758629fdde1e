#include "server/service/passwords.h"

#include <sodium.h>

#include <array>

#include "common/base/check.h"

namespace rollcall::service {
namespace {

std::string argon2id(std::string_view password, const Passwords::Cost& cost) {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), cost.passes, cost.memory_bytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return {};
  }
  return text.data();
}

}  // namespace

Passwords::Passwords(const Cost& cost) : cost_(cost) {
  CHECK(sodium_init() >= 0);
}

Passwords::Turn::~Turn() {
  if (passwords_ == nullptr) return;
  {
    const std::scoped_lock lock(passwords_->mutex_);
    --passwords_->computing_;
  }
  passwords_->turn_free_.notify_one();
}

Result<Passwords::Turn> Passwords::wait_for_turn() {
  std::unique_lock lock(mutex_);
  if (computing_ >= kAtOnce && waiting_ >= kMaxWaiting) {
    return fail(Errc::unavailable, "too many people are signing in; try again in a moment");
  }
  ++waiting_;
  turn_free_.wait(lock, [this] { return computing_ < kAtOnce; });
  --waiting_;
  ++computing_;
  return Turn(*this);
}

Result<std::string> Passwords::hash(const Turn&, std::string_view password) {
  std::string text = argon2id(password, cost_);
  if (text.empty()) return fail(Errc::unavailable, "there is not enough memory to hash a password");
  return text;
}

bool Passwords::verify(const Turn&, std::string_view stored, std::string_view password) {
  // By whoever comes first, whatever the name, so that its time tells nothing about names.
  std::call_once(nobody_made_, [this] {
    std::array<char, 32> unknowable{};
    randombytes_buf(unknowable.data(), unknowable.size());
    nobody_ = argon2id({unknowable.data(), unknowable.size()}, cost_);
  });
  const std::string against(stored.empty() ? std::string_view(nobody_) : stored);
  const bool right = crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
  return right && !stored.empty();
}

}  // namespace rollcall::service
