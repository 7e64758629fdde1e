#include "tests/bench/raw_sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <ctime>
#include <memory>

namespace rollcall::bench {
namespace {

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Db = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

Result<Db> open(const std::string& path, int flags) {
  sqlite3* db = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
  Db owned(db);
  if (opened != SQLITE_OK) return fail(Errc::io, path + ": " + sqlite3_errmsg(db));
  return owned;
}

Result<> run(sqlite3* db, const std::string& sql) {
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return fail(Errc::io, sql + ": " + sqlite3_errmsg(db));
}

Result<double> number(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  sqlite3_prepare_v2(db, sql.c_str(), -1, &raw, nullptr);
  const Statement statement(raw);
  if (sqlite3_step(raw) != SQLITE_ROW) return fail(Errc::io, sql + ": " + sqlite3_errmsg(db));
  return sqlite3_column_double(raw, 0);
}

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double cpu_s() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

}  // namespace

void RawLog::Close::operator()(sqlite3* db) const { sqlite3_close_v2(db); }
void RawLog::Close::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Result<RawLog> RawLog::open(const std::string& path) {
  RawLog log;
  log.db_.reset(TRY(bench::open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)).release());
  TRY(run(log.native(), "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                        "CREATE TABLE log (log_id INTEGER PRIMARY KEY, agent_no INTEGER NOT NULL,"
                        " received_ms INTEGER NOT NULL, facts BLOB NOT NULL) STRICT"));
  sqlite3_stmt* raw = nullptr;
  sqlite3_prepare_v2(log.native(), "INSERT INTO log VALUES (?, ?, ?, ?)", -1, &raw, nullptr);
  log.insert_.reset(raw);
  return log;
}

Result<> RawLog::begin() { return run(native(), "BEGIN"); }
Result<> RawLog::commit() { return run(native(), "COMMIT"); }

Result<> RawLog::append(std::int64_t agent_no, std::int64_t received_ms, std::string_view facts) {
  sqlite3_stmt* insert = insert_.get();
  sqlite3_bind_int64(insert, 1, ++last_id_);
  sqlite3_bind_int64(insert, 2, agent_no);
  sqlite3_bind_int64(insert, 3, received_ms);
  sqlite3_bind_blob(insert, 4, facts.data(), static_cast<int>(facts.size()), SQLITE_STATIC);
  if (sqlite3_step(insert) != SQLITE_DONE) return fail(Errc::io, sqlite3_errmsg(native()));
  sqlite3_reset(insert);
  return {};
}

Result<RawSqlite> measure_raw_sqlite(const std::string& path, std::size_t row_bytes, int group, double seconds) {
  RawLog log = TRY(RawLog::open(path));
  const std::string facts(row_bytes, 'f');
  const double began = now_s(), cpu_began = cpu_s();
  std::int64_t rows = 0;
  while (now_s() - began < seconds) {
    TRY(log.begin());
    for (int i = 0; i < group; ++i, ++rows) TRY(log.append(rows % 1'500, 1'760'000'000'000 + rows, facts));
    TRY(log.commit());
  }
  RawSqlite result;
  result.rows_per_s = static_cast<double>(rows) / (now_s() - began);
  result.cpu_s_per_1000 = (cpu_s() - cpu_began) * 1000 / static_cast<double>(rows);
  result.bytes_per_row = TRY(number(log.native(), "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")) /
                         static_cast<double>(rows);
  return result;
}

Result<StoredReports> stored_reports(const std::string& database_path) {
  const Db db = TRY(open(database_path, SQLITE_OPEN_READONLY));
  StoredReports stored;
  const double count = TRY(number(db.get(), "SELECT count(*) FROM report_log"));
  stored.count = static_cast<std::int64_t>(count);
  if (stored.count == 0) return stored;
  stored.fact_bytes = TRY(number(db.get(), "SELECT avg(length(facts)) FROM report_log"));
  stored.bytes_each = TRY(number(db.get(), "SELECT sum(pgsize) FROM dbstat WHERE name = 'report_log'")) / count;
  return stored;
}

}  // namespace rollcall::bench
