#include "agent/app/state_lock.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "common/base/files.h"

namespace rollcall::app {
namespace {

constexpr int kTries = 5;
constexpr int kPauseMs = 20;

}  // namespace

StateLock::~StateLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<> StateLock::take(const std::string& path) {
  descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0) return std::unexpected(system_error(errno, path));
  for (int tries = 0; tries < kTries; ++tries) {
    if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return {};
    if (errno != EWOULDBLOCK) return std::unexpected(system_error(errno, path));
    poll(nullptr, 0, kPauseMs);  // `status` may be looking
  }
  return fail(Errc::conflict, path + ": another agent runs with this state folder");
}

Result<bool> StateLock::is_held(const std::string& path) {
  StateLock look;
  look.descriptor_ = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (look.descriptor_ < 0 && errno == ENOENT) return false;
  if (look.descriptor_ < 0) return std::unexpected(system_error(errno, path));
  if (flock(look.descriptor_, LOCK_SH | LOCK_NB) == 0) return false;
  if (errno == EWOULDBLOCK) return true;
  return std::unexpected(system_error(errno, path));
}

}  // namespace rollcall::app
