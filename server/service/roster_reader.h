// The files of one roster, row by row: which are there, whether each is the whole (bulk) or what changed (delta), and
// rows whose cells are named. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "server/csv/archive.h"
#include "server/domain/person.h"
#include "server/domain/import.h"
#include "server/service/import_findings.h"
#include "server/service/import_table.h"
#include "server/service/import_watch.h"
#include "server/service/roster_tables.h"

namespace rollcall::service {

enum class RosterMode : std::uint8_t { absent, bulk, delta };
std::string_view name_of(RosterMode mode);

using RosterRow = ImportRow;

class RosterReader {
 public:
  // Looks at the manifest and at every header. Errors: invalid_argument (a file that is announced and not there, that
  // lacks a column or holds another table; the message names it), what the archive says.
  static Result<std::unique_ptr<RosterReader>> open(csv::Archive& archive, domain::ImportKind kind,
                                                    ImportFindings& findings, ImportWatch& watch);

  RosterMode mode(RosterFile file) const { return modes_[static_cast<std::size_t>(file)]; }
  bool has(RosterFile file) const { return mode(file) != RosterMode::absent; }
  // Kept and counted as a whole; the planner fills in added, changed, gone.
  domain::FileCounts& counts(RosterFile file) { return table(file).counts(); }
  std::vector<domain::FileCounts> all_counts() const;  // of the files that are there
  // Rows that could not be read as far as their id: nobody knows whom they stand for.
  std::int64_t unreadable(RosterFile file) const { return tables_[static_cast<std::size_t>(file)]->unreadable(); }
  std::uint64_t size(RosterFile file) const;
  // A warning about the file as a whole.
  Result<> note_file(RosterFile file, std::string_view reason) {
    return table(file).note(0, ImportTable::kWhole, domain::Severity::warning, reason);
  }

  using Take = ImportTable::Take;
  using Present = ImportTable::Present;
  // As ImportTable::each.
  Result<> each(RosterFile file, bool again, const Take& take, const Present& present = {});

 private:
  RosterReader(csv::Archive& archive, ImportFindings& findings, ImportWatch& watch)
      : archive_(archive), findings_(findings), watch_(watch) {}

  ImportTable& table(RosterFile file) { return *tables_[static_cast<std::size_t>(file)]; }
  void lay_out(const std::string& student_file);
  Result<> look(domain::ImportKind kind);
  Result<> look_for_tables();
  Result<> expect_something() const;
  Result<> read_manifest();
  Result<> take_manifest_row(const csv::Columns& columns, const csv::Row& row);
  Result<> check_header(RosterFile file);
  static std::optional<RowRefusal> refusal_of(RosterFile file, const csv::Columns& columns, const csv::Row& row);

  csv::Archive& archive_;
  ImportFindings& findings_;
  ImportWatch& watch_;
  std::array<std::unique_ptr<ImportTable>, kRosterFiles> tables_;  // of every file, also of those that are not there
  std::array<RosterMode, kRosterFiles> modes_{};
  std::array<std::optional<RosterMode>, kRosterFiles> announced_{};  // by the manifest
};

}  // namespace rollcall::service
