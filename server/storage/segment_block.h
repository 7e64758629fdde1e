// Entries of the report log, grouped by agent, as one block of bytes: column by column, each number as its
// difference from the same laptop's entry before. What one laptop says differs little from report to report, so
// that most columns are nearly constant; zstd does the rest (segment_file.h).
//
//   number    entries
//   number    column width, of each column: (bytes << 2) | how it is predicted
//   columns   numbers, one an entry or fewer
//   bytes     the texts: varying parts that are not made of numbers, and steady parts
//
// The varying part of a section is taken as a row of numbers (packing.h), whatever they mean; how the nth number of
// a section is foretold is chosen for each block, by what is shortest:
//
//   0 plain   not at all
//   1 last    from the entry before
//   2 clock   from the entry before and the milliseconds that passed since (doubled, as signed numbers are)
//   3 seconds likewise in seconds
//
// Pure. Exact: an entry comes back as decode_entry (report_codec.h) gave it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "server/domain/device_state.h"

namespace rollcall::storage {

// A writer keeps to the half of these; a reader refuses what is beyond.
inline constexpr std::size_t kMaxBlockEntries = 8'192;
inline constexpr std::size_t kMaxBlockBytes = 1 << 20;

// `entries` ascend by agent_no, then log_id.
std::string encode_block(std::span<const domain::ReportEntry> entries);

// Of one agent, or all. Errors: corrupt.
Result<std::vector<domain::ReportEntry>> decode_block(std::string_view bytes, std::optional<std::int64_t> agent_no);

}  // namespace rollcall::storage
