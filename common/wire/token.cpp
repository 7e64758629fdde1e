#include <algorithm>

#include "common/base/text.h"
#include "common/wire/enrolment.h"

namespace rollcall::wire {

namespace {
constexpr std::string_view kPrefix = "rc1";
constexpr std::size_t kSecretBytes = 16;
}  // namespace

std::string EnrolmentToken::to_text() const {
  return std::string(kPrefix) + "." + to_base64url(secret) + "." + to_base64url(bytes_of(authority_fingerprint));
}

Result<EnrolmentToken> EnrolmentToken::parse(std::string_view text) {
  const auto refuse = [](std::string_view why) {
    return fail(Errc::invalid_argument, "the enrollment token " + std::string(why), "token");
  };
  const auto parts = split(trim(text), '.');
  if (parts.size() != 3) return refuse("must read rc1.SECRET.FINGERPRINT; copy the whole of it");
  if (parts[0] != kPrefix) return refuse("is of another version than this agent knows (rc1)");
  const auto secret = from_base64url(parts[1]);
  if (!secret || secret->size() != kSecretBytes) return refuse("has a damaged secret; copy it again");
  const auto fingerprint = from_base64url(parts[2]);
  if (!fingerprint || fingerprint->size() != Sha256{}.size()) {
    return refuse("has a damaged fingerprint; copy it again");
  }
  EnrolmentToken token{*secret, {}};
  std::ranges::copy(*fingerprint, token.authority_fingerprint.begin());
  return token;
}

}  // namespace rollcall::wire
