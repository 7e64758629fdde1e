// Phase: enrollment. Makes the laptop's key, proves it to the server with a token, keeps the certificate.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/sync/link.h"
#include "agent/sync/state_folder.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/net/http_client.h"
#include "common/wire/enrolment.h"

namespace rollcall::sync {

struct EnrolInput {
  std::string server_url;
  wire::EnrolmentToken token;
  // Whole, without the rules of place and time: whoever enrolls this laptop asks for it. Its machine-id hash is
  // made with the key that is handed in.
  std::function<Result<wire::Identity>(const std::string& hash_key)> identify;
  Urgent urgent{};  // an exchange that nobody watches gives way to sleep and shutdown
};

using OpenForEnrolment = std::function<Result<std::unique_ptr<net::HttpClient>>(const EnrolInput&)>;

// A keyed hash of serial number and system UUID; empty when the laptop tells neither.
std::string hardware_of(const wire::Identity& identity, std::string_view hash_key);

// The key is made here, or was by an earlier try that had no answer; only the request for it travels. What comes back is kept only when the certificate is
// for our key and the authority is the one whose fingerprint the token carries.
// Errors: unauthenticated (token wrong, used up, expired or revoked: the server's words), permission_denied
// (the server is not the token's), unavailable, timeout, corrupt (an answer that makes no sense).
Result<Credentials> enrol(const EnrolInput& input, const OpenForEnrolment& open, Random& random,
                          StateFolder& folder);

}  // namespace rollcall::sync
