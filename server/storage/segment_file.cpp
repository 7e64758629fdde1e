#include "server/storage/segment_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <tuple>
#include <utility>

#include "server/storage/packing.h"
#include "server/storage/segment_block.h"

namespace rollcall::storage {
namespace {

constexpr std::uint64_t kVersion = 1;
constexpr std::string_view kHead{"RCDAY\0\0\1", 8};
constexpr std::size_t kFootNumbers = 12;
constexpr std::size_t kFootBytes = kFootNumbers * 8;
constexpr std::uint64_t kMaxIndexBytes = 1 << 28;

void put_word(std::string& out, std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>(value >> shift));
}

std::uint64_t word_at(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

std::unexpected<Error> broken(std::string_view what) {
  return fail(Errc::corrupt, fmt::format("a segment of the report log is damaged: {}", what));
}

std::size_t bytes_of(const domain::ReportEntry& entry) {
  std::size_t bytes = 0;
  for (const auto& part : entry.parts) bytes += part.varying.size() + part.steady.size();
  return bytes;
}

}  // namespace

std::string segment_name(const SegmentContent& content) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(content.day))};
  return fmt::format("{:04}-{:02}-{:02}-{:016x}.seg", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), content.checksum);
}

Result<SegmentWriter> SegmentWriter::create(Files& files, const std::string& path, std::size_t block_entries) {
  SegmentWriter writer(TRY(files.create(path, 0600)), std::min(block_entries, kMaxBlockEntries));
  TRY(writer.file_->append(kHead));
  writer.offset_ = kHead.size();
  return writer;
}

Result<> SegmentWriter::add(domain::ReportEntry entry) {
  block_bytes_ += bytes_of(entry);
  block_.push_back(std::move(entry));
  if (block_.size() >= block_entries_ || block_bytes_ >= kBlockBytes) return write_block();
  return {};
}

Result<> SegmentWriter::write_block() {
  const std::string frame = zstd_.compress(encode_block(block_));
  TRY(file_->append(frame));
  Packer pack(index_);
  pack.number(static_cast<std::uint64_t>(block_.front().agent_no) - static_cast<std::uint64_t>(last_agent_no_));
  pack.signed_number(block_.front().log_id);
  pack.number(frame.size());
  pack.number(block_.size());
  put_word(index_, domain::stable_hash(frame));
  last_agent_no_ = block_.front().agent_no;
  offset_ += frame.size();
  reports_ += block_.size();
  ++blocks_;
  block_.clear();
  block_bytes_ = 0;
  return {};
}

Result<SegmentContent> SegmentWriter::finish(SegmentContent content) {
  if (!block_.empty()) TRY(write_block());
  content.reports = reports_;
  std::string foot;
  for (const std::int64_t number :
       {content.day, content.first_log_id, content.last_log_id, content.oldest_ms, content.newest_ms}) {
    put_word(foot, static_cast<std::uint64_t>(number));
  }
  for (const std::uint64_t number : {reports_, blocks_, offset_, static_cast<std::uint64_t>(index_.size()),
                                     domain::stable_hash(index_), kVersion}) {
    put_word(foot, number);
  }
  content.checksum = domain::stable_hash(foot);
  put_word(foot, content.checksum);
  TRY(file_->append(index_));
  TRY(file_->append(foot));
  TRY(file_->sync());
  return content;
}

Result<std::shared_ptr<const Segment>> Segment::open(std::unique_ptr<FileReader> file) {
  const auto segment = std::shared_ptr<Segment>(new Segment());
  segment->file_ = std::move(file);
  TRY(segment->read_foot());
  return std::shared_ptr<const Segment>(segment);
}

Result<> Segment::read_foot() {
  const std::uint64_t size = file_->size();
  if (size < kHead.size() + kFootBytes) return broken("it is too short");
  if (TRY(file_->read(0, kHead.size())) != kHead) return broken("this is no segment, or one of another version");
  const std::string foot = TRY(file_->read(size - kFootBytes, kFootBytes));
  std::array<std::uint64_t, kFootNumbers> words;
  for (std::size_t i = 0; i < kFootNumbers; ++i) words[i] = word_at(foot, i * 8);
  const auto [day, first, last, oldest, newest, reports, blocks, offset, bytes, checksum, version, own] = words;
  const auto as_signed = [](std::uint64_t word) { return static_cast<std::int64_t>(word); };
  if (own != domain::stable_hash(std::string_view(foot).substr(0, kFootBytes - 8))) return broken("its foot");
  if (version != kVersion) return broken("it has another version");
  content_ = {as_signed(day),    as_signed(first),  as_signed(last), as_signed(oldest),
              as_signed(newest), reports,           own};
  const std::uint64_t room = size - kFootBytes;
  if (bytes > kMaxIndexBytes || bytes > room || offset != room - bytes) return broken("its index lies elsewhere");
  return read_index(offset, bytes, checksum, blocks);
}

Result<> Segment::read_index(std::uint64_t offset, std::uint64_t size, std::uint64_t checksum, std::uint64_t blocks) {
  const std::string index = TRY(file_->read(offset, static_cast<std::size_t>(size)));
  if (domain::stable_hash(index) != checksum) return broken("its index");
  Unpacker unpack(index);
  std::int64_t agent_no = 0;
  std::uint64_t at = kHead.size(), reports = 0;
  while (!unpack.at_end()) {
    Block block{};
    agent_no = static_cast<std::int64_t>(static_cast<std::uint64_t>(agent_no) + unpack.number());
    block.agent_no = agent_no;
    block.log_id = unpack.signed_number();
    const std::uint64_t bytes = unpack.number(), entries = unpack.number();
    const std::string_view sum = unpack.bytes(8);
    if (unpack.fell_short() || bytes > offset - at || bytes > 2 * kMaxBlockBytes || entries > kMaxBlockEntries) {
      return broken("its index");
    }
    block.offset = at, block.checksum = word_at(sum, 0);
    block.size = static_cast<std::uint32_t>(bytes), block.entries = static_cast<std::uint32_t>(entries);
    at += bytes, reports += entries;
    blocks_.push_back(block);
  }
  if (at != offset || blocks_.size() != blocks || reports != content_.reports) return broken("its index");
  return {};
}

Result<std::vector<domain::ReportEntry>> Segment::read_block(const Block& block,
                                                             std::optional<std::int64_t> agent_no) const {
  const std::string frame = TRY(file_->read(block.offset, block.size));
  if (domain::stable_hash(frame) != block.checksum) return broken("a block");
  const std::string bytes = TRY(FrameReader().decompress(frame, kMaxBlockBytes));
  return decode_block(bytes, agent_no);
}

Result<std::vector<domain::ReportEntry>> Segment::entries_near(std::int64_t agent_no, std::int64_t log_id) const {
  const auto after = std::ranges::upper_bound(blocks_, std::tuple(agent_no, log_id), {}, [](const Block& block) {
    return std::tuple(block.agent_no, block.log_id);
  });
  if (after == blocks_.begin()) return std::vector<domain::ReportEntry>();
  return read_block(*std::prev(after), agent_no);
}

Result<> Segment::each(const std::function<Result<>(const domain::ReportEntry&)>& take) const {
  for (const Block& block : blocks_) {
    const auto entries = TRY(read_block(block, std::nullopt));
    if (entries.size() != block.entries) return broken("a block");
    for (const auto& entry : entries) TRY(take(entry));
  }
  return {};
}

}  // namespace rollcall::storage
