#include "agent/sync/cycle.h"

#include <algorithm>
#include <utility>

#include "common/base/log.h"

namespace rollcall::sync {

namespace {

// A check-in that follows a sample this closely (backlog, a command) needs no new one.
constexpr std::int64_t kSampleGapMs = 20 * kSecondMs;
// What is due sooner than this is not worth a write to disk: a new process reports at its start anyway.
constexpr std::int64_t kWorthRememberingMs = 10 * kMinuteMs;
constexpr std::int64_t kLongestWaitMs = kDayMs;
// More starts than this in ten minutes are a crash loop, not a person at work.
constexpr std::int64_t kStartWindowMs = 10 * kMinuteMs;
constexpr std::int64_t kStartsAllowed = 6;

constexpr const char* kNotBefore = "send_not_before";
constexpr const char* kOffCampus = "off_campus_not_before";
constexpr const char* kStartWindow = "start_window";
constexpr const char* kStarts = "starts";

}  // namespace

Cycle::Cycle(Parts parts) : parts_(std::move(parts)), actions_(*this), backoff_(parts_.random, {}) {}

void Cycle::start() {
  const std::int64_t now = parts_.clock.monotonic_ms();
  const auto due = [&](const char* name) {
    return parts_.memory.due(name, parts_.boot_id, parts_.clock, kLongestWaitMs).value_or(now);
  };
  not_before_ = asked_until_ = due(kNotBefore);
  off_campus_not_before_ = due(kOffCampus);
  last_sample_ = now - kDayMs;

  const bool new_window = due(kStartWindow) <= now;
  const std::int64_t starts = new_window ? 1 : parts_.memory.number(kStarts).value_or(0) + 1;
  parts_.memory.set_number(kStarts, starts);
  if (new_window) parts_.memory.set_due(kStartWindow, parts_.boot_id, parts_.clock, now + kStartWindowMs);
  const bool looping = starts > kStartsAllowed;
  if (looping) log::warn("started {} times in ten minutes: the first report waits", starts);

  next_occasion_ = wire::Occasion::started;
  sample_due_ = now + (looping ? interval_ms() : jittered(parts_.start_jitter_ms));
  send_due_ = std::max(sample_due_, not_before_);
  remember();
}

std::int64_t Cycle::next_due_ms() const {
  std::int64_t due = std::min(sample_due_, parts_.renewal.due_ms());
  if (parts_.outbox.waiting() > 0) due = std::min(due, send_due_);
  return due;
}

void Cycle::run_due() {
  const auto now = [this] { return parts_.clock.monotonic_ms(); };
  // First, because a certificate that has run out keeps everything else from the server.
  if (parts_.renewal.due_ms() <= now()) parts_.renewal.run(kExchangeMs);
  if (sample_due_ <= now()) {
    sample_due_ = now() + interval_ms();
    sample(std::exchange(next_occasion_, wire::Occasion::scheduled));
  }
  if (send_due_ <= now() && parts_.outbox.waiting() > 0) send(kExchangeMs);
  remember();
}

bool Cycle::sample(wire::Occasion occasion) {
  Sample sample = parts_.sample(occasion, parts_.check_in.policy(), parts_.link.facts(),
                                parts_.check_in.server_offset_ms());
  const std::int64_t now = parts_.clock.monotonic_ms();
  at_school_ = sample.at_school;
  if (!at_school_) {
    if (now < off_campus_not_before_) {
      sample_due_ = std::max(off_campus_not_before_, now + kSampleGapMs);
      return false;
    }
    off_campus_not_before_ = now + interval_ms();
    sample_due_ = off_campus_not_before_;
  }
  last_sample_ = now;
  parts_.check_in.trim_known(sample.report);
  sample.report.sequence = parts_.outbox.take_sequence();
  parts_.outbox.add(std::move(sample.report));
  send_due_ = std::max(now, not_before_);
  return true;
}

void Cycle::send(std::int64_t deadline_ms) {
  const CheckIn::Answer answer = parts_.check_in.run(deadline_ms);
  const bool unreachable = answer.outcome == CheckIn::Outcome::unreachable;
  if (unreachable && deadline_ms == kExchangeMs && parts_.open_probe) {
    parts_.link.set_portal(probe_portal(parts_.open_probe, kHurriedExchangeMs));
  }
  if (answer.outcome == CheckIn::Outcome::unwelcome) parts_.renewal.request();
  settle(answer);
  for (const auto& command : answer.commands) {
    if (const auto done = actions_.carry_out(command); !done) log::warn("{}", done.error().message);
  }
}

void Cycle::settle(const CheckIn::Answer& answer) {
  const std::int64_t now = parts_.clock.monotonic_ms();
  if (answer.outcome != CheckIn::Outcome::accepted) {
    asked_until_ = now + answer.wait_ms;
    not_before_ = asked_until_ + backoff_.next_ms();
    send_due_ = not_before_;
    return;
  }
  backoff_.reset();
  const std::int64_t wait_ms =
      std::clamp(answer.wait_ms > 0 ? answer.wait_ms : interval_ms(), kSecondMs, kLongestWaitMs);
  not_before_ = now;
  send_due_ = now + wait_ms;
  if (at_school_) {
    sample_due_ = std::max(send_due_, last_sample_ + kSampleGapMs);
  } else {
    send_due_ = std::max(send_due_, off_campus_not_before_);
  }
}

std::int64_t Cycle::interval_ms() const {
  const auto& policy = parts_.check_in.policy();
  const std::int64_t seconds =
      at_school_ ? policy.interval_s : std::max(policy.interval_s, policy.off_campus_interval_s);
  return std::clamp(seconds * kSecondMs, 5 * kSecondMs, kLongestWaitMs);
}

void Cycle::last_words(wire::Occasion occasion) {
  const bool sampled = sample(occasion);
  if (sampled && asked_until_ <= parts_.clock.monotonic_ms()) send(kHurriedExchangeMs);
  stop();
}

void Cycle::resumed() {
  backoff_.reset();
  not_before_ = asked_until_;
  report_soon(wire::Occasion::resumed, parts_.resume_jitter_ms);
}

void Cycle::report_soon(wire::Occasion occasion, std::int64_t within_ms) {
  next_occasion_ = occasion;
  sample_due_ = std::min(sample_due_, parts_.clock.monotonic_ms() + jittered(within_ms));
}

void Cycle::stop() {
  if (const auto flushed = parts_.outbox.flush(); !flushed) {
    log::warn("what was not sent is lost at power-off: {}", flushed.error().message);
  }
  parts_.link.close();
  remember();
}

void Cycle::remember() {
  const std::int64_t now = parts_.clock.monotonic_ms();
  const auto note = [&](const char* name, std::int64_t due) {
    if (due - now >= kWorthRememberingMs) parts_.memory.set_due(name, parts_.boot_id, parts_.clock, due);
  };
  note(kNotBefore, not_before_);
  note(kOffCampus, off_campus_not_before_);
  if (const auto saved = parts_.memory.save(); !saved) log::warn("memory: {}", saved.error().message);
}

void Cycle::send_identity_again() { parts_.check_in.forget_identity(); }

void Cycle::report_now() {
  sample_due_ = std::max(parts_.clock.monotonic_ms(), last_sample_ + kSampleGapMs);
}

void Cycle::renew_now() { parts_.renewal.request(); }

std::int64_t Cycle::jittered(std::int64_t within_ms) {
  return static_cast<std::int64_t>(parts_.random.below(static_cast<std::uint64_t>(within_ms) + 1));
}

}  // namespace rollcall::sync
