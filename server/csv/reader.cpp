#include "server/csv/reader.h"

#include <csv.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "common/base/check.h"
#include "common/base/text.h"
#include "server/csv/utf8_source.h"

namespace rollcall::csv {
namespace {

constexpr std::string_view kTooLong = "is longer than 8 KB; is a quote missing?";
constexpr std::string_view kInvisible = "holds a character that cannot be seen";

// libcsv asks for memory through a function without a context, so the bound belongs to the thread that parses.
thread_local std::size_t allowed_bytes = 0;

void* bounded_realloc(void* memory, std::size_t bytes) {
  return bytes > allowed_bytes ? nullptr : std::realloc(memory, bytes);
}

// Control characters other than tab and line ends, and those that turn the direction of writing, which make a text look
// like another one.
bool has_invisible(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto at = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
    const unsigned c = at(i);
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) return true;
    if (c == 0xC2 && at(i + 1) < 0xA0) return true;                                          // U+0080 to U+009F
    if (c == 0xE2 && at(i + 1) == 0x80 && at(i + 2) >= 0xAA && at(i + 2) <= 0xAE) return true;  // U+202A to U+202E
    if (c == 0xE2 && at(i + 1) == 0x81 && at(i + 2) >= 0xA6 && at(i + 2) <= 0xA9) return true;  // U+2066 to U+2069
  }
  return false;
}

// A table whose first line has no comma may be separated by something else.
char separator_of(std::string_view line) {
  if (line.find(',') != std::string_view::npos) return ',';
  if (line.find('\t') != std::string_view::npos) return '\t';
  return line.find(';') != std::string_view::npos ? ';' : ',';
}

}  // namespace

struct Reader::Parser : csv_parser {
  Parser() {
    CHECK(csv_init(this, 0) == 0);
    csv_set_realloc_func(this, bounded_realloc);
    csv_set_blk_size(this, 1024);
  }
  ~Parser() { csv_free(this); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  // ROW_NOT_BEGUN and FIELD_BEGUN of libcsv.c.
  bool between_rows() const { return pstate == 0; }
  bool inside_quotes() const { return pstate == 2 && quoted != 0; }
  // Forgets what it holds of a cell, and only that: one byte stays, as if the cell had just begun with a quote.
  void forget_cell() { entry_pos = 1, spaces = 0, status = CSV_SUCCESS; }
};

Reader::Reader(std::unique_ptr<ByteSource> bytes, const ReaderLimits& limits)
    : bytes_(as_utf8(std::move(bytes))), limits_(limits), parser_(std::make_unique<Parser>()) {}
Reader::~Reader() = default;

Result<bool> Reader::next() {
  text_.clear(), ends_.clear();
  row_.cells.clear(), row_.faults.clear(), row_.broken = {};
  complete_ = false;
  while (!complete_) {
    if (chunk_.empty() && !TRY(fill())) {
      TRY(finish());
      break;
    }
    if (parser_->between_rows()) row_.line = line_;
    const auto segment = chunk_.substr(0, segment_size());
    chunk_.remove_prefix(segment.size());
    const bool second_half = after_return_ && segment == "\n";
    after_return_ = segment.ends_with('\r');
    feed(segment);
    if ((after_return_ || segment.ends_with('\n')) && !second_half) ++line_;
  }
  std::size_t begin = 0;
  for (const auto end : ends_) {
    row_.cells.push_back(std::string_view(text_).substr(begin, end - begin));
    begin = end;
  }
  return complete_;
}

// One line at most: a row then ends with its segment, and its line is known.
std::size_t Reader::segment_size() const {
  if (after_return_ && chunk_.front() == '\n') return 1;
  const auto end = chunk_.find_first_of("\r\n");
  if (end == std::string_view::npos) return chunk_.size();
  const bool both = chunk_[end] == '\r' && end + 1 < chunk_.size() && chunk_[end + 1] == '\n';
  return end + (both ? 2 : 1);
}

Result<bool> Reader::fill() {
  if (finished_) return false;
  chunk_ = TRY(bytes_->next());
  if (bytes_read_ == 0) {
    const auto first_line = chunk_.substr(0, chunk_.find_first_of("\r\n"));
    csv_set_delim(parser_.get(), static_cast<unsigned char>(separator_of(first_line)));
  }
  bytes_read_ += chunk_.size();
  return !chunk_.empty();
}

void Reader::feed(std::string_view segment) {
  allowed_bytes = limits_.cell_bytes;
  while (!segment.empty()) {
    segment.remove_prefix(csv_parse(parser_.get(), segment.data(), segment.size(), on_cell, on_row, this));
    if (segment.empty()) break;
    CHECK(parser_->entry_size >= limits_.cell_bytes / 2);  // the bound stopped it, not the machine
    parser_->forget_cell();
    cut_ = true;
  }
}

Result<> Reader::finish() {
  if (std::exchange(finished_, true)) return {};
  if (parser_->inside_quotes()) {
    return fail(Errc::invalid_argument, "the row on line " + std::to_string(row_.line) +
                                            " opens a quote that is never closed; what follows it cannot be read");
  }
  csv_fini(parser_.get(), on_cell, on_row, this);
  return {};
}

void Reader::cell_ends(std::string_view text) {
  const auto cell = ends_.size();
  if (cell >= limits_.cells || text_.size() + text.size() > limits_.row_bytes) {
    row_.broken = "the row is far longer than any row of such a table";
    cut_ = false;
    return;
  }
  if (std::exchange(cut_, false)) {
    row_.faults.push_back({cell, kTooLong});
  } else if (is_utf8(text) ? has_invisible(text) : has_invisible(windows_1252_ = from_windows_1252(text))) {
    row_.faults.push_back({cell, kInvisible});
  } else if (is_utf8(text)) {
    text_ += text;
  } else {
    has_windows_1252_ = true;
    text_ += windows_1252_;
  }
  ends_.push_back(text_.size());
}

void Reader::on_cell(void* text, std::size_t size, void* self) {
  static_cast<Reader*>(self)->cell_ends({static_cast<const char*>(text), size});
}

void Reader::on_row(int, void* self) { static_cast<Reader*>(self)->complete_ = true; }

}  // namespace rollcall::csv
