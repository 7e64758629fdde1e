// The seam of the database. A store is written once against this header and runs on every driver.
//
// SQL text is a literal (enforced when compiling), values are bound by number ($1 … $n), every statement is
// prepared once a connection. Reads see one consistent snapshot; writes are serialised by the driver.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "common/base/result.h"

namespace rollcall::sql {

// Text that only a literal can make, so that no value is ever concatenated into SQL.
class Sql {
 public:
  consteval Sql(const char* literal) : text_(literal) {}  // NOLINT: implicit by design
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

using Blob = std::span<const std::byte>;

// A bound value; text and blobs are borrowed until the statement has run.
class Value {
 public:
  Value(std::nullptr_t) : value_(nullptr) {}
  template <class T>
    requires std::is_integral_v<T>
  Value(T value) : value_(static_cast<std::int64_t>(value)) {}
  Value(double value) : value_(value) {}
  Value(std::string_view value) : value_(value) {}
  Value(const std::string& value) : value_(std::string_view(value)) {}
  Value(const char* value) : value_(std::string_view(value)) {}
  Value(Blob value) : value_(value) {}
  template <class T>
  Value(const std::optional<T>& value) : Value(value ? Value(*value) : Value(nullptr)) {}

  const auto& variant() const { return value_; }

 private:
  std::variant<std::nullptr_t, std::int64_t, double, std::string_view, Blob> value_;
};

// The rows of one query. Views into a row are valid until the next call of next().
class Rows {
 public:
  virtual ~Rows() = default;
  virtual Result<bool> next() = 0;  // true: a row is there to read
  virtual bool is_null(int column) const = 0;  // columns count from 0
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual Blob blob(int column) const = 0;

  std::optional<std::int64_t> optional_integer(int column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
  }
  std::string string(int column) const { return std::string(text(column)); }
};

// What a driver implements: one connection. Not thread-safe; borrowed from a Database.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual Result<std::unique_ptr<Rows>> query(Sql sql, std::span<const Value> values) = 0;
  virtual Result<std::int64_t> execute(Sql sql, std::span<const Value> values) = 0;  // rows changed
  // Several statements at once, for migrations only: the one place where SQL is not a literal.
  virtual Result<> run_script(std::string_view sql) = 0;
};

// A consistent read. Functions of stores that only read take a Snapshot&.
class Snapshot {
 public:
  explicit Snapshot(Connection& connection) : connection_(connection) {}
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  template <class... Values>
  Result<std::unique_ptr<Rows>> query(Sql sql, const Values&... values) {
    const Value bound[sizeof...(values) + 1] = {Value(values)..., Value(nullptr)};
    return connection_.query(sql, std::span(bound, sizeof...(values)));
  }

 protected:
  Connection& connection_;
};

// A write in progress. Functions of stores that change something take a Transaction&.
class Transaction : public Snapshot {
 public:
  using Snapshot::Snapshot;

  // Rows changed. Errors: already_exists (a unique index), conflict (another constraint), storage_full,
  // corrupt, io, unavailable.
  template <class... Values>
  Result<std::int64_t> execute(Sql sql, const Values&... values) {
    const Value bound[sizeof...(values) + 1] = {Value(values)..., Value(nullptr)};
    return connection_.execute(sql, std::span(bound, sizeof...(values)));
  }
  Result<> run_script(std::string_view sql) { return connection_.run_script(sql); }
};

// One database: a single writing connection and a few reading ones. Thread-safe.
//
// Writers that arrive together share one durable commit: each runs in a savepoint of its own, so the failure
// of one undoes nothing of the others, and write() returns only after the commit that holds it is on disk.
// A function given to write() may be run more than once and must therefore have no effect but the database.
class Database {
 public:
  virtual ~Database() = default;

  template <class Function>
  auto write(Function&& function) -> std::invoke_result_t<Function&, Transaction&> {
    return write_by(&Database::write_erased, function);
  }
  // The same for what is in no hurry: while another thread writes again and again, it waits a moment for that one's
  // next commit and has a part in it, instead of a commit of its own that others would wait for.
  template <class Function>
  auto write_along(Function&& function) -> std::invoke_result_t<Function&, Transaction&> {
    return write_by(&Database::write_along_erased, function);
  }

  template <class Function>
  auto read(Function&& function) -> std::invoke_result_t<Function&, Snapshot&> {
    std::optional<std::invoke_result_t<Function&, Snapshot&>> result;
    auto done = read_erased([&](Snapshot& snapshot) -> Result<> {
      result.emplace(function(snapshot));
      return {};
    });
    if (!done) return std::unexpected(std::move(done).error());
    return std::move(*result);
  }

 protected:
  virtual Result<> write_erased(const std::function<Result<>(Transaction&)>& function) = 0;
  virtual Result<> write_along_erased(const std::function<Result<>(Transaction&)>& function) {
    return write_erased(function);
  }
  virtual Result<> read_erased(const std::function<Result<>(Snapshot&)>& function) = 0;

 private:
  using Way = Result<> (Database::*)(const std::function<Result<>(Transaction&)>&);
  template <class Function>
  auto write_by(Way way, Function& function) -> std::invoke_result_t<Function&, Transaction&> {
    std::optional<std::invoke_result_t<Function&, Transaction&>> result;
    auto committed = (this->*way)([&](Transaction& transaction) -> Result<> {
      result.emplace(function(transaction));
      if (!*result) return fail(result->error().code, result->error().message);
      return {};
    });
    if (result && !*result) return std::move(*result);
    if (!committed) return std::unexpected(std::move(committed).error());
    return std::move(*result);
  }
};

}  // namespace rollcall::sql
