#include "common/base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "common/base/descriptor.h"

namespace rollcall {
namespace {

Result<> sync_folder_at(const std::string& folder) {
  Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || fsync(fd.get()) != 0) return std::unexpected(system_error(errno, folder));
  return {};
}

Result<> sync_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path().string();
  return sync_folder_at(folder.empty() ? "." : folder);
}

class SystemFileWriter final : public FileWriter {
 public:
  SystemFileWriter(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  Result<> append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t wrote = ::write(fd_.get(), bytes.data(), bytes.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return std::unexpected(system_error(errno, path_));
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return {};
  }
  Result<> sync() override {
    if (fsync(fd_.get()) != 0) return std::unexpected(system_error(errno, path_));
    return {};
  }

 private:
  std::string path_;
  Descriptor fd_;
};

class SystemFileReader final : public FileReader {
 public:
  SystemFileReader(std::string path, int fd, std::uint64_t size) : path_(std::move(path)), fd_(fd), size_(size) {}
  std::uint64_t size() const override { return size_; }
  Result<std::string> read(std::uint64_t offset, std::size_t size) const override {
    if (offset > size_ || size > size_ - offset) return fail(Errc::corrupt, path_ + ": ends too early");
    std::string out(size, '\0');
    for (std::size_t got = 0; got < size;) {
      const ssize_t more = pread(fd_.get(), out.data() + got, size - got, static_cast<off_t>(offset + got));
      if (more < 0 && errno == EINTR) continue;
      if (more < 0) return std::unexpected(system_error(errno, path_));
      if (more == 0) return fail(Errc::corrupt, path_ + ": ends too early");
      got += static_cast<std::size_t>(more);
    }
    return out;
  }

 private:
  std::string path_;
  Descriptor fd_;
  std::uint64_t size_;
};

Result<std::unique_ptr<SystemFileWriter>> create_file(const std::string& path, unsigned mode) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0) return std::unexpected(system_error(errno, path));
  auto writer = std::make_unique<SystemFileWriter>(path, fd);
  // The file may be left over from an earlier crash with other permissions.
  if (fchmod(fd, mode) != 0) return std::unexpected(system_error(errno, path));
  return writer;
}

Result<> write_and_sync(const std::string& path, std::string_view bytes, unsigned mode) {
  const auto writer = TRY(create_file(path, mode));
  TRY(writer->append(bytes));
  return writer->sync();
}

}  // namespace

Error system_error(int errno_value, std::string_view path) {
  Errc code = Errc::io;
  switch (errno_value) {
    case ENOENT:
    case ENOTDIR: code = Errc::not_found; break;
    case EACCES:
    case EPERM:
    case EROFS: code = Errc::permission_denied; break;
    case EEXIST: code = Errc::already_exists; break;
    case ENOSPC:
    case EDQUOT: code = Errc::storage_full; break;
    default: break;
  }
  return Error{code, std::string(path) + ": " + std::generic_category().message(errno_value)};
}

Result<std::string> SystemFiles::read(const std::string& path, std::size_t limit) const {
  Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0) return std::unexpected(system_error(errno, path));
  std::string out;
  char chunk[16384];
  for (;;) {
    const ssize_t got = ::read(fd.get(), chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(system_error(errno, path));
    if (got == 0) return out;
    if (out.size() + static_cast<std::size_t>(got) > limit) {
      return fail(Errc::too_large, path + ": larger than " + std::to_string(limit) + " bytes");
    }
    out.append(chunk, static_cast<std::size_t>(got));
  }
}

Result<> SystemFiles::write_atomic(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string beside = path + ".new";
  auto written = write_and_sync(beside, bytes, mode);
  if (!written) {
    unlink(beside.c_str());
    return written;
  }
  TRY(rename(beside, path));
  return sync_folder_of(path);
}

Result<std::unique_ptr<FileWriter>> SystemFiles::create(const std::string& path, unsigned mode) {
  return TRY(create_file(path, mode));
}

Result<std::unique_ptr<FileReader>> SystemFiles::open(const std::string& path) const {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
  if (fd < 0) return std::unexpected(system_error(errno, path));
  struct stat status {};
  if (fstat(fd, &status) != 0) status.st_size = 0;
  return std::make_unique<SystemFileReader>(path, fd, static_cast<std::uint64_t>(status.st_size));
}

Result<> SystemFiles::sync_folder(const std::string& path) { return sync_folder_at(path); }

Result<> SystemFiles::remove(const std::string& path) {
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return std::unexpected(system_error(errno, path));
  return {};
}

Result<> SystemFiles::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return std::unexpected(system_error(errno, from));
  return {};
}

Result<> SystemFiles::make_directories(const std::string& path, unsigned mode) {
  const auto parent = std::filesystem::path(path).parent_path().string();
  if (!parent.empty() && parent != path && access(parent.c_str(), F_OK) != 0) {
    TRY(make_directories(parent, mode));
  }
  if (mkdir(path.c_str(), mode) == 0 || errno == EEXIST) {
    struct stat status {};
    if (stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return {};
    return fail(Errc::already_exists, path + ": exists and is not a folder");
  }
  return std::unexpected(system_error(errno, path));
}

Result<FileInfo> SystemFiles::info(const std::string& path) const {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return std::unexpected(system_error(errno, path));
  const auto kind = S_ISREG(status.st_mode)   ? FileInfo::Kind::regular
                    : S_ISDIR(status.st_mode) ? FileInfo::Kind::directory
                                              : FileInfo::Kind::other;
  const std::int64_t modified_ms =
      static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1000 + status.st_mtim.tv_nsec / 1'000'000;
  return FileInfo{kind, static_cast<std::uint64_t>(status.st_size), status.st_mode & 0777u, status.st_uid,
                  modified_ms};
}

Result<std::vector<std::string>> SystemFiles::list(const std::string& path) const {
  std::error_code error;
  std::vector<std::string> names;
  std::filesystem::directory_iterator at(path, error), end;
  for (; !error && at != end; at.increment(error)) names.push_back(at->path().filename().string());
  if (error) return std::unexpected(system_error(error.value(), path));
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace rollcall
