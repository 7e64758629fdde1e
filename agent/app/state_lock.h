// One agent a state folder: two would use each other's sequence numbers.
#pragma once

#include <string>

#include "common/base/result.h"

namespace rollcall::app {

// Held until destroyed; the kernel drops it when the process dies.
class StateLock {
 public:
  StateLock() = default;
  ~StateLock();
  StateLock(const StateLock&) = delete;
  StateLock& operator=(const StateLock&) = delete;

  // Errors: conflict when another process holds it, and not only for a moment; io.
  Result<> take(const std::string& path);
  // Whether a process holds it now; looks for a moment only. Errors: io (not our folder, not a lock).
  static Result<bool> is_held(const std::string& path);

 private:
  int descriptor_{-1};
};

}  // namespace rollcall::app
