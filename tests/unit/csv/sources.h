// Texts as the bytes of a table, in one piece, in pieces of a size, or made while they are read.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/csv/reader.h"
#include "tests/must.h"

namespace rollcall::csv {

class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string text, std::size_t piece = std::string::npos) : text_(std::move(text)), piece_(piece) {}
  Result<std::string_view> next() override {
    const auto out = std::string_view(text_).substr(at_, piece_);
    at_ += out.size();
    return out.empty() ? std::string_view() : out;  // at the end of a file there are no bytes, not even their place
  }

 private:
  std::string text_;
  std::size_t piece_, at_{};
};

// `make` writes the next piece; an empty one ends it.
class MadeSource final : public ByteSource {
 public:
  explicit MadeSource(std::function<void(std::string&)> make) : make_(std::move(make)) {}
  Result<std::string_view> next() override {
    piece_.clear();
    make_(piece_);
    return std::string_view(piece_);
  }

 private:
  std::function<void(std::string&)> make_;
  std::string piece_;
};

struct Read {
  std::uint64_t line;
  std::vector<std::string> cells;
  bool operator==(const Read&) const = default;
};

inline std::vector<Read> rows_of(Reader& reader) {
  std::vector<Read> out;
  while (must(reader.next())) {
    out.push_back({reader.row().line, {reader.row().cells.begin(), reader.row().cells.end()}});
  }
  return out;
}

inline std::vector<Read> rows_of(const std::string& text, std::size_t piece = std::string::npos) {
  Reader reader(std::make_unique<TextSource>(text, piece));
  return rows_of(reader);
}

}  // namespace rollcall::csv
