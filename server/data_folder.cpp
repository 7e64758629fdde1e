#include "server/data_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace rollcall {
namespace {

constexpr std::size_t kMaxSecretBytes = 64 * 1024;
constexpr unsigned kOthersMayWrite = 022;
constexpr unsigned kOthersMayRead = 077;

// Made 0600; a chmod since then opened password hashes to others.
Result<> expect_private_database(const Files& files, const std::string& folder) {
  for (const char* name : {"/rollcall.db", "/rollcall.db-wal"}) {
    const auto info = files.info(folder + name);
    if (!info || !(info->mode & kOthersMayRead)) continue;
    return fail(Errc::permission_denied,
                fmt::format("{}{}: mode {:04o} lets others read the database; chmod 600 it", folder, name, info->mode));
  }
  return {};
}

}  // namespace

DataFolder::Lock::~Lock() { ::close(fd); }

Result<DataFolder> DataFolder::open(Files& files, const std::string& path) {
  TRY(with(files.make_directories(path, 0700), "making the data folder"));
  const auto info = TRY(files.info(path));
  if (info.kind != FileInfo::Kind::directory) return fail(Errc::invalid_argument, path + ": not a folder");
  if (info.owner_uid != ::geteuid()) {
    return fail(Errc::permission_denied, fmt::format("{}: belongs to uid {}, this is uid {}", path, info.owner_uid,
                                                     ::geteuid()));
  }
  if (info.mode & kOthersMayWrite) {
    return fail(Errc::permission_denied, path + ": others may write to it; chmod 700 it");
  }
  TRY(expect_private_database(files, path));
  const auto lock_path = path + "/lock";
  const int fd = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return std::unexpected(system_error(errno, lock_path));
  auto lock = std::make_unique<Lock>(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return fail(Errc::unavailable, path + ": another rollcalld is using this folder");
    return std::unexpected(system_error(errno, lock_path));
  }
  return DataFolder(path, std::move(lock));
}

Result<> DataFolder::expect_private(const Files& files) const { return expect_private_database(files, path_); }

std::string admin_socket_path(const std::string& data_folder) { return data_folder + "/admin.sock"; }

Result<std::string> read_secret(const Files& files, const std::string& path) {
  const auto info = TRY(files.info(path));
  if (info.mode & kOthersMayRead) {
    return fail(Errc::permission_denied,
                fmt::format("{}: mode {:04o} lets others read this key; chmod 600 it", path, info.mode));
  }
  return files.read(path, kMaxSecretBytes);
}

}  // namespace rollcall
