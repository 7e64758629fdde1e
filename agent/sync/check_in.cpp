#include "agent/sync/check_in.h"

#include <algorithm>
#include <cstdlib>

#include "agent/sync/renew.h"
#include "common/base/log.h"
#include "common/wire/codec.h"
#include "common/wire/limits.h"

namespace rollcall::sync {

namespace {

// Leaves room for the envelope, and keeps one exchange within its deadline on a slow link.
constexpr std::size_t kBatchBytes = wire::kMaxBodyBytes * 3 / 4;
constexpr const char* kKnownIdentity = "identity";

std::string digest_of(const wire::Identity& identity) {
  wire::Report report;
  report.identity = identity;
  return to_hex(bytes_of(sha256(wire::encode(report))).substr(0, 16));
}

bool holds(const std::vector<wire::SequenceRange>& ranges, std::uint64_t sequence) {
  return std::ranges::any_of(
      ranges, [&](const auto& range) { return range.first <= sequence && sequence <= range.last; });
}

}  // namespace

CheckIn::CheckIn(const Clock& clock, outbox::Outbox& outbox, Memory& memory, StateFolder& folder, Link& link,
                 std::string boot_id)
    : clock_(clock),
      outbox_(outbox),
      memory_(memory),
      folder_(folder),
      link_(link),
      boot_id_(std::move(boot_id)),
      policy_(folder.policy()) {}

void CheckIn::trim_known(wire::Report& report) const {
  if (report.identity && digest_of(*report.identity) == memory_.text(kKnownIdentity)) report.identity.reset();
}

void CheckIn::forget_identity() { memory_.set_text(kKnownIdentity, ""); }

Result<wire::CheckIn> CheckIn::compose() {
  wire::CheckIn message;
  message.boot_id = boot_id_;
  message.policy_digest = policy_.digest;
  message.thinned = outbox_.thinned();
  const std::size_t count = one_by_one_ ? 1 : std::min(1 + credit_, wire::kMaxReportsPerCheckIn);
  message.reports = TRY(outbox_.newest(count, kBatchBytes));
  message.waiting = outbox_.waiting() - std::min<std::uint64_t>(outbox_.waiting(), message.reports.size());
  message.sent_monotonic_ms = clock_.monotonic_ms();
  message.sent_wall_ms = clock_.wall_ms();
  return message;
}

CheckIn::Answer CheckIn::run(Patience patience) {
  auto message = compose();
  if (!message) {
    log::error("the outbox cannot be read: {}", message.error().message);
    return {Outcome::refused, 0, {}};
  }
  const auto response = link_.post("/agent/v1/reports", wire::encode(*message), patience, true);
  if (link_.has_yielded()) return {Outcome::yielded, 0, {}};
  if (!response) {
    log::info("no check-in: {}", response.error().message);
    credit_ = 0;
    return {Outcome::unreachable, 0, {}};
  }
  if (response->status != 200) return refuse(*message, *response);
  auto reply = wire::decode_check_in_reply(response->body);
  if (!reply) {
    log::warn("the server's answer makes no sense: {}", reply.error().message);
    link_.close();
    return {Outcome::refused, 0, {}};
  }
  if (!reply->message.keep_connection) link_.close();
  return accept(*message, std::move(reply->message));
}

CheckIn::Answer CheckIn::accept(const wire::CheckIn& sent, wire::CheckInReply reply) {
  one_by_one_ = false;
  reached_ms_ = clock_.wall_ms();
  credit_ = static_cast<std::size_t>(std::max<std::int64_t>(reply.credit, 0));
  learn_clock(reply.server_ms);
  for (const auto& report : sent.reports) {
    if (report.identity && holds(reply.accepted, report.sequence)) {
      memory_.set_text(kKnownIdentity, digest_of(*report.identity));
    }
  }
  if (const auto forgotten = outbox_.forget(reply.accepted); !forgotten) {
    log::warn("sent reports stay in the outbox: {}", forgotten.error().message);
  }
  std::vector<std::uint64_t> refused;
  for (const auto& rejected : reply.rejected) {
    log::warn("report {} was refused: {}", rejected.sequence, rejected.reason);
    const bool ours = std::ranges::find(sent.reports, rejected.sequence, &wire::Report::sequence) != sent.reports.end();
    if (ours) refused.push_back(rejected.sequence);
  }
  give_up(refused);
  if (reply.policy) learn_policy(*reply.policy);
  return {Outcome::accepted, reply.next_check_in_s * kSecondMs, std::move(reply.commands)};
}

CheckIn::Answer CheckIn::refuse(const wire::CheckIn& sent, const net::ClientResponse& response) {
  link_.close();
  log::warn("the check-in was refused: {}", problem_text(response));
  credit_ = 0;
  if (response.status == 401 || response.status == 403) return {Outcome::unwelcome, 0, {}};
  if (response.status == 400 || response.status == 413 || response.status == 422) {
    // Something that we sent is to blame for the whole: alone it can be told, and given up.
    if (one_by_one_ && sent.reports.size() == 1) {
      give_up({&sent.reports[0].sequence, 1});
    }
    one_by_one_ = true;
  }
  return {Outcome::refused, retry_after_ms(response).value_or(0), {}};
}

void CheckIn::give_up(std::span<const std::uint64_t> sequences) {
  if (const auto given_up = outbox_.give_up(sequences); !given_up) {
    log::warn("refused reports stay in the outbox: {}", given_up.error().message);
  }
}

void CheckIn::learn_clock(std::int64_t server_ms) {
  server_offset_ms_ = server_ms - clock_.wall_ms();
  const std::int64_t minutes = *server_offset_ms_ / kMinuteMs;
  const std::int64_t known = memory_.number(kServerOffset).value_or(0);
  // A minute or two is the way that clocks are; writing it down each time would only wear the disk.
  if (std::abs(minutes - known) < 5) return;
  memory_.set_number(kServerOffset, minutes);
  if (std::abs(minutes) < 5) return log::info("this laptop's clock agrees with the server's again");
  log::warn("this laptop's clock is {} minutes {} the server's", std::abs(minutes),
            minutes > 0 ? "behind" : "ahead of");
}

void CheckIn::learn_policy(const wire::Policy& policy) {
  policy_ = policy;
  const auto kept = folder_.keep_policy(policy);
  if (!kept) log::warn("the new policy holds until the next start only: {}", kept.error().message);
}

}  // namespace rollcall::sync
