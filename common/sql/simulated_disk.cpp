#include "common/sql/simulated_disk.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "common/base/check.h"
#include "common/base/files.h"

namespace rollcall::sql {
namespace {

constexpr std::size_t kSectorBytes = 512;

bool changes(const Access& access) {
  return access.operation == Access::Operation::write || access.operation == Access::Operation::truncate;
}

std::string read_at(int fd, std::int64_t offset, std::int64_t size) {
  std::string bytes(static_cast<std::size_t>(std::max<std::int64_t>(size, 0)), '\0');
  const ssize_t got = pread(fd, bytes.data(), bytes.size(), offset);
  CHECK(got >= 0);
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

bool write_at(int fd, std::string_view bytes, std::int64_t offset) {
  return pwrite(fd, bytes.data(), bytes.size(), offset) == static_cast<ssize_t>(bytes.size());
}

}  // namespace

SimulatedDisk::~SimulatedDisk() {
  for (auto& [path, file] : files_) close(file.fd);
}

void SimulatedDisk::inject(const Fault& fault) {
  const std::lock_guard lock(mutex_);
  CHECK(fault.code != 0 && fault.nth > 0);
  faults_.push_back(fault);
  happened_ = false;
}

void SimulatedDisk::heal() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

void SimulatedDisk::set_full(bool full) {
  const std::lock_guard lock(mutex_);
  full_ = full;
}

void SimulatedDisk::set_read_only(bool read_only) {
  const std::lock_guard lock(mutex_);
  read_only_ = read_only;
}

bool SimulatedDisk::fault_happened() const {
  const std::lock_guard lock(mutex_);
  return happened_;
}

void SimulatedDisk::cut_power() {
  const std::lock_guard lock(mutex_);
  powered_ = false;
}

int SimulatedDisk::before(const Access& access) {
  const std::lock_guard lock(mutex_);
  // Not the code of a failed fsync, which ends the process: here the machine has stopped, not the disk.
  if (!powered_) return SQLITE_IOERR;
  if (full_ && access.operation == Access::Operation::write) return SQLITE_FULL;
  if (read_only_ && changes(access)) return SQLITE_READONLY;
  if (const int code = matching_fault(access)) return code;
  remember(access);
  return SQLITE_OK;
}

int SimulatedDisk::matching_fault(const Access& access) {
  int code = SQLITE_OK;
  for (auto& fault : faults_) {
    if (fault.operation && *fault.operation != access.operation) continue;
    --fault.nth;
    if (fault.nth == 0 || (fault.nth < 0 && fault.lasting)) code = fault.code;
  }
  if (code != SQLITE_OK) happened_ = true;
  return code;
}

void SimulatedDisk::remember(const Access& access) {
  if (access.path.empty()) return;  // a temporary file dies with the machine
  if (access.operation == Access::Operation::remove) {
    const auto gone = files_.find(access.path);
    if (gone == files_.end()) return;
    close(gone->second.fd);
    files_.erase(gone);
    return;
  }
  if (access.operation == Access::Operation::sync) {
    const auto synced = files_.find(access.path);
    if (synced != files_.end()) synced->second.unsynced.clear();
    return;
  }
  if (!changes(access)) return;
  File& file = files_[std::string(access.path)];
  // Kept open: closing it would drop SQLite's locks on the same file.
  if (file.fd < 0) file.fd = ::open(std::string(access.path).c_str(), O_RDWR | O_CLOEXEC);
  CHECK(file.fd >= 0);
  struct stat status {};
  CHECK(fstat(file.fd, &status) == 0);
  const std::int64_t size = access.operation == Access::Operation::truncate
                                ? status.st_size - access.offset
                                : static_cast<std::int64_t>(access.bytes.size());
  file.unsynced.push_back(
      {access.offset, read_at(file.fd, access.offset, size),
       std::string(reinterpret_cast<const char*>(access.bytes.data()), access.bytes.size()), status.st_size});
}

Result<> SimulatedDisk::restore_power(Random* torn) {
  const std::lock_guard lock(mutex_);
  for (auto& [path, file] : files_) {
    TRY(rebuild(path, file, torn));
    close(file.fd);
    // Shared memory does not survive a restart.
    if (path.ends_with("-wal")) unlink((path.substr(0, path.size() - 4) + "-shm").c_str());
  }
  files_.clear();
  powered_ = true;
  return {};
}

// Takes every unsynced write back, the latest first, and then plays the sectors that were lucky.
Result<> SimulatedDisk::rebuild(const std::string& path, File& file, Random* torn) {
  bool done = true;
  for (auto write = file.unsynced.rbegin(); write != file.unsynced.rend(); ++write) {
    done = done && write_at(file.fd, write->old_bytes, write->offset);
    done = done && ftruncate(file.fd, write->old_size) == 0;
  }
  for (const auto& write : file.unsynced) {
    for (std::size_t at = 0; torn != nullptr && at < write.new_bytes.size(); at += kSectorBytes) {
      if (torn->below(2) == 0) continue;
      const auto sector = std::string_view(write.new_bytes).substr(at, kSectorBytes);
      done = done && write_at(file.fd, sector, write.offset + static_cast<std::int64_t>(at));
    }
  }
  if (!done) return std::unexpected(system_error(errno, path));
  return {};
}

}  // namespace rollcall::sql
