// One small table, written and read through the driver, for the tests of this folder.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/sql/sqlite_driver.h"

namespace rollcall::sql::sample {

inline std::unique_ptr<SqliteDatabase> open(SqliteOptions options) {
  auto database = SqliteDatabase::open(std::move(options));
  INFO((database ? "" : database.error().message));
  REQUIRE(database);
  return std::move(*database);
}

inline Result<> make_table(Transaction& transaction) {
  TRY(transaction.execute(
      "CREATE TABLE IF NOT EXISTS rows (number INTEGER PRIMARY KEY, text TEXT NOT NULL)"));
  return {};
}

inline Result<> add(Transaction& transaction, std::int64_t number, const std::string& text) {
  TRY(transaction.execute("INSERT INTO rows (number, text) VALUES ($1, $2)", number, text));
  return {};
}

inline Result<> add(Database& database, std::int64_t number, const std::string& text = "text") {
  return database.write([&](Transaction& transaction) { return add(transaction, number, text); });
}

inline std::unique_ptr<SqliteDatabase> open_with_table(SqliteOptions options) {
  auto database = open(std::move(options));
  REQUIRE(database->write([](Transaction& transaction) { return make_table(transaction); }));
  return database;
}

inline Result<std::vector<std::int64_t>> numbers(Snapshot& snapshot) {
  auto rows = TRY(snapshot.query("SELECT number FROM rows ORDER BY number"));
  std::vector<std::int64_t> out;
  while (TRY(rows->next())) out.push_back(rows->integer(0));
  return out;
}

inline Result<std::vector<std::int64_t>> numbers(Database& database) {
  return database.read([](Snapshot& snapshot) { return numbers(snapshot); });
}

}  // namespace rollcall::sql::sample
