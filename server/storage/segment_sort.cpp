#include "server/storage/segment_sort.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "server/storage/packing.h"

namespace rollcall::storage {
namespace {

constexpr int kLevel = 1;
constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::size_t kMaxPieceBytes = 4 * kPieceBytes;  // a report has 64 KB at most
constexpr std::size_t kSizeBytes = 4;

auto order_of(const LogRow& row) { return std::tuple(row.agent_no, row.log_id); }

std::string size_text(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < kSizeBytes; ++i) out.push_back(static_cast<char>(size >> (8 * i)));
  return out;
}

}  // namespace

// One sorted run in the file: pieces of rows, each compressed behind its size.
struct LogSorter::Run {
  std::uint64_t at{}, end{};
  std::shared_ptr<const FileReader> file;
  std::string piece;
  std::string_view rest;
  LogRow row;  // the next one

  // False: that was the last.
  Result<bool> advance(FrameReader& zstd) {
    if (rest.empty()) {
      if (at == end) return false;
      std::size_t size = 0;
      const std::string head = TRY(file->read(at, kSizeBytes));
      for (std::size_t i = kSizeBytes; i-- > 0;) size = size << 8 | static_cast<unsigned char>(head[i]);
      piece = TRY(zstd.decompress(TRY(file->read(at + kSizeBytes, size)), kMaxPieceBytes));
      rest = piece;
      at += kSizeBytes + size;
    }
    Unpacker unpack(rest);
    row.agent_no = unpack.signed_number();
    row.log_id = unpack.signed_number();
    row.received_ms = unpack.signed_number();
    row.facts = unpack.text();
    rest = unpack.rest();
    if (unpack.fell_short()) return fail(Errc::corrupt, "the runs of a segment's sorting cannot be read");
    return true;
  }
};

LogSorter::LogSorter(Files& files, std::string path, std::size_t memory_bytes)
    : files_(files), path_(std::move(path)), memory_bytes_(memory_bytes), zstd_(kLevel) {}

LogSorter::~LogSorter() {
  if (!writer_) return;
  writer_.reset(), runs_.clear(), reader_.reset();
  static_cast<void>(files_.remove(path_));
}

Result<> LogSorter::add(LogRow row) {
  used_bytes_ += sizeof row + row.facts.capacity();
  rows_.push_back(std::move(row));
  if (used_bytes_ >= memory_bytes_) return write_run();
  return {};
}

void LogSorter::sort_rows() { std::ranges::sort(rows_, {}, order_of); }

Result<> LogSorter::write_run() {
  if (rows_.empty()) return {};
  if (!writer_) writer_ = TRY(files_.create(path_, 0600));
  sort_rows();
  auto run = std::make_unique<Run>();
  run->at = written_;
  std::string piece;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const LogRow& row = rows_[i];
    Packer pack(piece);
    pack.signed_number(row.agent_no);
    pack.signed_number(row.log_id);
    pack.signed_number(row.received_ms);
    pack.text(row.facts);
    if (piece.size() < kPieceBytes && i + 1 != rows_.size()) continue;
    const std::string frame = zstd_.compress(piece);
    TRY(writer_->append(size_text(frame.size()) + frame));
    written_ += kSizeBytes + frame.size();
    piece.clear();
  }
  run->end = written_;
  runs_.push_back(std::move(run));
  rows_.clear();
  used_bytes_ = 0;
  return {};
}

Result<> LogSorter::finish() {
  if (!writer_) return sort_rows(), Result<>();
  TRY(write_run());
  rows_.shrink_to_fit();
  reader_ = TRY(files_.open(path_));
  for (const auto& run : runs_) {
    run->file = reader_;
    TRY(run->advance(unzstd_));
  }
  std::ranges::make_heap(runs_, std::ranges::greater(), [](const auto& run) { return order_of(run->row); });
  return {};
}

Result<std::optional<LogRow>> LogSorter::next() {
  if (!writer_) {
    if (taken_ == rows_.size()) return std::optional<LogRow>();
    return std::optional(std::move(rows_[taken_++]));
  }
  if (runs_.empty()) return std::optional<LogRow>();
  const auto by_row = [](const auto& run) { return order_of(run->row); };
  std::ranges::pop_heap(runs_, std::ranges::greater(), by_row);
  std::optional<LogRow> row = std::move(runs_.back()->row);
  if (TRY(runs_.back()->advance(unzstd_))) {
    std::ranges::push_heap(runs_, std::ranges::greater(), by_row);
  } else {
    runs_.pop_back();
  }
  return row;
}

}  // namespace rollcall::storage
