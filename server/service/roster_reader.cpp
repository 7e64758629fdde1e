#include "server/service/roster_reader.h"

#include <algorithm>
#include <utility>

#include "common/base/text.h"
#include "server/csv/reader.h"

namespace rollcall::service {
namespace {

using domain::Severity;

constexpr std::string_view kManifest = "manifest.csv";
constexpr std::size_t index_of(RosterFile file) { return static_cast<std::size_t>(file); }

std::optional<RosterMode> parse_mode(std::string_view text) {
  for (const auto mode : {RosterMode::absent, RosterMode::bulk, RosterMode::delta}) {
    if (equal_ignoring_case(text, name_of(mode))) return mode;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(RosterMode mode) {
  return mode == RosterMode::bulk ? "bulk" : mode == RosterMode::delta ? "delta" : "absent";
}

Result<std::unique_ptr<RosterReader>> RosterReader::open(csv::Archive& archive, domain::ImportKind kind,
                                                         ImportFindings& findings, ImportWatch& watch) {
  std::unique_ptr<RosterReader> out(new RosterReader(archive, findings, watch));
  TRY(out->look(kind));
  return out;
}

void RosterReader::lay_out(const std::string& student_file) {
  for (std::size_t i = 0; i < kRosterFiles; ++i) {
    const auto file = static_cast<RosterFile>(i);
    const std::string name(name_of(file));
    tables_[i] = std::make_unique<ImportTable>(archive_, file == RosterFile::students ? student_file : to_lower(name),
                                               name, fields_of(file), findings_, watch_);
  }
}

Result<> RosterReader::look(domain::ImportKind kind) {
  if (kind == domain::ImportKind::students) {
    if (archive_.entries().size() != 1) return fail(Errc::invalid_argument, "a student list is one .csv file");
    lay_out(archive_.entries().front().name);
    modes_[index_of(RosterFile::students)] = RosterMode::bulk;
    return check_header(RosterFile::students);
  }
  lay_out("");
  TRY(read_manifest());
  TRY(look_for_tables());
  return expect_something();
}

Result<> RosterReader::look_for_tables() {
  for (const auto& entry : archive_.entries()) {
    const auto file = roster_file_called(entry.name);
    if (file) modes_[index_of(*file)] = RosterMode::bulk;
  }
  for (std::size_t i = 0; i + 1 < kRosterFiles; ++i) {
    const auto file = static_cast<RosterFile>(i);
    const auto announced = announced_[i];
    if (announced && *announced != RosterMode::absent && !has(file)) {
      return fail(Errc::invalid_argument, "the manifest announces " + std::string(name_of(file)) + ", which is not there");
    }
    if (!has(file)) continue;
    if (announced == RosterMode::absent) {
      TRY(note_file(file, "is there although the manifest says it is absent; it was not read"));
    }
    if (announced) modes_[i] = *announced;
    if (has(file)) TRY(check_header(file));
  }
  return {};
}

// A delta may consist of enrollments alone; whatever else has no users is something else.
Result<> RosterReader::expect_something() const {
  if (!has(RosterFile::users) && announced_[index_of(RosterFile::users)] != RosterMode::absent) {
    return fail(Errc::invalid_argument,
                "there is no users.csv, and no manifest.csv that says it is absent; is this a OneRoster export?");
  }
  if (std::ranges::any_of(modes_, [](RosterMode mode) { return mode != RosterMode::absent; })) return {};
  return fail(Errc::invalid_argument, "the manifest says that every file is absent; there is nothing to import");
}

Result<> RosterReader::read_manifest() {
  if (!archive_.find(kManifest)) {
    return findings_.add({std::string(kManifest), 0, "", Severity::warning,
                          "is missing; every file is taken for the whole, not for changes"});
  }
  static const csv::Field fields[] = {{"propertyName", true}, {"value", true}};
  csv::Reader reader(TRY(archive_.read(kManifest)));
  if (!TRY(with(reader.next(), kManifest))) return fail(Errc::invalid_argument, "manifest.csv is empty");
  const auto columns = csv::Columns::match(reader.row(), fields);
  if (!columns.missing().empty()) return fail(Errc::invalid_argument, "manifest.csv has no propertyName and value");
  while (TRY(with(reader.next(), kManifest))) TRY(take_manifest_row(columns, reader.row()));
  return {};
}

Result<> RosterReader::take_manifest_row(const csv::Columns& columns, const csv::Row& row) {
  const auto name = to_lower(columns.text(row, 0));
  const auto value = columns.text(row, 1);
  const auto warn = [&](std::string_view reason) {
    return findings_.add({std::string(kManifest), static_cast<std::int64_t>(row.line), "value", Severity::warning,
                          std::string(reason)});
  };
  if (name == "oneroster.version" && !value.empty() && value != "1.1" && value != "1.2") {
    return warn("names neither version 1.1 nor 1.2; the columns that are known were read");
  }
  const auto file = name.starts_with("file.") ? roster_file_called(name.substr(5) + ".csv") : std::nullopt;
  if (!file || value.empty()) return {};
  const auto mode = parse_mode(value);
  if (!mode) return warn("is neither bulk, delta nor absent; the file is taken for the whole");
  announced_[index_of(*file)] = mode;
  return {};
}

Result<> RosterReader::check_header(RosterFile file) {
  counts(file).mode = name_of(mode(file));
  return table(file).open([&](const csv::Row& header) -> Result<> {
    const auto other = mistaken_for(file, header);
    if (!other) return {};
    return fail(Errc::invalid_argument, table(file).name() + " holds the columns of " + std::string(name_of(*other)) +
                                            "; was a file saved under the wrong name?");
  });
}

std::vector<domain::FileCounts> RosterReader::all_counts() const {
  std::vector<domain::FileCounts> out;
  for (std::size_t i = 0; i < kRosterFiles; ++i) {
    if (modes_[i] != RosterMode::absent) out.push_back(tables_[i]->counts());
  }
  return out;
}

std::uint64_t RosterReader::size(RosterFile file) const {
  return has(file) ? tables_[index_of(file)]->size() : 0;
}

std::optional<RowRefusal> RosterReader::refusal_of(RosterFile file, const csv::Columns& columns, const csv::Row& row) {
  const auto fields = fields_of(file);
  const auto id = columns.text(row, 0);
  if (auto refusal = trouble_of(columns, row, fields)) return refusal;
  // A header in the middle of a file: somebody has put two exports one behind the other.
  if (equal_ignoring_case(id, "sourcedId") || equal_ignoring_case(id, fields[0].name)) {
    if (mistaken_for(file, row)) {
      return RowRefusal{.reason = "is the header of another file; its rows do not belong here", .nobody_knows_whom = true};
    }
    return RowRefusal{.severity = Severity::warning, .reason = "is a second header; it was passed over"};
  }
  const auto of_id = [&](std::string_view reason) {
    return RowRefusal{.column = fields[0].name, .reason = reason, .nobody_knows_whom = true};
  };
  if (fields[0].required && id.empty()) return of_id("is empty");
  if (is_spreadsheet_number(id)) return of_id("was rounded by a spreadsheet; export it again without opening it");
  const auto longest = file == RosterFile::students ? domain::kMaxStudentNumber : domain::kMaxSourceId;
  return id.size() > longest ? std::optional(of_id("is too long")) : std::nullopt;
}

Result<> RosterReader::each(RosterFile file, bool again, const Take& take, const Present& present) {
  const auto judge = [file](const csv::Columns& columns, const csv::Row& row) { return refusal_of(file, columns, row); };
  return table(file).each(again, judge, take, present);
}

}  // namespace rollcall::service
