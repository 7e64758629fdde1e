// Tables from elsewhere: whatever the bytes are, they are read to an end in bounded memory, the same in pieces of any
// size, and come out as text that can be shown.
#include <vector>

#include "common/base/fold.h"
#include "common/base/text.h"
#include "server/csv/columns.h"
#include "server/csv/dates.h"
#include "server/csv/reader.h"
#include "tests/fuzz/fuzz.h"

namespace rollcall::fuzz {
namespace {

class Pieces final : public csv::ByteSource {
 public:
  Pieces(std::string_view text, std::size_t piece) : rest_(text), piece_(piece) {}
  Result<std::string_view> next() override {
    const auto out = rest_.substr(0, piece_);
    rest_.remove_prefix(out.size());
    return out;
  }

 private:
  std::string_view rest_;
  std::size_t piece_;
};

const csv::Field kFields[] = {{"sourcedId", true, {"id"}}, {"givenName"}, {"preferredGivenName"}, {"dateLastModified"}};
constexpr csv::ReaderLimits kLimits{.cell_bytes = 256, .cells = 16, .row_bytes = 2'048};

void check_row(const csv::Row& row) {
  std::size_t bytes = 0;
  for (const auto cell : row.cells) {
    promise(is_utf8(cell), "a cell is UTF-8");
    promise(cell.find('\0') == std::string_view::npos, "a cell holds no NUL");
    promise(fold_text(fold_text(cell)) == fold_text(cell), "folding what is folded changes nothing");
    bytes += cell.size();
  }
  promise(row.cells.size() <= kLimits.cells && bytes <= 3 * kLimits.row_bytes, "a row keeps its limits");
  for (const auto& fault : row.faults) promise(fault.cell < row.cells.size(), "a fault names a cell");
}

void check_columns(const csv::Columns& columns, const csv::Row& row) {
  const auto trouble = columns.trouble(row);
  promise(!trouble || !trouble->reason.empty(), "trouble has a reason");
  for (std::size_t field = 0; field < std::size(kFields); ++field) {
    const auto text = columns.text(row, field);
    promise(columns.has(field) || text.empty(), "a column that is not there is empty");
    const auto first = csv::parse_date(text, csv::DateOrder::month_first), other = csv::parse_date(text, csv::DateOrder::day_first);
    csv::DateColumn column;
    column.see(text);
    promise(!column.is_ambiguous() || (first && other), "what is ambiguous is a date in either order");
  }
}

}  // namespace
}  // namespace rollcall::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  fuzz::Input input(data, size);
  const std::size_t piece = 1 + input.byte() % 64;
  const auto text = input.rest();
  csv::Reader whole(std::make_unique<fuzz::Pieces>(text, text.size() + 1), fuzz::kLimits);
  csv::Reader cut(std::make_unique<fuzz::Pieces>(text, piece), fuzz::kLimits);
  csv::Columns columns;
  for (std::uint64_t rows = 0, line = 0;; ++rows) {
    const auto a = whole.next(), b = cut.next();
    fuzz::promise(a.has_value() == b.has_value() && (!a || *a == *b), "where the pieces end makes no difference");
    if (!a || !*a) return 0;
    fuzz::promise(whole.row().cells == cut.row().cells && whole.row().line == cut.row().line, "nor to what is read");
    fuzz::promise(whole.row().line > line, "lines go up");
    line = whole.row().line;
    fuzz::check_row(whole.row());
    if (rows == 0) columns = csv::Columns::match(whole.row(), fuzz::kFields);
    else fuzz::check_columns(columns, whole.row());
  }
}
