// Bar codes as modules, by zint.
#pragma once

#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace rollcall::labels {

// Without its quiet zone.
class Symbol {
 public:
  Symbol(int columns, int rows) : columns_(columns), rows_(rows), dark_(static_cast<std::size_t>(columns * rows)) {}
  int columns() const { return columns_; }
  int rows() const { return rows_; }
  bool dark(int column, int row) const { return dark_[place(column, row)]; }
  void darken(int column, int row) { dark_[place(column, row)] = true; }

 private:
  std::size_t place(int column, int row) const { return static_cast<std::size_t>(row * columns_ + column); }
  int columns_, rows_;
  std::vector<bool> dark_;
};

// Of printable ASCII. Errors: invalid_argument (more than a symbol holds), internal.
Result<Symbol> code128(std::string_view text);  // one row
Result<Symbol> qr(std::string_view text);       // error correction M

}  // namespace rollcall::labels
