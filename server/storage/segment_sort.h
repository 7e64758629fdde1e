// Puts a day's rows of the log into the order of a segment, whatever their number, in bounded memory: what does not
// fit is written to a file in sorted runs, which are merged when they are read. Not thread-safe.
//
// The file holds nothing that is not in the log as well; it is never synced, and whatever is left of it after a crash
// may go. About 40 bytes a report; at 100,000,000 reports some 250 runs, whose merging holds 64 KiB of each.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/files.h"
#include "common/base/result.h"
#include "server/storage/report_log.h"
#include "server/storage/zstd_frame.h"

namespace rollcall::storage {

class LogSorter {
 public:
  static constexpr std::size_t kMemoryBytes = 64 << 20;

  // `path`: where the runs go; made when the first one does.
  LogSorter(Files& files, std::string path, std::size_t memory_bytes = kMemoryBytes);
  ~LogSorter();

  // Ascending by log_id. Errors: storage_full, io.
  Result<> add(LogRow row);
  // No more rows come. Errors: as add().
  Result<> finish();
  // Ascending by agent_no, then log_id. Nothing: that was the last. Errors: corrupt, io.
  Result<std::optional<LogRow>> next();

 private:
  struct Run;
  Result<> write_run();
  void sort_rows();

  Files& files_;
  std::string path_;
  std::size_t memory_bytes_, used_bytes_{};
  std::vector<LogRow> rows_;
  std::size_t taken_{};  // of rows_, once they are read from
  std::unique_ptr<FileWriter> writer_;
  std::shared_ptr<const FileReader> reader_;
  FrameWriter zstd_;
  FrameReader unzstd_;
  std::uint64_t written_{};
  std::vector<std::unique_ptr<Run>> runs_;  // a heap by their next row, when they are read
};

}  // namespace rollcall::storage
