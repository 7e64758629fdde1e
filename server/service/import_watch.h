// How far an import is, and whether somebody wants it to end. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace rollcall::service {

// Written by the import's thread, read by any.
struct ImportProgress {
  std::string phase;  // "reading", "writing"
  std::string file;
  std::int64_t rows{};            // of this file, so far
  std::uint64_t done{}, total{};  // of all files: bytes of text that are read, records that are written
};

class ImportWatch {
 public:
  void begin(std::string phase, std::uint64_t total);
  void advance(std::string_view file, std::int64_t rows, std::uint64_t done);  // so much more
  ImportProgress progress() const;
  void cancel() { canceled_ = true; }
  // Errors: conflict, once somebody has canceled.
  Result<> go_on() const;

 private:
  mutable std::mutex mutex_;  // guards progress_
  ImportProgress progress_;
  std::atomic<bool> canceled_{};
};

}  // namespace rollcall::service
