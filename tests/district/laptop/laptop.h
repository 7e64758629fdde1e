// One simulated laptop as the server knows it: when it samples, what waits in its outbox, what it says in a
// check-in and what it makes of the answer. The rules are those of agent/sync; the readings come from the
// model. No I/O and no clock: a fleet steps it.
//
// The outbox keeps instants only. A sample is a function of its instant, so its report is made when it is
// sent; that is what lets one process hold tens of thousands of laptops.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "agent/sync/backoff.h"
#include "common/wire/checkin.h"
#include "tests/district/model/day.h"

namespace rollcall::district {

class Laptop {
 public:
  // References outlive it. The first report has the sequence `sequence` + 1.
  Laptop(const District& district, const Student& student, Random& random, std::uint64_t sequence,
         std::int64_t now_ms);

  // Nothing happens before; the fleet then calls run_due().
  std::int64_t next_due_ms() const { return due_ms_; }
  // Samples at every instant up to `now_ms` at which something was due.
  void run_due(std::int64_t now_ms);

  bool is_awake() const { return awake_; }
  std::size_t waiting() const { return outbox_.size(); }
  std::uint64_t sequence() const { return sequence_; }
  // Is there something to say, a way to say it, and no reason to wait?
  bool wants_to_send(std::int64_t now_ms) const;
  // With whatever network: an outbox that is to be empty at the end of a run.
  wire::CheckIn compose(std::int64_t now_ms);

  void accept(wire::CheckInReply reply, std::int64_t now_ms);
  // The server was not reached, or refused; it may have said how long to wait (0: it did not).
  void refused(std::int64_t now_ms, std::int64_t wait_ms);

  // Check in only when a whole message waits, and after the day's last words: history then arrives as backlogs
  // do, for a twentieth of the work.
  void send_in_backlogs() { backlogs_ = true; }

 private:
  struct Sample {
    std::uint64_t sequence;
    std::int64_t at_ms;
    wire::Occasion occasion;
    bool with_identity;  // made at school, while the server did not know it
  };

  const Day& day_holding(std::int64_t at_ms);
  void enter(std::int64_t now_ms);
  void leave();
  void plan_sample(std::int64_t from_ms);
  bool is_at_school(std::int64_t at_ms) const;
  void sample(std::int64_t at_ms, wire::Occasion occasion);
  const Stretch& stretch() const { return day_.stretches[at_]; }
  std::int64_t instant(int minute) const { return midnight_ms_ + minute * kMinuteMs; }
  std::int64_t jitter(std::int64_t within_ms);

  const District& district_;
  const Student& student_;
  Random& random_;
  sync::Backoff backoff_;
  std::shared_ptr<const wire::Policy> policy_;

  Day day_, earlier_;  // today, and the day of the backlog that was sent last
  std::int64_t midnight_ms_{};
  std::size_t at_{};  // which of today's stretches
  int boot_{};
  bool awake_{};
  wire::Occasion next_occasion_{};
  std::int64_t due_ms_{}, sample_due_ms_{}, send_not_before_ms_{}, off_campus_not_before_ms_{};
  std::uint64_t sequence_;
  std::deque<Sample> outbox_;  // newest last
  std::uint64_t thinned_{};
  std::size_t credit_{};
  bool backlogs_{}, said_goodnight_{}, identity_known_{};
};

}  // namespace rollcall::district
