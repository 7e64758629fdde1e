// What could not be sent, kept until it can: a bounded, durable queue, and the agent's sequence numbers.
//
// Bounds are bytes and age. Over the bytes, old samples are thinned: resolution gets coarser from the oldest
// on, a day never vanishes while it is within the age. What is given up is counted for the server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/sql/sql.h"
#include "common/wire/checkin.h"

namespace rollcall::outbox {

struct Limits {
  std::int64_t bytes{4 * 1024 * 1024};  // of packed reports; a month at five minutes
  // Days of use, so that a clock that jumps makes nothing old; the server keeps reports no longer either.
  std::int64_t age_ms{30 * kDayMs};
};

// Not thread-safe. `database` and `clock` outlive it.
class Outbox {
 public:
  // Makes its tables when they are missing. Errors: those of the database; `corrupt` asks for a new file.
  static Result<std::unique_ptr<Outbox>> open(sql::Database& database, const Clock& clock, Limits limits);

  // Never the same number twice, also after a crash or when an older file was restored: numbers are reserved
  // on disk in blocks, and every start begins no lower than the wall clock's second, which runs ahead of any
  // agent's reports. While the disk is full, the clock alone vouches.
  std::uint64_t take_sequence();

  // Keeps a report in memory, so that one that is sent at once never touches the disk. A full group, or one
  // that waited for an hour, goes to disk by itself; what the disk refuses stays in memory, thinned.
  void add(wire::Report report);
  // Before sleep, shutdown and the end: all that is held in memory, in one durable commit, then the bounds.
  Result<> flush();

  // At most `count` reports and about `bytes` of JSON (but at least one report), newest first.
  Result<std::vector<wire::Report>> newest(std::size_t count, std::size_t bytes);

  // Touches the disk only when something is there.
  Result<> forget(std::span<const wire::SequenceRange> ranges);

  // Gives up reports that nobody will ever take, and counts them.
  Result<> give_up(std::span<const std::uint64_t> sequences);

  std::uint64_t waiting() const { return stored_ + held_.size(); }
  std::uint64_t thinned() const { return thinned_; }  // since the agent was installed

 private:
  Outbox(sql::Database& database, const Clock& clock, Limits limits)
      : database_(database), clock_(clock), limits_(limits) {}
  Result<> load_counters();
  Result<> count();
  Result<> store(std::span<const wire::Report> reports);
  Result<> keep_bounds();
  Result<> drop(std::span<const std::uint64_t> sequences);

  sql::Database& database_;
  const Clock& clock_;
  Limits limits_;
  std::uint64_t next_sequence_{1};
  std::uint64_t reserved_until_{1};  // the first number that is not ours yet
  std::vector<wire::Report> held_;  // oldest first
  std::int64_t held_since_ms_{};    // monotonic
  std::uint64_t stored_{};
  std::uint64_t thinned_{};
  std::uint64_t stored_thinned_{};  // as it stands on disk
  std::int64_t bytes_{};
  std::int64_t oldest_ms_{};
};

}  // namespace rollcall::outbox
