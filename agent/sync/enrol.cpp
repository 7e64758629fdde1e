#include "agent/sync/enrol.h"

#include <fmt/core.h>

#include "agent/sync/link.h"
#include "common/base/log.h"
#include "common/base/pki.h"
#include "common/wire/codec.h"

namespace rollcall::sync {

namespace {

constexpr std::size_t kHashKeyBytes = 32;

Errc code_of_status(int status) {
  switch (status) {
    case 400:
    case 422:
      return Errc::invalid_argument;
    case 401:
    case 403:
    case 410:
      return Errc::unauthenticated;
    case 409:
      return Errc::conflict;
    case 429:
      return Errc::rate_limited;
    default:
      return Errc::unavailable;
  }
}

Result<> check_answer(const wire::EnrolReply& reply, const pki::PrivateKey& key, const Sha256& authority) {
  const auto certificate = TRY(with(pki::parse_certificate_pem(reply.certificate_pem), "the new certificate"));
  if (certificate.key_id != key.id()) return fail(Errc::corrupt, "the certificate is for another key");
  const auto issuer = TRY(with(pki::parse_certificate_pem(reply.authority_pem), "the server's CA"));
  if (issuer.fingerprint != authority) {
    return fail(Errc::permission_denied, "the server's CA is not the one that the token names");
  }
  if (reply.agent_id.empty()) return fail(Errc::corrupt, "the server gave no agent id");
  return {};
}

bool is_refusal(Errc code) {
  return code == Errc::unauthenticated || code == Errc::invalid_argument || code == Errc::conflict;
}

Result<Credentials> enrol_key(const EnrolInput& input, const OpenForEnrolment& open, const pki::PrivateKey& key,
                              Random& random, StateFolder& folder) {
  Credentials credentials;
  credentials.server_url = input.server_url;
  credentials.key_pem = TRY(key.to_pem());
  credentials.hash_key = random.bytes(kHashKeyBytes);

  wire::EnrolRequest request;
  request.secret = to_base64url(input.token.secret);
  request.request_pem = TRY(pki::make_request_pem(key));
  if (auto identity = input.identify(credentials.hash_key)) {
    credentials.hardware = hardware_of(*identity, credentials.hash_key);
    request.identity = std::move(*identity);
  } else {
    // The server then puts the laptop on its review list, where a person says which one it is.
    log::warn("enrolling without an identity: {}", identity.error().message);
  }

  Link link([&] { return open(input); }, input.urgent);
  const Patience patience{kEnrollment.deadline_ms, input.urgent != nullptr};
  const auto posted = link.post("/agent/v1/enroll", wire::encode(request), patience);
  link.close();
  if (!posted && link.facts().tls_intercepted.value_or(false)) {
    return std::unexpected(Error(posted.error()).with("this token is of another server, or somebody reads along"));
  }
  const auto& response = TRY(posted);
  if (response.status == 404) {
    return fail(Errc::unavailable, "this is not the agents' door: it is on the console's port + 1 (8444, if nobody "
                                   "changed it); " + problem_text(response));
  }
  if (response.status != 200) return fail(code_of_status(response.status), problem_text(response));
  const auto reply = TRY(with(wire::decode_enrol_reply(response.body), "the server's answer")).message;
  TRY(check_answer(reply, key, input.token.authority_fingerprint));

  credentials.agent_id = reply.agent_id;
  credentials.certificate_pem = reply.certificate_pem;
  credentials.authority_pem = reply.authority_pem;
  // First: an agent that is enrolled never reports more than its school allows.
  if (reply.policy) TRY(folder.keep_policy(*reply.policy));
  TRY(folder.keep(credentials));
  return credentials;
}

}  // namespace

std::string hardware_of(const wire::Identity& identity, std::string_view hash_key) {
  if (identity.serial.empty() && identity.system_uuid.empty()) return {};
  return keyed_hash(hash_key, "hardware", identity.serial + " " + identity.system_uuid);
}

Result<Credentials> enrol(const EnrolInput& input, const OpenForEnrolment& open, Random& random,
                          StateFolder& folder) {
  TRY(folder.prepare());
  if (const auto pending = folder.pending_key()) {
    if (const auto key = pki::PrivateKey::from_pem(*pending)) {
      auto enrolled = enrol_key(input, open, *key, random, folder);
      // It may be the key that is refused: revoked meanwhile, or another laptop's by a copied disk.
      if (enrolled || !is_refusal(enrolled.error().code)) return enrolled;
    }
  }
  const auto key = TRY(pki::PrivateKey::generate());
  TRY(folder.keep_pending_key(TRY(key.to_pem())));
  auto enrolled = enrol_key(input, open, key, random, folder);
  if (!enrolled && is_refusal(enrolled.error().code)) TRY(folder.drop_pending_key());
  return enrolled;
}

}  // namespace rollcall::sync
