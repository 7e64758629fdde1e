// Rows of a table, one after the other, however its lines end. Memory is bounded by the limits, whatever the table
// holds. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "server/csv/byte_source.h"

namespace rollcall::csv {

struct ReaderLimits {
  std::size_t cell_bytes{8 * 1024};
  std::size_t cells{512};  // a row
  std::size_t row_bytes{256 * 1024};
};

struct Row {
  // What is wrong with a cell; the cell itself is empty.
  struct Fault {
    std::size_t cell;
    std::string_view reason;  // a literal
  };
  std::uint64_t line{};  // on which it began, from 1
  std::vector<std::string_view> cells;  // valid until the next next()
  std::vector<Fault> faults;            // by cell
  std::string_view broken{};            // a literal; not empty: the row as a whole cannot be used
};

class Reader {
 public:
  explicit Reader(std::unique_ptr<ByteSource> bytes, const ReaderLimits& limits = {});
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // False: the end. Blank lines are no rows. Errors: what the source says; invalid_argument (the file ends inside a
  // quoted cell; the message names the line on which its row began).
  Result<bool> next();
  const Row& row() const { return row_; }

  std::uint64_t bytes() const { return bytes_read_; }           // of text, so far
  bool has_windows_1252() const { return has_windows_1252_; }   // so far

 private:
  struct Parser;
  Result<bool> fill();
  Result<> finish();
  void feed(std::string_view segment);
  void cell_ends(std::string_view text);
  std::size_t segment_size() const;
  static void on_cell(void* text, std::size_t size, void* self);
  static void on_row(int terminator, void* self);

  std::unique_ptr<ByteSource> bytes_;
  ReaderLimits limits_;
  std::unique_ptr<Parser> parser_;
  std::string_view chunk_;  // what is left of the source's piece
  std::uint64_t line_{1}, bytes_read_{};
  bool after_return_{};     // a carriage return came last: a line feed now ends no other line
  bool cut_{};              // of the cell so far, the beginning was given up
  bool complete_{}, finished_{}, has_windows_1252_{};
  std::string text_;               // of the row's cells
  std::vector<std::size_t> ends_;  // in text_
  std::string windows_1252_;       // a cell that was decoded
  Row row_;
};

}  // namespace rollcall::csv
