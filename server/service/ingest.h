// The one asynchronous use case: a laptop's check-in is queued on the loop thread, committed by the writer
// thread together with whatever else arrived, and acknowledged after that commit is on disk.
//
// Threads: submit() from any thread, it never blocks; gather() and commit_pending() from one writer thread.
// A simulation calls commit_pending() itself and never gather().
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "common/wire/codec.h"
#include "server/domain/agent.h"
#include "server/service/access_points.h"
#include "server/service/fleet.h"
#include "server/service/policies.h"
#include "server/service/reviews.h"

namespace rollcall::service {

struct IngestLimits {
  std::size_t queued_reports{16'384};  // above it a check-in is refused at once
  std::size_t batch_reports{512};      // one commit
  std::int64_t gather_ms{2};           // how long the first of a batch waits for company
  std::int64_t backlog_credit{512};    // reports of backlog that one check-in may bring, shrinking under load
  std::int64_t max_leap{1'000'000'000};  // a sequence number further ahead than this is refused
};

struct IngestStats {
  std::uint64_t check_ins{}, accepted{}, duplicates{}, rejected{}, refused{}, unknown_fields{}, commits{},
      commit_failures{}, off_campus_stripped{}, sequence_resets{},
      too_late{};  // of the rejected: perhaps stored already, perhaps nowhere
  std::size_t queued_reports{};
};

// The answer to one check-in. Errors: unavailable (the queue is full; 503 with Retry-After), storage_full
// (507), and what the database says; nothing of the check-in is acknowledged then.
struct IngestOutcome {
  Result<wire::CheckInReply> reply;
  std::int64_t retry_after_s{};  // with an error: when to try again, spread by full jitter
};

class Ingest {
 public:
  // Called once: by submit() itself when refused, else by commit_pending() on the writer thread.
  using Done = std::move_only_function<void(IngestOutcome)>;

  Ingest(sql::Database& db, const Clock& clock, Random& random, const Policies& policies, Fleet& fleet,
         AccessPoints& access_points, IngestLimits limits = {});

  // Before the first submit(): who is told when a superseded agent still reports. Outlives this object.
  void settle_with(Reviews& reviews) { reviews_ = &reviews; }

  // `agent` has been authenticated and is not refused(). `peer_address` is numeric; it is compared with the
  // school's networks and then forgotten.
  void submit(domain::AgentHandle agent, wire::DecodedCheckIn check_in, std::string_view peer_address,
              Done done);

  // Waits until something is queued, then until gather_ms have passed or a batch is full. False after stop()
  // once the queue is empty: everything queued is still committed.
  bool gather();
  // Commits one batch and answers it. Returns how many check-ins were answered; 0: nothing was queued.
  std::size_t commit_pending();
  void stop();

  IngestStats stats() const;

 private:
  struct Queued {
    domain::AgentHandle agent;
    wire::DecodedCheckIn check_in;
    std::int64_t received_ms;
    Done done;
  };
  struct Planned;
  void take_batch();
  void commit(std::vector<Queued>& batch);
  void count(const std::vector<Queued>& batch, const std::vector<Planned>& planned);
  void tell_access_points(const std::vector<Queued>& batch, const std::vector<Planned>& planned);
  void strip_off_campus(wire::CheckIn& check_in, std::string_view school_id, std::string_view address);
  wire::CheckInReply reply_to(const Queued& queued, const Planned& planned, std::int64_t credit);
  std::int64_t next_check_in_s(const wire::Policy& policy, bool at_school);
  std::int64_t credit() const;
  std::int64_t retry_after_s();
  void settle_superseded(const std::vector<Queued>& batch, const std::vector<Planned>& planned);

  sql::Database& db_;
  const Clock& clock_;
  Random& random_;
  const Policies& policies_;
  Fleet& fleet_;
  AccessPoints& access_points_;
  Reviews* reviews_{};
  const IngestLimits limits_;
  // The writer thread's. Whom it spreads gains nothing from guessing it, and a system call a check-in is spared.
  SeededRandom spread_;
  std::vector<Queued> batch_;  // empty between two commits; the queue takes its memory over

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable arrived_;
  std::vector<Queued> queue_;
  std::size_t queued_reports_{};
  bool stopping_{};
  IngestStats stats_;
};

}  // namespace rollcall::service
