// The seam of the file system, for configuration, keys and state files. Databases do their own I/O through
// the shim in common/sql.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace rollcall {

struct FileInfo {
  enum class Kind { regular, directory, other };
  Kind kind;
  std::uint64_t size;
  unsigned mode;  // permission bits, 0777
  unsigned owner_uid;
  std::int64_t modified_ms;
};

// A file that is written from its start to its end. Not thread-safe. Left alone, it stays as far as it was written.
class FileWriter {
 public:
  virtual ~FileWriter() = default;
  virtual Result<> append(std::string_view bytes) = 0;
  // What was appended is on disk, under this name once Files::sync_folder has returned as well. A failure means that
  // the bytes are lost, whatever a later call says.
  virtual Result<> sync() = 0;
};

// An open file, also after it was removed. Thread-safe.
class FileReader {
 public:
  virtual ~FileReader() = default;
  virtual std::uint64_t size() const = 0;  // when it was opened
  // Exactly `size` bytes. Errors: corrupt (the file ends before), io.
  virtual Result<std::string> read(std::uint64_t offset, std::size_t size) const = 0;
};

// Thread-safe.
class Files {
 public:
  virtual ~Files() = default;
  // Errors: not_found, permission_denied, too_large (more than `limit` bytes), io.
  virtual Result<std::string> read(const std::string& path, std::size_t limit) const = 0;
  // All or nothing, also across a power cut: written beside, synced, renamed, folder synced.
  virtual Result<> write_atomic(const std::string& path, std::string_view bytes, unsigned mode) = 0;
  // For what is too large for the two above. An existing file is replaced.
  virtual Result<std::unique_ptr<FileWriter>> create(const std::string& path, unsigned mode) = 0;
  virtual Result<std::unique_ptr<FileReader>> open(const std::string& path) const = 0;
  // Names that were made, changed or removed in a folder are so after a power cut as well.
  virtual Result<> sync_folder(const std::string& path) = 0;
  // Removing what is not there is a success.
  virtual Result<> remove(const std::string& path) = 0;
  virtual Result<> rename(const std::string& from, const std::string& to) = 0;
  // Makes the folder and its parents; an existing folder is a success.
  virtual Result<> make_directories(const std::string& path, unsigned mode) = 0;
  // Follows links. Errors: not_found, permission_denied, io.
  virtual Result<FileInfo> info(const std::string& path) const = 0;
  // Names (not paths) in a folder, sorted, without "." and "..".
  virtual Result<std::vector<std::string>> list(const std::string& path) const = 0;
};

class SystemFiles final : public Files {
 public:
  Result<std::string> read(const std::string& path, std::size_t limit) const override;
  Result<> write_atomic(const std::string& path, std::string_view bytes, unsigned mode) override;
  Result<std::unique_ptr<FileWriter>> create(const std::string& path, unsigned mode) override;
  Result<std::unique_ptr<FileReader>> open(const std::string& path) const override;
  Result<> sync_folder(const std::string& path) override;
  Result<> remove(const std::string& path) override;
  Result<> rename(const std::string& from, const std::string& to) override;
  Result<> make_directories(const std::string& path, unsigned mode) override;
  Result<FileInfo> info(const std::string& path) const override;
  Result<std::vector<std::string>> list(const std::string& path) const override;
};

// The Error for a failed system call: `errno_value` decides the code (ENOENT → not_found, ENOSPC →
// storage_full, …), the message reads "PATH: TEXT".
Error system_error(int errno_value, std::string_view path);

}  // namespace rollcall
