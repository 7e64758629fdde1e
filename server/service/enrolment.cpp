#include "server/service/enrolment.h"

#include "common/base/id.h"
#include "server/domain/review.h"
#include "server/storage/device_store.h"
#include "server/storage/review_store.h"

namespace rollcall::service {
namespace {

using domain::Actor;

constexpr std::size_t kMaxSecretText = 64;

std::unexpected<Error> refuse_secret(const char* message) {
  return fail(Errc::unauthenticated, message, "secret");
}

Result<std::string> secret_of(const wire::EnrolRequest& request) {
  const auto secret =
      request.secret.size() <= kMaxSecretText ? from_base64url(request.secret) : std::optional<std::string>();
  if (!secret) return refuse_secret("this enrollment token is wrong; copy it again, whole");
  return *secret;
}

Result<storage::TokenRow> known_token(sql::Snapshot& snapshot, const Sha256& secret_hash) {
  auto token = TRY(storage::find_token_by_hash(snapshot, secret_hash));
  // The index has looked at the hash already; this comparison does not depend on how it does so.
  if (!token || !equal_in_constant_time(bytes_of(token->secret_hash), bytes_of(secret_hash))) {
    return refuse_secret("this enrollment token is unknown here; ask for a new one");
  }
  if (token->record.revoked_ms) return refuse_secret("this enrollment token was revoked; ask for a new one");
  return std::move(*token);
}

// The conditional update decides, whatever was read before: of many who come at once, exactly as many get
// through as there are uses.
Result<> consume(sql::Transaction& transaction, const storage::TokenRow& token, const Claim& claim,
                 std::int64_t now_ms) {
  if (domain::state_of(token.record, now_ms) == domain::TokenState::expired) {
    return refuse_secret("this enrollment token has expired; ask for a new one");
  }
  if (!token.any_serial &&
      !TRY(storage::token_lists_serial(transaction, token.record.token_id, claim.serial))) {
    return fail(Errc::permission_denied,
                claim.serial.empty() ? "this enrollment token is for listed serials; this laptop has none"
                                     : "serial " + claim.serial + " is not on this enrollment token's list",
                "identity.serial");
  }
  if (!TRY(storage::use_token(transaction, token.record.token_id, now_ms))) {
    return refuse_secret("this enrollment token is used up; ask for a new one");
  }
  return {};
}

Result<> expect_usable(const storage::AgentRow& known) {
  if (known.agent.revoked_ms) {
    return fail(Errc::permission_denied, "this key was revoked; let the agent make a new one", "request_pem");
  }
  if (known.device_deleted) {
    return fail(Errc::permission_denied, "this key belongs to a deleted device; let the agent make a new one",
                "request_pem");
  }
  return {};
}

// A disk image that was made with an enrolled agent in it gives many laptops one key. Merging them into one
// device would lose all but one, so the second one is told to make a key of its own.
Result<> expect_same_laptop(sql::Snapshot& snapshot, const domain::Agent& known, const Claim& claim) {
  const auto device = TRY(storage::find_device(snapshot, known.device_id));
  const bool serials = device && !device->serial.empty() && !claim.serial.empty();
  const bool uuids = !known.system_uuid.empty() && !claim.system_uuid.empty();
  const bool other =
      serials ? device->serial != claim.serial : uuids && known.system_uuid != claim.system_uuid;
  if (!other) return {};
  return fail(Errc::permission_denied,
              "this key belongs to another laptop (was its disk copied?); let the agent make a new one",
              "request_pem");
}

void take_dates(domain::Agent& agent, const pki::CertificateInfo& certificate) {
  agent.certificate_serial = certificate.serial_hex;
  agent.not_before_ms = certificate.not_before_ms;
  agent.not_after_ms = certificate.not_after_ms;
}

}  // namespace

Result<> Enrolment::expect_patience(const pki::KeyId& key) {
  if (certificates_.count(bytes_of(key)) == 0) return {};
  return fail(Errc::rate_limited, "this laptop has had enough certificates for today");
}

// Issuing stands inside the transaction (0.1 ms), so that a certificate exists exactly when its agent does;
// a run that is rolled back leaves a certificate that nobody has and whose key no row knows.
Result<std::string> Enrolment::issue(domain::Agent& agent, const pki::CertificateRequest& request) {
  std::string pem = TRY(authority_.issue_agent(request, agent.agent_id, clock_, random_));
  take_dates(agent, TRY(pki::parse_certificate_pem(pem)));
  return pem;
}

Result<Enrolment::Enrolled> Enrolment::enrol_again(sql::Transaction& transaction, storage::AgentRow known,
                                                   const storage::TokenRow& token, const Claim& claim,
                                                   const pki::CertificateRequest& request) {
  TRY(expect_usable(known));
  TRY(expect_same_laptop(transaction, known.agent, claim));
  const std::int64_t now_ms = clock_.wall_ms();
  const std::string& token_id = token.record.token_id;
  const bool repeated = TRY(storage::token_enrolled(transaction, token_id, known.agent.agent_no));
  if (!repeated) {
    TRY(consume(transaction, token, claim, now_ms));
    TRY(storage::insert_token_use(transaction, token_id, known.agent.agent_no, now_ms));
  } else if (known.agent.not_after_ms + domain::kRenewalGraceMs < now_ms) {
    return refuse_secret("this enrollment token was used too long ago; ask for a new one");
  }
  Enrolled out{.agent_id = known.agent.agent_id, .device_id = known.agent.device_id, .key_id = request.key_id, .certificate_pem = {}};
  out.certificate_pem = TRY(issue(known.agent, request));
  TRY(storage::update_certificate(transaction, known.agent));
  TRY(audit_.append(transaction, {Actor::Kind::token, token_id}, "agent.enrol", "agent:" + out.agent_id,
                    repeated ? "repeated with the same key" : "known key"));
  return out;
}

Result<Enrolment::Enrolled> Enrolment::enrol_new(sql::Transaction& transaction,
                                                 const storage::TokenRow& token, const Claim& claim,
                                                 const pki::CertificateRequest& request) {
  const std::int64_t now_ms = clock_.wall_ms();
  TRY(consume(transaction, token, claim, now_ms));
  const Home home = TRY(find_home(transaction, claim, token.record.school_id, clock_, random_));
  domain::Agent agent{.agent_no = 0,
                      .agent_id = make_uuid(random_),
                      .device_id = home.device_id,
                      .key_id = request.key_id,
                      .certificate_serial = {},
                      .not_before_ms = 0,
                      .not_after_ms = 0,
                      .enrolled_ms = now_ms,
                      .system_uuid = claim.system_uuid};
  Enrolled out{.agent_id = agent.agent_id, .device_id = home.device_id, .key_id = request.key_id, .certificate_pem = {}};
  out.certificate_pem = TRY(issue(agent, request));
  agent.agent_no = TRY(storage::insert_agent(transaction, agent));
  TRY(storage::insert_token_use(transaction, token.record.token_id, agent.agent_no, now_ms));
  TRY(storage::supersede_agents(transaction, home.device_id, agent.agent_no, now_ms));
  if (home.review) {
    TRY(storage::insert_review(transaction, {.review_id = make_ulid(clock_, random_),
                                             .kind = *home.review,
                                             .agent_no = agent.agent_no,
                                             .agent_id = agent.agent_id,
                                             .device_id = home.device_id,
                                             .other_device_id = home.other_device_id,
                                             .claimed_serial = home.claimed_serial,
                                             .maker = claim.maker,
                                             .model = claim.model,
                                             .created_ms = now_ms}));
  }
  TRY(audit_.append(transaction, {Actor::Kind::token, token.record.token_id}, "agent.enrol",
                    "agent:" + agent.agent_id, "device:" + home.device_id + ", " + home.why));
  return out;
}

Result<wire::EnrolReply> Enrolment::enroll(const wire::EnrolRequest& request) {
  Actor actor;  // the token, once it is known
  Result<Enrolled> enrolled = [&]() -> Result<Enrolled> {
    const Sha256 secret_hash = sha256(TRY(secret_of(request)));
    // A token that is unknown costs one read; parsing and checking signatures is for those who hold one.
    TRY(db_.read([&](sql::Snapshot& snapshot) { return known_token(snapshot, secret_hash); }));
    auto parsed = pki::parse_request_pem(request.request_pem);
    if (!parsed) return fail(Errc::invalid_argument, parsed.error().message, "request_pem");
    TRY(expect_patience(parsed->key_id));
    const Claim claim = claim_of(request.identity);
    return db_.write([&](sql::Transaction& transaction) -> Result<Enrolled> {
      const auto token = TRY(known_token(transaction, secret_hash));
      actor = {Actor::Kind::token, token.record.token_id};
      auto known = TRY(storage::find_agent_by_key(transaction, parsed->key_id));
      if (known) return enrol_again(transaction, std::move(*known), token, claim, *parsed);
      return enrol_new(transaction, token, claim, *parsed);
    });
  }();
  if (!enrolled) {
    const Error& error = enrolled.error();
    if (error.code == Errc::unauthenticated || error.code == Errc::permission_denied) {
      TRY(audit_.refused(actor, "agent.enrol", "", error.message));
    }
    return std::unexpected(error);
  }
  TRY(agents_.refresh(enrolled->device_id));
  const auto agent = agents_.find(enrolled->key_id);
  return wire::EnrolReply{.agent_id = enrolled->agent_id,
                          .certificate_pem = enrolled->certificate_pem,
                          .authority_pem = authority_.certificate_pem(),
                          .server_ms = clock_.wall_ms(),
                          .policy = policies_.of(agent ? std::string_view(agent->school_id) : std::string_view())};
}

Result<wire::RenewReply> Enrolment::renew(const wire::RenewRequest& request,
                                          const pki::KeyId& certificate_key) {
  std::string agent_id;
  Result<std::string> certificate = [&]() -> Result<std::string> {
    auto parsed = pki::parse_request_pem(request.request_pem);
    if (!parsed) return fail(Errc::invalid_argument, parsed.error().message, "request_pem");
    if (parsed->key_id != certificate_key) {
      return fail(Errc::invalid_argument,
                  "a certificate is renewed for its own key; enroll again with a new one", "request_pem");
    }
    TRY(expect_patience(certificate_key));
    return db_.write([&](sql::Transaction& transaction) -> Result<std::string> {
      auto known = TRY(storage::find_agent_by_key(transaction, certificate_key));
      if (!known) return fail(Errc::unauthenticated, "this key was never enrolled here; enroll with a token");
      agent_id = known->agent.agent_id;
      TRY(expect_usable(*known));
      if (known->agent.not_after_ms + domain::kRenewalGraceMs < clock_.wall_ms()) {
        return fail(Errc::unauthenticated,
                    "this certificate ran out more than 400 days ago; enroll with a token");
      }
      std::string pem = TRY(issue(known->agent, *parsed));
      TRY(storage::update_certificate(transaction, known->agent));
      TRY(audit_.append(transaction, {Actor::Kind::agent, agent_id}, "agent.renew", "agent:" + agent_id));
      return pem;
    });
  }();
  if (!certificate) {
    const Error& error = certificate.error();
    if (error.code == Errc::unauthenticated || error.code == Errc::permission_denied) {
      const Actor actor = agent_id.empty() ? Actor{} : Actor{Actor::Kind::agent, agent_id};
      TRY(audit_.refused(actor, "agent.renew", agent_id.empty() ? "" : "agent:" + agent_id, error.message));
    }
    return std::unexpected(error);
  }
  return wire::RenewReply{.certificate_pem = *certificate,
                          .authority_pem = authority_.certificate_pem(),
                          .server_ms = clock_.wall_ms()};
}

}  // namespace rollcall::service
