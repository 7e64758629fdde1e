// How values of the domain are written into columns and read back. Used by the stores only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/digest.h"
#include "common/base/local_time.h"
#include "common/sql/sql.h"

namespace rollcall::storage {

inline sql::Blob blob_of(const Sha256& digest) {
  return std::as_bytes(std::span(digest));
}

inline sql::Blob blob_of(std::string_view bytes) {
  return std::as_bytes(std::span(bytes));
}
// Borrowed from the row.
inline std::string_view text_of(sql::Blob blob) {
  return {reinterpret_cast<const char*>(blob.data()), blob.size()};
}

// Errors: corrupt, when the column does not hold 32 bytes.
inline Result<Sha256> digest_of(sql::Blob blob) {
  Sha256 digest;
  if (blob.size() != digest.size()) return fail(Errc::corrupt, "a stored hash does not have 32 bytes");
  std::ranges::transform(blob, digest.begin(),
                         [](std::byte byte) { return std::to_integer<unsigned char>(byte); });
  return digest;
}

// Empty text is stored as NULL where "none" must not take part in a unique index or a reference.
inline std::optional<std::string_view> null_if_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

// A date is stored as days since 1970-01-01.
inline std::optional<std::int64_t> day_of(const std::optional<LocalDate>& date) {
  return date ? std::optional<std::int64_t>(date->time_since_epoch().count()) : std::nullopt;
}
inline std::optional<LocalDate> date_of(const std::optional<std::int64_t>& day) {
  return day ? std::optional(LocalDate(std::chrono::days(*day))) : std::nullopt;
}

// A pattern for `LIKE … ESCAPE '!'` that finds `part` anywhere, its '%' and '_' standing for themselves; nothing for no
// part: everything is found.
inline std::optional<std::string> like_part(std::string_view part) {
  if (part.empty()) return std::nullopt;
  std::string out = "%";
  for (const char c : part) {
    if (c == '%' || c == '_' || c == '!') out += '!';
    out += c;
  }
  return out + '%';
}

// Collects every row of a query with `read_row(Rows&) -> Result<Row>`.
template <class Row, class ReadRow>
Result<std::vector<Row>> all_rows(Result<std::unique_ptr<sql::Rows>> rows, ReadRow read_row) {
  if (!rows) return std::unexpected(std::move(rows).error());
  std::vector<Row> out;
  while (TRY((*rows)->next())) out.push_back(TRY(read_row(**rows)));
  return out;
}

// The first row, or nothing.
template <class Row, class ReadRow>
Result<std::optional<Row>> first_row(Result<std::unique_ptr<sql::Rows>> rows, ReadRow read_row) {
  if (!rows) return std::unexpected(std::move(rows).error());
  if (!TRY((*rows)->next())) return std::optional<Row>();
  return std::optional<Row>(TRY(read_row(**rows)));
}

}  // namespace rollcall::storage
