// The yardstick of the same run: how many rows of the same size SQLite alone commits durably in groups.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/result.h"

namespace rollcall::bench {

struct RawSqlite {
  double rows_per_s{};
  double cpu_s_per_1000{};
  double bytes_per_row{};
};

// One connection, WAL, synchronous FULL, `group` rows a commit, for `seconds`.
Result<RawSqlite> measure_raw_sqlite(const std::string& path, std::size_t row_bytes, int group, double seconds);

// Of a database that nobody has open.
struct StoredReports {
  std::int64_t count{};
  double bytes_each{};  // of the table's pages, its b-tree included
  double fact_bytes{};  // of the binary form alone
};
Result<StoredReports> stored_reports(const std::string& database_path);

}  // namespace rollcall::bench
