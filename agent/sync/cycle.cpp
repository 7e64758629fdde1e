#include "agent/sync/cycle.h"

#include <algorithm>
#include <utility>

#include "common/base/log.h"

namespace rollcall::sync {

namespace {

// A check-in that follows a sample this closely (backlog, a command) needs no new one.
constexpr std::int64_t kSampleGapMs = 20 * kSecondMs;
// What is due sooner than this is not worth a write to disk: a new process reports at its start anyway. Longer than
// any wait of the back-off, which would write a hundred times a day while the server is away.
constexpr std::int64_t kWorthRememberingMs = 30 * kMinuteMs;
constexpr std::int64_t kLongestWaitMs = kDayMs;
// Sleep follows last words within seconds; what would begin before it would be cut off by it, and say that the
// laptop is awake.
constexpr std::int64_t kPauseMs = kMinuteMs;
// More starts than this in ten minutes are a crash loop, not a person at work.
constexpr std::int64_t kStartWindowMs = 10 * kMinuteMs;
constexpr std::int64_t kStartsAllowed = 6;

constexpr const char* kNotBefore = "send_not_before";
constexpr const char* kOffCampus = "off_campus_not_before";
constexpr const char* kWithheld = "withheld_sequence";
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
  const auto is_due = [this](std::int64_t due_ms) { return due_ms <= parts_.clock.monotonic_ms() && !is_urgent(); };
  // First, because a certificate that has run out keeps everything else from the server.
  if (is_due(parts_.renewal.due_ms())) parts_.renewal.run();
  if (is_due(sample_due_)) sample(std::exchange(next_occasion_, wire::Occasion::scheduled));
  if (is_due(send_due_) && parts_.outbox.waiting() > 0) send(kPatient);
  remember();
}

bool Cycle::sample(wire::Occasion occasion) {
  Sample sample = parts_.sample(occasion, parts_.check_in.policy(), parts_.link.facts(),
                                parts_.check_in.server_offset_ms());
  if (!wire::delays_machine(occasion) && is_urgent()) {
    next_occasion_ = occasion;
    return false;
  }
  at_school_ = sample.at_school;
  sample_due_ = parts_.clock.monotonic_ms() + interval_ms();
  if (!at_school_) {
    if (parts_.clock.monotonic_ms() < off_campus_not_before_) {
      withhold(std::move(sample));
      return false;
    }
    off_campus_not_before_ = sample_due_;
    parts_.memory.set_text(kWithheld, "");
  }
  take(std::move(sample));
  return true;
}

std::uint64_t Cycle::take(Sample sample) {
  last_sample_ = parts_.clock.monotonic_ms();
  parts_.check_in.trim_known(sample.report);
  const std::uint64_t sequence = sample.report.sequence = parts_.outbox.take_sequence();
  parts_.outbox.add(std::move(sample.report));
  send_due_ = std::max(last_sample_, not_before_);
  return sequence;
}

void Cycle::withhold(Sample sample) {
  const std::int64_t now = parts_.clock.monotonic_ms();
  sample_due_ = std::max(off_campus_not_before_, now + kSampleGapMs);
  if (wire::is_last_word(sample.report.occasion)) {
    if (const auto earlier = parts_.memory.number(kWithheld)) {
      const auto sequence = static_cast<std::uint64_t>(*earlier);
      const wire::SequenceRange range{sequence, sequence};
      if (const auto forgotten = parts_.outbox.forget({&range, 1}); !forgotten) {
        log::warn("earlier last words stay in the outbox: {}", forgotten.error().message);
      }
    }
    parts_.memory.set_number(kWithheld, static_cast<std::int64_t>(take(std::move(sample))));
  }
  send_due_ = std::max(send_due_, off_campus_not_before_);
}

void Cycle::send(Patience patience) {
  const CheckIn::Answer answer = parts_.check_in.run(patience);
  if (answer.outcome == CheckIn::Outcome::yielded) return;
  const bool unreachable = answer.outcome == CheckIn::Outcome::unreachable;
  if (unreachable && patience.yields && parts_.open_probe) {
    parts_.link.set_portal(probe_portal(parts_.open_probe, parts_.link.urgent()));
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
  const bool may_send = sample(occasion) && asked_until_ <= parts_.clock.monotonic_ms();
  if (may_send) send({kLastWordsMs, !wire::delays_machine(occasion)});
  stop();
  const std::int64_t pause_ends = parts_.clock.monotonic_ms() + kPauseMs;
  sample_due_ = std::max(sample_due_, pause_ends);
  send_due_ = std::max(send_due_, pause_ends);
}

bool Cycle::is_urgent() const { return parts_.link.urgent() && parts_.link.urgent()(); }

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
    if (due - now >= kWorthRememberingMs) return parts_.memory.set_due(name, parts_.boot_id, parts_.clock, due);
    // What is over must not come back when the wall clock is put back between two boots.
    if (due <= now) parts_.memory.forget(name);
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
