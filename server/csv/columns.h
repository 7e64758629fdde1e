// Which cell of a row is which field, read off the header: aliases, any order, any spelling of case and spaces, a slip
// of a letter or two. What is blank, repeated or unknown is ignored and counted.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/csv/reader.h"

namespace rollcall::csv {

struct Field {
  std::string_view name;  // as the standard spells it
  bool required{};        // a table without this column is not this table
  std::initializer_list<std::string_view> aliases{};
};

class Columns {
 public:
  // `fields` outlives the result.
  static Columns match(const Row& header, std::span<const Field> fields);

  bool has(std::size_t field) const { return cell_of_[field].has_value(); }
  // Without white space around it; empty when the row ends before it. Valid as long as the row is.
  std::string_view text(const Row& row, std::size_t field) const;
  std::size_t cell_of(std::size_t field) const { return cell_of_[field].value_or(0); }

  // Why this row cannot be used as it is: a fault in a column that is read, more cells than the header has names.
  struct Trouble {
    std::size_t field;  // of `fields`; npos: the row as a whole
    std::string_view reason;
  };
  static constexpr std::size_t kWholeRow = static_cast<std::size_t>(-1);
  std::optional<Trouble> trouble(const Row& row) const;

  std::vector<std::string_view> missing() const;  // required ones
  // Of the header, counted from 1, to say what was made of it without repeating what it says.
  struct Remark {
    std::size_t column;
    std::size_t field;  // that it was read as, or repeats
  };
  const std::vector<Remark>& misspelt() const { return misspelt_; }
  const std::vector<Remark>& repeated() const { return repeated_; }
  std::size_t unknown() const { return unknown_; }  // with a name, but none that is read
  std::size_t known() const;
  std::size_t width() const { return width_; }      // of the header

 private:
  std::span<const Field> fields_;
  std::vector<std::optional<std::size_t>> cell_of_;
  std::vector<Remark> misspelt_, repeated_;
  std::size_t unknown_{}, width_{};
};

}  // namespace rollcall::csv
