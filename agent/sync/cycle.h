// The list of phases and the waiting between them. Stepped from outside: whoever owns it sleeps until
// next_due_ms() and then calls run_due(); it starts no thread and no timer.
//
// Sampling and sending are two things: while the server cannot be reached, samples go on at their interval
// into the outbox, and sending is tried again with full jitter.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "agent/act/action.h"
#include "agent/outbox/outbox.h"
#include "agent/sync/backoff.h"
#include "agent/sync/captive_portal.h"
#include "agent/sync/check_in.h"
#include "agent/sync/link.h"
#include "agent/sync/memory.h"
#include "agent/sync/renew.h"
#include "common/base/clock.h"
#include "common/base/random.h"

namespace rollcall::sync {

struct Sample {
  wire::Report report;  // without a sequence
  bool at_school{};     // false: battery and health only, and at most one report an hour
};

// Reads the machine; the privacy rules are applied behind it. In a hurry for the last three occasions, and
// given up like an exchange when the link's `urgent` says so: the sample is then not used.
using Sampler = std::function<Sample(wire::Occasion, const wire::Policy&, const LinkFacts&,
                                     std::optional<std::int64_t> server_offset_ms)>;

// Not thread-safe; all times are monotonic milliseconds of this boot.
class Cycle final : public act::Agent {
 public:
  // References outlive it.
  struct Parts {
    const Clock& clock;
    Random& random;
    outbox::Outbox& outbox;
    Memory& memory;
    Link& link;
    CheckIn& check_in;
    Renewal& renewal;
    Sampler sample;
    OpenProbe open_probe;
    std::string boot_id;
    std::int64_t start_jitter_ms{5 * kSecondMs};
    std::int64_t resume_jitter_ms{10 * kSecondMs};
  };

  explicit Cycle(Parts parts);

  // What was due when the last process ended still is, within reason; the first report says "started".
  void start();

  std::int64_t next_due_ms() const;
  void run_due();

  // Before the machine goes away: one hurried sample (a second), one short try to send it (two), the rest to
  // disk; then a pause, since a machine on its way to sleep is not to start anything. Off the school's networks
  // the hourly limit holds: what it withholds waits in the outbox, the newest of each hour.
  void last_words(wire::Occasion occasion);
  // The machine is back: reports soon, with jitter; earlier failures no longer count.
  void resumed();
  // The charger came or went, or the like: as resumed(), with its own occasion.
  void report_soon(wire::Occasion occasion, std::int64_t within_ms);
  // The end of the process.
  void stop();

  void send_identity_again() override;
  void report_now() override;
  void renew_now() override;

 private:
  bool sample(wire::Occasion occasion);  // false: nothing that may be sent now
  std::uint64_t take(Sample sample);
  void withhold(Sample sample);
  void send(Patience patience);
  void settle(const CheckIn::Answer& answer);
  std::int64_t interval_ms() const;
  void remember();
  bool is_urgent() const;
  std::int64_t jittered(std::int64_t within_ms);

  Parts parts_;
  act::Actions actions_;
  Backoff backoff_;
  wire::Occasion next_occasion_{wire::Occasion::scheduled};
  bool at_school_{true};
  std::int64_t sample_due_{};
  std::int64_t send_due_{};
  std::int64_t asked_until_{};  // the server asked to be left alone
  std::int64_t not_before_{};   // that, or we back off
  std::int64_t off_campus_not_before_{};
  std::int64_t last_sample_{};
};

}  // namespace rollcall::sync
