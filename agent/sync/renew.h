// Phase: a new certificate for the same key, at two thirds of the old one's life; also with one that has run
// out, since a laptop may sleep through a summer.
#pragma once

#include <cstdint>

#include "agent/sync/backoff.h"
#include "agent/sync/link.h"
#include "agent/sync/memory.h"
#include "agent/sync/state_folder.h"
#include "common/base/clock.h"

namespace rollcall::sync {

class Renewal {
 public:
  // All outlive it. `credentials` is shared with whoever opens the link, and changed by a renewal.
  Renewal(const Clock& clock, Random& random, Memory& memory, StateFolder& folder, Link& link,
          Credentials& credentials);

  // In monotonic time; at most a day away, so that a wall clock that jumps is noticed.
  std::int64_t due_ms() const { return due_ms_; }
  // Somebody asked for it, or the server said that the certificate is no good: soon, but not while backing off.
  void request();
  void run();

 private:
  std::int64_t when() const;
  Result<> renew();

  const Clock& clock_;
  Memory& memory_;
  StateFolder& folder_;
  Link& link_;
  Credentials& credentials_;
  Backoff backoff_;
  std::int64_t due_ms_;
  bool requested_{};
  std::int64_t rest_until_ms_{};
};

// The server's clock minus ours, as the last reply showed; remembered in minutes, 0 when nobody told.
inline constexpr const char* kServerOffset = "server_offset_min";

}  // namespace rollcall::sync
