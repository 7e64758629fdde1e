// How an agent gets its certificate, and the next one. Thread-safe; on worker threads (it commits).
//
// A token proves the right to enrol; the key in the request becomes the identity; everything else in the
// request (subject, serial, names) is a claim. The UUID is minted here, the certificate is for client
// authentication only.
//
//   new serial                        → a new device
//   known serial of the same maker    → a re-image: a new agent instance on that device, whose earlier
//                                       instances are superseded; if one of them still reports afterwards,
//                                       the serial is contested (service::Reviews)
//   known serial, other system UUID   → contested at once: a device of its own without serial, and a review
//   placeholder or no serial          → a device of its own, and a review
//   a key that is known already       → the same agent again: a certificate, nothing else. With the token
//                                       that enrolled it no use is consumed (the reply was lost). Refused
//                                       when it comes from other hardware: a copied disk
#pragma once

#include <cstdint>
#include <string>

#include "common/base/clock.h"
#include "common/base/pki.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "common/wire/enrolment.h"
#include "server/service/agents.h"
#include "server/service/audit.h"
#include "server/service/identity.h"
#include "server/service/policies.h"
#include "server/service/rate_limit.h"
#include "server/storage/agent_store.h"
#include "server/storage/token_store.h"

namespace rollcall::service {

class Enrolment {
 public:
  Enrolment(sql::Database& db, const Clock& clock, Random& random, const pki::CertificateAuthority& authority,
            const Policies& policies, Agents& agents, Audit& audit)
      : db_(db),
        clock_(clock),
        random_(random),
        authority_(authority),
        policies_(policies),
        agents_(agents),
        audit_(audit),
        certificates_(clock, kCertificates, kCertificatesWindowMs) {}

  // An agent needs one in two months; a lost reply, another. Each leaves an audit record that is kept for good.
  static constexpr std::size_t kCertificates = 4;
  static constexpr std::int64_t kCertificatesWindowMs = kDayMs;

  // Errors: unauthenticated (field "secret": wrong, expired, used up or revoked; the message says which),
  // rate_limited (the same key again and again),
  // permission_denied (field "identity.serial": not in the token's list; field "request_pem": this key was
  // revoked, or is another laptop's), invalid_argument (field "request_pem").
  Result<wire::EnrolReply> enroll(const wire::EnrolRequest& request);

  // `certificate_key` is the key that the connection proved, with whatever certificate, expired or not.
  // Errors: unauthenticated (unknown key, or expired for longer than kRenewalGraceMs), permission_denied
  // (revoked, or the device was deleted), invalid_argument (the request is for another key), rate_limited.
  Result<wire::RenewReply> renew(const wire::RenewRequest& request, const pki::KeyId& certificate_key);

 private:
  struct Enrolled {
    std::string agent_id{};
    std::string device_id{};
    pki::KeyId key_id{};
    std::string certificate_pem{};
  };
  Result<> expect_patience(const pki::KeyId& key);
  // For `agent`'s name; its certificate's serial and dates are set.
  Result<std::string> issue(domain::Agent& agent, const pki::CertificateRequest& request);
  Result<Enrolled> enrol_new(sql::Transaction& transaction, const storage::TokenRow& token,
                             const Claim& claim, const pki::CertificateRequest& request);
  Result<Enrolled> enrol_again(sql::Transaction& transaction, storage::AgentRow known,
                               const storage::TokenRow& token, const Claim& claim,
                               const pki::CertificateRequest& request);

  sql::Database& db_;
  const Clock& clock_;
  Random& random_;
  const pki::CertificateAuthority& authority_;
  const Policies& policies_;
  Agents& agents_;
  Audit& audit_;
  RateLimit certificates_;
};

}  // namespace rollcall::service
