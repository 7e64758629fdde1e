// The folder in which a server keeps everything. Holding a DataFolder holds its lock: one server a folder.
#pragma once

#include <memory>
#include <string>

#include "common/base/files.h"
#include "common/base/result.h"

namespace rollcall {

class DataFolder {
 public:
  // Makes the folder (0700) when it is missing and locks it. Errors: unavailable (another process holds the
  // lock), permission_denied (somebody else owns it, or others may write to it), io.
  static Result<DataFolder> open(Files& files, const std::string& path);

  // Looks at the database's files again. Errors: permission_denied (the file and the remedy).
  Result<> expect_private(const Files& files) const;

  const std::string& path() const { return path_; }
  std::string database() const { return path_ + "/rollcall.db"; }
  std::string segments() const { return path_ + "/segments"; }
  std::string replaced_segments() const { return path_ + "/segments.replaced"; }  // while a backup is restored
  std::string backups() const { return path_ + "/backups"; }
  std::string authority_certificate() const { return path_ + "/ca.pem"; }
  std::string authority_key() const { return path_ + "/ca.key"; }
  std::string server_certificate() const { return path_ + "/server.pem"; }
  std::string server_key() const { return path_ + "/server.key"; }
  std::string server_names() const { return path_ + "/server.names"; }
  std::string metrics_token() const { return path_ + "/metrics.token"; }
  std::string user_key() const { return path_ + "/user.key"; }
  std::string imports() const { return path_ + "/imports"; }

 private:
  struct Lock {
    explicit Lock(int descriptor) : fd(descriptor) {}
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock();
    int fd;
  };
  DataFolder(std::string path, std::unique_ptr<Lock> lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  std::unique_ptr<Lock> lock_;
};

// Where a running server listens for local commands.
std::string admin_socket_path(const std::string& data_folder);

// A secret that nobody but its owner may read. Errors: permission_denied (others may; the message says how to
// mend it), not_found, io.
Result<std::string> read_secret(const Files& files, const std::string& path);

}  // namespace rollcall
