#include "server/csv/columns.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/base/text.h"

namespace rollcall::csv {
namespace {

// Slips are looked for in long names only: of two short ones, each is soon a slip of the other.
constexpr std::size_t slips_allowed(std::size_t letters) { return letters < 8 ? 0 : letters < 14 ? 1 : 2; }

// "Student Number", "student_number" and "studentNumber" are one.
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : to_lower(name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80) out += c;
  }
  return out;
}

// Letters too many, too few, wrong, or two exchanged (optimal string alignment).
std::size_t slips_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, above, now(b.size() + 1);
  std::iota(now.begin(), now.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(above, now);
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({above[j] + 1, now[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (exchanged) now[j] = std::min(now[j], before[j - 2] + 1);
    }
  }
  return now[b.size()];
}

bool is_slip(std::string_view known, std::string_view written) {
  const auto allowed = slips_allowed(known.size());
  // A header of another table must not cost more than a look.
  return allowed > 0 && written.size() <= known.size() + allowed && slips_between(known, written) <= allowed;
}

template <class Same>
std::optional<std::size_t> find(std::span<const Field> fields, Same same) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (same(plain(fields[i].name)) ||
        std::ranges::any_of(fields[i].aliases, [&](std::string_view alias) { return same(plain(alias)); })) {
      return i;
    }
  }
  return std::nullopt;
}

}  // namespace

Columns Columns::match(const Row& header, std::span<const Field> fields) {
  Columns out;
  out.fields_ = fields;
  out.cell_of_.resize(fields.size());
  out.width_ = header.cells.size();
  while (out.width_ > 0 && trim(header.cells[out.width_ - 1]).empty()) --out.width_;  // dangling commas
  std::vector<std::pair<std::size_t, std::string>> unmatched;
  for (std::size_t cell = 0; cell < out.width_; ++cell) {
    auto name = plain(header.cells[cell]);
    if (name.empty()) continue;
    const auto field = find(fields, [&](const std::string& known) { return known == name; });
    if (!field) unmatched.emplace_back(cell, std::move(name));
    else if (out.cell_of_[*field]) out.repeated_.push_back({cell + 1, *field});
    else out.cell_of_[*field] = cell;
  }
  // Only what nobody spelt right may be taken for a slip.
  for (const auto& [cell, name] : unmatched) {
    const auto field = find(fields, [&, wanted = std::string_view(name)](const std::string& known) {
      return is_slip(known, wanted);
    });
    if (!field || out.cell_of_[*field]) {
      ++out.unknown_;
      continue;
    }
    out.cell_of_[*field] = cell;
    out.misspelt_.push_back({cell + 1, *field});
  }
  return out;
}

std::string_view Columns::text(const Row& row, std::size_t field) const {
  const auto cell = cell_of_[field];
  return cell && *cell < row.cells.size() ? trim(row.cells[*cell]) : std::string_view();
}

std::optional<Columns::Trouble> Columns::trouble(const Row& row) const {
  if (!row.broken.empty()) return Trouble{kWholeRow, row.broken};
  for (const auto& fault : row.faults) {
    const auto field = std::ranges::find(cell_of_, std::optional(fault.cell));
    if (field != cell_of_.end()) return Trouble{static_cast<std::size_t>(field - cell_of_.begin()), fault.reason};
  }
  for (std::size_t cell = width_; cell < row.cells.size(); ++cell) {
    if (!trim(row.cells[cell]).empty()) {
      return Trouble{kWholeRow, "has more cells than the header; a comma is not quoted"};
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> Columns::missing() const {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].required && !cell_of_[i]) out.push_back(fields_[i].name);
  }
  return out;
}

std::size_t Columns::known() const {
  return static_cast<std::size_t>(std::ranges::count_if(cell_of_, [](const auto& cell) { return cell.has_value(); }));
}

}  // namespace rollcall::csv
