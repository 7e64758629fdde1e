// One day of the report log, merged by agent, in one file that never changes again.
//
//   head      8 bytes: "RCDAY" 0 0 and the version, 1
//   blocks    one behind the other: a zstd frame of what segment_block.h describes
//   index     of each block: number agent_no (− that of the block before), signed log_id of its first entry,
//             number size, number entries, 8 bytes checksum of the frame
//   foot      numbers of 8 bytes: day, first_log_id, last_log_id, oldest_ms, newest_ms, reports, blocks, offset of
//             the index, its size, its checksum, version, checksum of all the foot before it
//
// Entries ascend by agent_no, then log_id, through the whole file; a block holds several agents, and one agent may
// lie in several blocks. Numbers of 8 bytes are little-endian, the others those of packing.h; checksums are
// domain::stable_hash. Every byte is under a checksum but the head's, which is compared.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/files.h"
#include "common/base/result.h"
#include "server/domain/device_state.h"
#include "server/storage/zstd_frame.h"

namespace rollcall::storage {

// What a segment holds: every entry of the log with first_log_id ≤ log_id ≤ last_log_id that there was.
struct SegmentContent {
  std::int64_t day{};  // since 1970-01-01 UTC
  std::int64_t first_log_id{}, last_log_id{};
  std::int64_t oldest_ms{}, newest_ms{};  // received; of those that the clock may have told right
  std::uint64_t reports{};
  std::uint64_t checksum{};  // of the foot: another content is another checksum
  bool operator==(const SegmentContent&) const = default;
};

// "2026-11-24-0123456789abcdef.seg": two different segments never have the same name.
std::string segment_name(const SegmentContent& content);

class SegmentWriter {
 public:
  // More entries compress better, fewer are read faster.
  static constexpr std::size_t kBlockEntries = 1'024;
  static constexpr std::size_t kBlockBytes = 256 * 1024;
  static constexpr int kLevel = 6;

  static Result<SegmentWriter> create(Files& files, const std::string& path, std::size_t block_entries = kBlockEntries);

  // Ascending by agent_no, then log_id. Errors: storage_full, io.
  Result<> add(domain::ReportEntry entry);
  // `content` without reports and checksum. The bytes are on disk when it returns; nothing may be added any more.
  Result<SegmentContent> finish(SegmentContent content);

 private:
  SegmentWriter(std::unique_ptr<FileWriter> file, std::size_t block_entries)
      : file_(std::move(file)), block_entries_(block_entries), zstd_(kLevel) {}
  Result<> write_block();

  std::unique_ptr<FileWriter> file_;
  std::size_t block_entries_;
  FrameWriter zstd_;
  std::vector<domain::ReportEntry> block_;
  std::size_t block_bytes_{};
  std::uint64_t offset_{}, blocks_{}, reports_{};
  std::int64_t last_agent_no_{};
  std::string index_;
};

// An open segment: its index in memory (40 bytes a block), its blocks on disk. Thread-safe.
class Segment {
 public:
  // Errors: not_found, corrupt, io.
  static Result<std::shared_ptr<const Segment>> open(std::unique_ptr<FileReader> file);

  const SegmentContent& content() const { return content_; }
  // What the block in which `log_id` would be holds of the agent, ascending; empty: nothing. Errors: corrupt, io.
  Result<std::vector<domain::ReportEntry>> entries_near(std::int64_t agent_no, std::int64_t log_id) const;
  // Every entry, by agent; compares every checksum. Errors: those of `take`, corrupt, io.
  Result<> each(const std::function<Result<>(const domain::ReportEntry&)>& take) const;

 private:
  struct Block {
    std::int64_t agent_no, log_id;  // of its first entry
    std::uint64_t offset, checksum;
    std::uint32_t size, entries;
  };
  Segment() = default;
  Result<> read_foot();
  Result<> read_index(std::uint64_t offset, std::uint64_t size, std::uint64_t checksum, std::uint64_t blocks);
  Result<std::vector<domain::ReportEntry>> read_block(const Block& block, std::optional<std::int64_t> agent_no) const;

  std::unique_ptr<FileReader> file_;
  SegmentContent content_;
  std::vector<Block> blocks_;
};

}  // namespace rollcall::storage
