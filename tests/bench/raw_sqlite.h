// The yardstick of the same run: how many rows of the same size SQLite alone commits durably in groups.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace rollcall::bench {

// A log as SQLite alone keeps it: one connection, WAL, synchronous FULL, append only.
class RawLog {
 public:
  static Result<RawLog> open(const std::string& path);
  Result<> begin();
  Result<> append(std::int64_t agent_no, std::int64_t received_ms, std::string_view facts);
  Result<> commit();  // durable when it returns
  sqlite3* native() const { return db_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* db) const;
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3, Close> db_;
  std::unique_ptr<sqlite3_stmt, Close> insert_;
  std::int64_t last_id_{};
};

struct RawSqlite {
  double rows_per_s{};
  double cpu_s_per_1000{};
  double bytes_per_row{};
};

// `group` rows a commit, for `seconds`.
Result<RawSqlite> measure_raw_sqlite(const std::string& path, std::size_t row_bytes, int group, double seconds);

// Of a database that nobody has open.
struct StoredReports {
  std::int64_t count{};
  double bytes_each{};  // of the table's pages, its b-tree included
  double fact_bytes{};  // of the binary form alone
};
Result<StoredReports> stored_reports(const std::string& database_path);

}  // namespace rollcall::bench
