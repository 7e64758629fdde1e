#include "tests/district/laptop/laptop.h"

#include <algorithm>
#include <utility>

#include "agent/collect/privacy.h"
#include "common/base/clock.h"
#include "tests/district/model/facts.h"

namespace rollcall::district {
namespace {

constexpr std::size_t kOutboxLimit = 2'000;
// A report is about 1.1 KB of JSON, and a check-in may have 64.
constexpr std::size_t kReportsAtOnce = 40;
constexpr std::int64_t kStartJitterMs = 5 * kSecondMs, kResumeJitterMs = 10 * kSecondMs;
constexpr std::int64_t kLastWordsMs = kSecondMs;  // before the end of a stretch

std::optional<wire::Occasion> last_words(Ending ending) {
  switch (ending) {
    case Ending::sleep: return wire::Occasion::going_to_sleep;
    case Ending::shutdown: return wire::Occasion::shutting_down;
    case Ending::flat: return wire::Occasion::battery_critical;
    case Ending::none:
    case Ending::cut: break;
  }
  return std::nullopt;
}

// A fleet of one district knows a handful of policies; each laptop holding its own would be most of its memory.
std::shared_ptr<const wire::Policy> shared(wire::Policy policy) {
  thread_local std::vector<std::weak_ptr<const wire::Policy>> known;
  std::erase_if(known, [](const auto& it) { return it.expired(); });
  for (const auto& it : known) {
    if (auto same = it.lock(); same && same->digest == policy.digest) return same;
  }
  auto made = std::make_shared<const wire::Policy>(std::move(policy));
  known.push_back(made);
  return made;
}

bool holds(const std::vector<wire::SequenceRange>& ranges, std::uint64_t sequence) {
  return std::ranges::any_of(ranges, [&](const auto& it) { return it.first <= sequence && sequence <= it.last; });
}

}  // namespace

Laptop::Laptop(const District& district, const Student& student, Random& random, std::uint64_t sequence,
               std::int64_t now_ms)
    : district_(district),
      student_(student),
      random_(random),
      backoff_(random, {}),
      policy_(shared({})),
      sequence_(sequence) {
  day_ = day_of(district_, student_, district_.calendar.date_of(now_ms));
  midnight_ms_ = district_.calendar.midnight_ms(day_.date);
  while (at_ + 1 < day_.stretches.size() && instant(stretch().until) <= now_ms) ++at_;
  enter(now_ms);
}

std::int64_t Laptop::jitter(std::int64_t within_ms) {
  return static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(within_ms) + 1));
}

void Laptop::run_due(std::int64_t now_ms) {
  while (due_ms_ <= now_ms) {
    const std::int64_t end_ms = instant(stretch().until);
    if (awake_ && sample_due_ms_ < end_ms - kLastWordsMs) {
      const std::int64_t at_ms = sample_due_ms_;
      sample(at_ms, std::exchange(next_occasion_, wire::Occasion::scheduled));
      plan_sample(at_ms);
      continue;
    }
    leave();
    if (++at_ == day_.stretches.size()) {
      const Date next = day_.date + date::days(1);
      day_ = day_of(district_, student_, next);
      midnight_ms_ = district_.calendar.midnight_ms(next);
      at_ = 0;
      boot_ = 0;
    }
    enter(end_ms);
  }
}

// The end of a stretch; what follows in the same posture (another room, a charger) is no farewell.
void Laptop::leave() {
  if (!awake_) return;
  const bool goes_on = at_ + 1 < day_.stretches.size() && day_.stretches[at_ + 1].power == Power::awake;
  const auto words = goes_on ? std::nullopt : last_words(stretch().ending);
  if (!words) return;
  sample(instant(stretch().until) - kLastWordsMs, *words);
  said_goodnight_ = std::none_of(day_.stretches.begin() + static_cast<std::ptrdiff_t>(at_) + 1, day_.stretches.end(),
                                 [](const Stretch& it) { return it.power == Power::awake; });
}

void Laptop::enter(std::int64_t now_ms) {
  const Stretch& now = stretch();
  const bool was_awake = std::exchange(awake_, now.power == Power::awake);
  due_ms_ = instant(now.until);
  if (!awake_) return;
  const std::int64_t from_ms = std::max(now_ms, instant(now.from));
  const bool booted = std::exchange(boot_, now.boot) != now.boot;
  const bool plugged = was_awake && at_ > 0 && day_.stretches[at_ - 1].on_ac != now.on_ac;
  if (was_awake && !plugged) return plan_sample(from_ms);
  if (!was_awake) backoff_.reset();
  next_occasion_ = was_awake ? wire::Occasion::power_changed : booted ? wire::Occasion::started : wire::Occasion::resumed;
  sample_due_ms_ = from_ms + jitter(booted ? kStartJitterMs : kResumeJitterMs);
  due_ms_ = std::min(sample_due_ms_, instant(now.until));
}

void Laptop::plan_sample(std::int64_t from_ms) {
  const wire::Policy& policy = *policy_;
  const bool at_school = is_at_school(from_ms);
  const std::int64_t interval_ms =
      (at_school ? policy.interval_s : std::max(policy.interval_s, policy.off_campus_interval_s)) * kSecondMs;
  sample_due_ms_ = at_school ? from_ms + interval_ms : std::max(from_ms + interval_ms, off_campus_not_before_ms_);
  due_ms_ = std::min(sample_due_ms_, instant(stretch().until));
}

bool Laptop::is_at_school(std::int64_t at_ms) const {
  wire::Connectivity connectivity;
  connectivity.on_school_network = stretch().place == Place::school;
  return collect::is_at_school(*policy_, &connectivity, at_ms);
}

void Laptop::sample(std::int64_t at_ms, wire::Occasion occasion) {
  const bool at_school = is_at_school(at_ms);
  if (!at_school) {
    if (at_ms < off_campus_not_before_ms_) return;
    off_campus_not_before_ms_ =
        at_ms + std::max(policy_->interval_s, policy_->off_campus_interval_s) * kSecondMs;
  }
  outbox_.push_back({++sequence_, at_ms, occasion, at_school && !identity_known_});
  if (outbox_.size() > kOutboxLimit) {
    outbox_.pop_front();
    ++thinned_;
  }
}

bool Laptop::wants_to_send(std::int64_t now_ms) const {
  if (outbox_.empty() || now_ms < send_not_before_ms_) return false;
  return backlogs_ ? outbox_.size() >= kReportsAtOnce || said_goodnight_ : stretch().online;
}

const Day& Laptop::day_holding(std::int64_t at_ms) {
  if (at_ms >= midnight_ms_ && at_ms < midnight_ms_ + kDayMs) return day_;
  const Date date = district_.calendar.date_of(at_ms);
  if (earlier_.stretches.empty() || earlier_.date != date) earlier_ = day_of(district_, student_, date);
  return earlier_;
}

wire::CheckIn Laptop::compose(std::int64_t now_ms) {
  wire::CheckIn message;
  message.boot_id = boot_id_of(student_, day_, stretch());
  message.sent_monotonic_ms = monotonic_at(district_, day_, stretch(), now_ms);
  message.sent_wall_ms = now_ms + student_.clock_error_ms;
  message.thinned = thinned_;
  message.policy_digest = policy_->digest;
  const std::size_t count = std::min({1 + credit_, kReportsAtOnce, outbox_.size()});
  for (std::size_t i = 0; i < count; ++i) {
    const Sample& sample = outbox_[outbox_.size() - 1 - i];
    wire::Report report = report_of(district_, student_, day_holding(sample.at_ms), sample.at_ms, sample.occasion);
    report.sequence = sample.sequence;
    collect::restrict_report(*policy_, sample.at_ms, report);
    if (!sample.with_identity) report.identity.reset();
    message.reports.push_back(std::move(report));
  }
  message.waiting = outbox_.size() - count;
  return message;
}

void Laptop::accept(wire::CheckInReply reply, std::int64_t now_ms) {
  backoff_.reset();
  credit_ = static_cast<std::size_t>(std::max<std::int64_t>(reply.credit, 0));
  for (const auto& rejected : reply.rejected) reply.accepted.push_back({rejected.sequence, rejected.sequence});
  std::erase_if(outbox_, [&](const Sample& sample) {
    const bool done = holds(reply.accepted, sample.sequence);
    if (done && sample.with_identity) identity_known_ = true;
    return done;
  });
  if (reply.policy) policy_ = shared(std::move(*reply.policy));
  for (const auto& command : reply.commands) {
    if (command.name == "send_identity") identity_known_ = false;
  }
  send_not_before_ms_ = now_ms;
  if (outbox_.empty()) said_goodnight_ = false;
  if (!awake_ || reply.next_check_in_s <= 0 || backlogs_) return;
  sample_due_ms_ = now_ms + reply.next_check_in_s * kSecondMs;
  if (!is_at_school(now_ms)) sample_due_ms_ = std::max(sample_due_ms_, off_campus_not_before_ms_);
  due_ms_ = std::min(sample_due_ms_, instant(stretch().until));
}

void Laptop::refused(std::int64_t now_ms, std::int64_t wait_ms) {
  credit_ = 0;
  send_not_before_ms_ = now_ms + wait_ms + backoff_.next_ms();
}

}  // namespace rollcall::district
