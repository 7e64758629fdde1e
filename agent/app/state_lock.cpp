#include "agent/app/state_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "common/base/files.h"

namespace rollcall::app {

StateLock::~StateLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<> StateLock::take(const std::string& path) {
  descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0) return std::unexpected(system_error(errno, path));
  if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return std::unexpected(system_error(errno, path));
  return fail(Errc::conflict, path + ": another agent runs with this state folder");
}

}  // namespace rollcall::app
