#include "agent/sync/renew.h"

#include <algorithm>
#include <utility>

#include "common/base/log.h"
#include "common/base/pki.h"
#include "common/wire/codec.h"

namespace rollcall::sync {

namespace {
constexpr std::int64_t kLookAgainMs = kDayMs;
constexpr Backoff::Limits kLimits{.floor_ms = kMinuteMs, .base_ms = 5 * kMinuteMs, .cap_ms = 6 * kHourMs};
}  // namespace

Renewal::Renewal(const Clock& clock, Random& random, Memory& memory, StateFolder& folder, Link& link,
                 Credentials& credentials)
    : clock_(clock),
      memory_(memory),
      folder_(folder),
      link_(link),
      credentials_(credentials),
      backoff_(random, kLimits),
      due_ms_(when()) {}

std::int64_t Renewal::when() const {
  const std::int64_t now_ms = clock_.monotonic_ms();
  const auto certificate = pki::parse_certificate_pem(credentials_.certificate_pem);
  // Unreadable: the server may still know the key, and asking is the only cure.
  if (!certificate) return now_ms;
  const std::int64_t life_ms = certificate->not_after_ms - certificate->not_before_ms;
  const std::int64_t renew_at_ms = certificate->not_before_ms + life_ms / 3 * 2;
  const std::int64_t server_ms = clock_.wall_ms() + memory_.number(kServerOffset).value_or(0) * kMinuteMs;
  return now_ms + std::clamp<std::int64_t>(renew_at_ms - server_ms, 0, kLookAgainMs);
}

void Renewal::request() {
  if (backoff_.failures() > 0 || clock_.monotonic_ms() < rest_until_ms_) return;
  requested_ = true;
  due_ms_ = clock_.monotonic_ms();
}

void Renewal::run() {
  if (!requested_ && backoff_.failures() == 0 && when() > clock_.monotonic_ms()) {
    due_ms_ = when();  // it was only time to look again
    return;
  }
  const bool requested = std::exchange(requested_, false);
  const auto renewed = renew();
  if (!renewed && link_.has_yielded()) {
    requested_ = requested;
    due_ms_ = clock_.monotonic_ms() + kMinuteMs;
    return;
  }
  if (renewed) {
    backoff_.reset();
    // Never at once again, whatever the new certificate's dates and our clock say of each other.
    rest_until_ms_ = clock_.monotonic_ms() + kHourMs;
    due_ms_ = std::max(when(), rest_until_ms_);
    log::info("the certificate was renewed");
    return;
  }
  due_ms_ = clock_.monotonic_ms() + backoff_.next_ms();
  log::warn("the certificate was not renewed: {}", renewed.error().message);
}

Result<> Renewal::renew() {
  const auto key = TRY(pki::PrivateKey::from_pem(credentials_.key_pem));
  wire::RenewRequest request;
  request.request_pem = TRY(pki::make_request_pem(key));
  const auto response = TRY(link_.post("/agent/v1/renew", wire::encode(request), kPatient));
  link_.close();
  if (response.status != 200) return fail(Errc::unavailable, problem_text(response));
  const auto reply = TRY(with(wire::decode_renew_reply(response.body), "the server's answer")).message;
  const auto certificate = TRY(pki::parse_certificate_pem(reply.certificate_pem));
  if (certificate.key_id != key.id()) return fail(Errc::corrupt, "the new certificate is for another key");
  // The connection was verified by the CA that we trust, so it may name its successor.
  const bool new_authority = reply.authority_pem != credentials_.authority_pem &&
                             pki::parse_certificate_pem(reply.authority_pem).has_value();
  TRY(folder_.keep_certificate(reply.certificate_pem, new_authority ? reply.authority_pem : std::string()));
  credentials_.certificate_pem = reply.certificate_pem;
  if (new_authority) credentials_.authority_pem = reply.authority_pem;
  link_.reopen();
  return {};
}

}  // namespace rollcall::sync
