// What a command prints: a table for people, or the server's own JSON with --json. Text that came from a
// device is made harmless for a terminal.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::cli {

// Left-aligned columns as wide as their widest cell; nothing but the header when there are no rows.
class Table {
 public:
  explicit Table(std::vector<std::string> header) : rows_{std::move(header)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string to_text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

void print(std::string_view text);              // to standard output, with a line break
void print_json(const boost::json::value& value);  // one document, one line

// A member of an object as text for a cell: "" when it is absent.
std::string cell(const boost::json::value& object, std::string_view name);
// A string, number or flag as text; "" for null.
std::string text_of(const boost::json::value& value);
// What stands under `name`, or an empty object.
const boost::json::value& member(const boost::json::value& object, std::string_view name);
// The list under `name`, or an empty one.
const boost::json::array& list(const boost::json::value& object, std::string_view name);

// "2026-11-23 14:05 UTC", or "" when the member is absent.
std::string instant_cell(const boost::json::value& object, std::string_view name);
// "3 min ago" between two instants, for tables that people read.
std::string ago(std::int64_t then_ms, std::int64_t now_ms);

}  // namespace rollcall::cli
