// Runs another program: no shell, no inherited environment or descriptor, bounded output, a deadline.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/result.h"

namespace rollcall::collect {

struct CommandOutput {
  int exit_code{};   // 128 + the signal's number when one ended it
  std::string text;  // standard output; standard error is thrown away
};

struct CommandLimits {
  std::int64_t timeout_ms;
  std::size_t output_bytes;
};

// Thread-safe.
class Commands {
 public:
  // Waits until `program` (an absolute path) has ended and closed its output. At the deadline, or when it
  // says too much, its whole process group is killed. A process that even that does not end, because the
  // kernel waits for a dying disk, is left behind; while there is one, nothing more is started.
  // Errors: not_found (no such program), timeout, too_large, unavailable (one is left behind), io.
  Result<CommandOutput> run(const std::string& program, const std::vector<std::string>& arguments,
                            const CommandLimits& limits);

 private:
  bool reap_left_behind();

  std::mutex mutex_;
  std::vector<pid_t> left_behind_;
};

}  // namespace rollcall::collect
