#include "common/net/spooled_body.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

#include "common/base/files.h"

namespace rollcall::net {

Result<std::shared_ptr<SpooledBody>> SpooledBody::create(const std::string& folder, std::uint64_t announced) {
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) return std::unexpected(system_error(errno, folder));
  const std::uint64_t free_bytes = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  if (free_bytes < announced + kKeptFreeBytes) return fail(Errc::storage_full, "the server's disk has no room for this");
  std::string path = folder + "/body-XXXXXX";
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);  // 0600
  if (fd < 0) return std::unexpected(system_error(errno, folder));
  return std::shared_ptr<SpooledBody>(new SpooledBody(std::move(path), fd));
}

SpooledBody::~SpooledBody() { ::unlink(path_.c_str()); }

Result<> SpooledBody::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(system_error(errno, path_));
    bytes.remove_prefix(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
  return {};
}

}  // namespace rollcall::net
