// One table of an import, row by row, whatever it lists: its header, rows whose cells are named, and what is noted
// about them. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "server/csv/archive.h"
#include "server/csv/columns.h"
#include "server/csv/reader.h"
#include "server/domain/import.h"
#include "server/service/import_findings.h"
#include "server/service/import_watch.h"

namespace rollcall::service {

class ImportTable;

// One data row. Valid within the call that hands it out.
class ImportRow {
 public:
  std::string_view text(std::size_t field) const { return columns_.text(row_, field); }
  std::string text(std::size_t field, std::size_t max_bytes) const;
  bool has(std::size_t field) const { return columns_.has(field); }
  std::uint64_t line() const { return row_.line; }
  // Notes something about this row; in a second reading nothing is noted again. Errors: what ImportFindings says.
  Result<> warn(std::size_t field, std::string_view reason) const;
  Result<> error(std::size_t field, std::string_view reason) const;

 private:
  friend class ImportTable;
  ImportRow(ImportTable& table, const csv::Columns& columns, const csv::Row& row, bool again)
      : table_(table), columns_(columns), row_(row), again_(again) {}
  ImportTable& table_;
  const csv::Columns& columns_;
  const csv::Row& row_;
  bool again_;
};

// Why a row is left out before anybody looks at what it says.
struct RowRefusal {
  std::string_view column{};
  domain::Severity severity{domain::Severity::error};
  std::string_view reason{};
  bool nobody_knows_whom{};  // it could not be read as far as its id
};

class ImportTable {
 public:
  // `entry`: of the archive; `name`: what people call it. `fields` and the rest outlive this.
  ImportTable(csv::Archive& archive, std::string entry, std::string name, std::span<const csv::Field> fields,
              ImportFindings& findings, ImportWatch& watch);

  // Looks at the header and notes what is odd about it. `suspect` sees it first and may refuse it.
  // Errors: invalid_argument (there is none; a column is missing), what the archive and `suspect` say.
  Result<> open(const std::function<Result<>(const csv::Row& header)>& suspect = {});

  const std::string& name() const { return name_; }
  const std::string& entry() const { return entry_; }
  domain::FileCounts& counts() { return counts_; }
  const domain::FileCounts& counts() const { return counts_; }
  // Rows that could not be read as far as their id: nobody knows whom they stand for.
  std::int64_t unreadable() const { return unreadable_; }
  std::uint64_t size() const;  // of its text, in bytes

  // `field` npos: the row as a whole; `line` 0: the table as a whole.
  static constexpr std::size_t kWhole = csv::Columns::kWholeRow;
  Result<> note(std::uint64_t line, std::size_t field, domain::Severity severity, std::string_view reason);

  using Judge = std::function<std::optional<RowRefusal>(const csv::Columns&, const csv::Row&)>;
  using Take = std::function<Result<>(const ImportRow&)>;
  using Present = std::function<void(std::string_view id)>;  // id: of the first field
  // Rows that cannot be used are noted and left out; `present` hears of those that say whom they stand for, who must
  // not be taken for gone. `again`: nothing is noted or counted, and no progress is told. Errors: what the archive and
  // `take` say; conflict (canceled).
  Result<> each(bool again, const Judge& judge, const Take& take, const Present& present = {});

 private:
  friend class ImportRow;
  Result<> remark(const csv::Columns& columns);
  Result<> refuse(const RowRefusal& refusal, const csv::Row& row, std::string_view id, const Present& present);
  Result<> add(std::uint64_t line, std::string_view column, domain::Severity severity, std::string_view reason);

  csv::Archive& archive_;
  const std::string entry_, name_;
  const std::span<const csv::Field> fields_;
  ImportFindings& findings_;
  ImportWatch& watch_;
  domain::FileCounts counts_;
  std::int64_t unreadable_{};
};

// What is wrong with a row whoever reads it: a broken cell, cells without a column.
std::optional<RowRefusal> trouble_of(const csv::Columns& columns, const csv::Row& row,
                                     std::span<const csv::Field> fields);

}  // namespace rollcall::service
