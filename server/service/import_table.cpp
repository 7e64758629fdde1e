#include "server/service/import_table.h"

#include <utility>

#include "common/base/text.h"

namespace rollcall::service {
namespace {

using domain::Severity;

constexpr std::int64_t kRowsBetweenLooks = 1'000;

std::string joined(const std::vector<std::string_view>& names) {
  std::string out;
  for (const auto name : names) out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

}  // namespace

std::string ImportRow::text(std::size_t field, std::size_t max_bytes) const {
  return std::string(clip_utf8(text(field), max_bytes));
}

Result<> ImportRow::warn(std::size_t field, std::string_view reason) const {
  return again_ ? Result<>() : table_.note(row_.line, field, Severity::warning, reason);
}

Result<> ImportRow::error(std::size_t field, std::string_view reason) const {
  return again_ ? Result<>() : table_.note(row_.line, field, Severity::error, reason);
}

ImportTable::ImportTable(csv::Archive& archive, std::string entry, std::string name,
                         std::span<const csv::Field> fields, ImportFindings& findings, ImportWatch& watch)
    : archive_(archive),
      entry_(std::move(entry)),
      name_(std::move(name)),
      fields_(fields),
      findings_(findings),
      watch_(watch) {
  counts_.file = name_;
}

std::uint64_t ImportTable::size() const {
  const auto* found = archive_.find(entry_);
  return found ? found->size : 0;
}

Result<> ImportTable::open(const std::function<Result<>(const csv::Row& header)>& suspect) {
  csv::Reader reader(TRY(archive_.read(entry_)));
  if (!TRY(with(reader.next(), name_))) {
    return fail(Errc::invalid_argument, name_ + " is empty; even its header is missing");
  }
  if (suspect) TRY(suspect(reader.row()));
  const auto columns = csv::Columns::match(reader.row(), fields_);
  const auto missing = columns.missing();
  if (!missing.empty()) return fail(Errc::invalid_argument, name_ + " lacks the column " + joined(missing));
  return remark(columns);
}

Result<> ImportTable::remark(const csv::Columns& columns) {
  for (const auto& it : columns.misspelt()) {
    TRY(note(1, it.field, Severity::warning,
             "is misspelt in the header, as column " + std::to_string(it.column) + "; it was read all the same"));
  }
  for (const auto& it : columns.repeated()) {
    TRY(note(1, it.field, Severity::warning,
             "stands twice in the header, again as column " + std::to_string(it.column) + "; the first was read"));
  }
  return {};
}

Result<> ImportTable::add(std::uint64_t line, std::string_view column, Severity severity, std::string_view reason) {
  ++(severity == Severity::error ? counts_.errors : counts_.warnings);
  return findings_.add({name_, static_cast<std::int64_t>(line), std::string(column), severity, std::string(reason)});
}

Result<> ImportTable::note(std::uint64_t line, std::size_t field, Severity severity, std::string_view reason) {
  return add(line, field == kWhole ? std::string_view() : fields_[field].name, severity, reason);
}

std::optional<RowRefusal> trouble_of(const csv::Columns& columns, const csv::Row& row,
                                     std::span<const csv::Field> fields) {
  const auto trouble = columns.trouble(row);
  if (!trouble) return std::nullopt;
  const bool whole = trouble->field == csv::Columns::kWholeRow;
  return RowRefusal{.column = whole ? std::string_view() : fields[trouble->field].name,
                    .reason = trouble->reason,
                    .nobody_knows_whom = whole || columns.text(row, 0).empty()};
}

Result<> ImportTable::refuse(const RowRefusal& refusal, const csv::Row& row, std::string_view id,
                             const Present& present) {
  if (refusal.nobody_knows_whom) ++unreadable_;
  else if (present) present(id);
  return add(row.line, refusal.column, refusal.severity, refusal.reason);
}

Result<> ImportTable::each(bool again, const Judge& judge, const Take& take, const Present& present) {
  csv::Reader reader(TRY(archive_.read(entry_)));
  if (!TRY(with(reader.next(), name_))) return {};
  const auto columns = csv::Columns::match(reader.row(), fields_);
  std::int64_t rows = 0;
  std::uint64_t told = 0;
  const auto tell = [&] {
    if (!again) watch_.advance(name_, rows, reader.bytes() - std::exchange(told, reader.bytes()));
  };
  while (TRY(with(reader.next(), name_))) {
    if (++rows % kRowsBetweenLooks == 0) {
      TRY(watch_.go_on());
      tell();
    }
    if (!again) ++counts_.read;
    const auto& row = reader.row();
    const auto refusal = judge(columns, row);
    if (!refusal) TRY(take(ImportRow(*this, columns, row, again)));
    else if (!again) TRY(refuse(*refusal, row, columns.text(row, 0), present));
  }
  tell();
  if (again || !reader.has_windows_1252()) return {};
  return note(0, kWhole, Severity::warning, "is not all UTF-8; some of it was read as Windows-1252");
}

}  // namespace rollcall::service
