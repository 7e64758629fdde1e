// One SQLite connection with its prepared statements, and the translation of SQLite's codes into errors.
// Used by the driver only; stores see sql.h. Not thread-safe.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/sql/sql.h"

struct sqlite3;
struct sqlite3_stmt;

namespace rollcall::sql {

// A statement and, for each of its parameters in SQLite's own order, the number that stands in its text.
// SQLite takes `$2` as a name and hands out positions by first appearance, so both orders must be kept.
struct Prepared {
  sqlite3_stmt* statement = nullptr;
  std::vector<std::size_t> numbers;
  std::size_t value_count = 0;
};

class SqliteConnection final : public Connection {
 public:
  struct Settings {
    std::string path;
    std::string vfs;      // empty: the checksumming one
    bool writes = false;  // false: opened read-only
    int busy_timeout_ms = 0;
    int cache_kib = 0;
  };
  static Result<std::unique_ptr<SqliteConnection>> open(const Settings& settings);
  ~SqliteConnection() override;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  // Values of a query are copied, because its rows are read after the call.
  Result<std::unique_ptr<Rows>> query(Sql sql, std::span<const Value> values) override;
  Result<std::int64_t> execute(Sql sql, std::span<const Value> values) override;
  Result<> run_script(std::string_view sql) override;

  Result<> run(Sql sql);  // no values, no rows
  // False also after SQLite has rolled back by itself (full disk, failed I/O).
  bool in_transaction() const;
  // Rows that are still open; none may outlive the transaction that they were read in.
  int open_rows() const { return open_rows_; }

  // The error of the call that just failed with `code`. A failed fsync of a writing connection ends the
  // process: the kernel may have dropped the dirty pages, so neither a retry nor a later success means
  // anything (https://wiki.postgresql.org/wiki/Fsync_Errors).
  Error failure(int code);
  sqlite3* native() { return handle_; }

 private:
  friend class SqliteRows;
  explicit SqliteConnection(Settings settings) : settings_(std::move(settings)) {}
  Result<> configure();
  Result<Prepared> take(Sql sql);
  void give_back(Sql sql, Prepared prepared);
  Result<> bind(const Prepared& prepared, std::span<const Value> values, bool copy);

  Settings settings_;
  sqlite3* handle_ = nullptr;
  int open_rows_ = 0;
  std::unordered_map<const char*, Prepared> idle_;  // by the literal's address
};

}  // namespace rollcall::sql
