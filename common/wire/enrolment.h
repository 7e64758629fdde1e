// Enrollment (POST /agent/v1/enroll) and renewal (POST /agent/v1/renew) of an agent's certificate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/digest.h"
#include "common/base/result.h"
#include "common/wire/checkin.h"
#include "common/wire/report.h"

namespace rollcall::wire {

// What an administrator hands out: "rc1.SECRET.FINGERPRINT", both parts base64url. SECRET is 128 bits;
// FINGERPRINT is the SHA-256 of the server's CA certificate, so that the first contact is authenticated.
struct EnrolmentToken {
  std::string secret;  // 16 bytes
  Sha256 authority_fingerprint;

  std::string to_text() const;
  static Result<EnrolmentToken> parse(std::string_view text);
};

struct EnrolRequest {
  int version{1};
  std::string secret;  // base64url of the token's secret
  std::string request_pem;
  Identity identity;
};

struct EnrolReply {
  std::string agent_id;  // the certificate's common name, a UUID
  std::string certificate_pem;
  std::string authority_pem;
  std::int64_t server_ms{};
  // What the school allows, so that the first report keeps to it already; servers from before it send none.
  std::optional<Policy> policy{};
};

struct RenewRequest {
  int version{1};
  std::string request_pem;  // for the same key as the certificate of the connection
};

struct RenewReply {
  std::string certificate_pem;
  std::string authority_pem;
  std::int64_t server_ms{};
};

}  // namespace rollcall::wire
