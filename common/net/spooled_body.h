// A request's body in a file of its own, for what is too large to be held in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/descriptor.h"
#include "common/base/result.h"

namespace rollcall::net {

// Not thread-safe; handed from the loop to the handler. The file is removed with it: who wants to keep it renames it
// before.
class SpooledBody {
 public:
  // What stays free of the disk at least: a body must not take the place of what others have to write.
  static constexpr std::uint64_t kKeptFreeBytes = 64ull << 20;

  // A new file (0600) in `folder`. Errors: storage_full (`announced` bytes, 0 for unknown, do not fit), io.
  static Result<std::shared_ptr<SpooledBody>> create(const std::string& folder, std::uint64_t announced);
  ~SpooledBody();
  SpooledBody(const SpooledBody&) = delete;
  SpooledBody& operator=(const SpooledBody&) = delete;

  Result<> append(std::string_view bytes);  // storage_full, io
  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }

 private:
  SpooledBody(std::string path, int fd) : path_(std::move(path)), file_(fd) {}
  std::string path_;
  Descriptor file_;
  std::uint64_t size_{};
};

}  // namespace rollcall::net
