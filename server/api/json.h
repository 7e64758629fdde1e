// JSON out and in, for the .cpp files of this room only: the one header here that sees Boost.JSON.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "common/net/http_message.h"

namespace rollcall::api {

namespace json = boost::json;

net::Response json_response(const json::value& body, int status = 200);
net::Response no_content();
// {"items": […], "next_cursor": …}; an empty cursor is left out: that was the last page.
net::Response paged(json::array items, std::string_view next_cursor);

// Writing: an absent value is left out.
template <class T>
void put(json::object& object, std::string_view name, const std::optional<T>& value) {
  if (value) object[name] = *value;
}
inline void put_text(json::object& object, std::string_view name, std::string_view value) {
  if (!value.empty()) object[name] = value;
}

// Reads a request's JSON object field by field and keeps the first thing that is wrong, so that a handler is
// a list of fields followed by one check. done() also refuses a field that nobody asked for: a value that is
// silently ignored is a change that somebody believes was made.
class Body {
 public:
  // Errors: invalid_argument (not JSON, not an object, deeper than 16, not UTF-8).
  static Result<Body> parse(const net::Request& request);

  bool has(std::string_view name) const;
  bool empty() const { return object_.empty(); }
  std::string text(std::string_view name, std::size_t max_bytes);  // required
  std::optional<std::string> optional_text(std::string_view name, std::size_t max_bytes);
  // Never shown to anybody, so that what cannot be seen is as good as any character.
  std::string secret(std::string_view name, std::size_t max_bytes);
  std::optional<std::string> optional_secret(std::string_view name, std::size_t max_bytes);
  std::int64_t integer_or(std::string_view name, std::int64_t fallback, std::int64_t min, std::int64_t max);
  // Absent: not there. An empty one inside: `null`, it is to be taken away.
  std::optional<std::optional<std::int64_t>> clearable_integer(std::string_view name, std::int64_t min,
                                                               std::int64_t max);
  // `word_of` is string_view → optional<Enum>.
  template <class Parse>
  auto optional_word(std::string_view name, Parse word_of) -> decltype(word_of(std::string_view{})) {
    const auto text = optional_text(name, 64);
    if (!text) return {};
    auto parsed = word_of(*text);
    if (!parsed) refuse(name, "is not one of the words that are known here");
    return parsed;
  }
  std::optional<bool> optional_flag(std::string_view name);
  std::vector<std::string> texts(std::string_view name, std::size_t max_count, std::size_t max_bytes);
  std::optional<Body> optional_object(std::string_view name);  // to be read and done() by the caller
  // A list of them, each to be read and done() by the caller. Absent: not there.
  std::optional<std::vector<Body>> optional_objects(std::string_view name, std::size_t max_count);
  void refuse(std::string_view name, std::string message);  // a rule that the caller knows
  Result<> done();

 private:
  explicit Body(json::object object) : object_(std::move(object)) {}
  const json::value* find(std::string_view name);

  json::object object_;
  std::vector<std::string> asked_for_;
  std::optional<Error> wrong_;
};

// The same for a query string: unknown names are refused too.
class Query {
 public:
  explicit Query(const net::Request& request) : request_(request) {}

  std::string text(std::string_view name, std::size_t max_bytes);  // empty when absent
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  // `parse` is string_view → optional<Enum>.
  template <class Parse>
  auto word(std::string_view name, Parse parse) -> decltype(parse(std::string_view{})) {
    const auto value = find(name);
    if (!value) return {};
    auto parsed = parse(*value);
    if (!parsed) refuse(name, "is not one of the words that are known here");
    return parsed;
  }
  struct Page {
    std::string cursor{};  // empty: from the start
    std::size_t limit{};
  };
  // `cursor` and `limit`, which is 1 to `most`.
  Page page(std::size_t most, std::size_t usual = 100);
  // The same into a query that has a `cursor` and a `limit` of its own.
  template <class Wanted>
  void take_page(Wanted& wanted, std::size_t most, std::size_t usual = 100) {
    auto asked = page(most, usual);
    wanted.cursor = std::move(asked.cursor);
    wanted.limit = asked.limit;
  }
  void refuse(std::string_view name, std::string_view message);
  Result<> done();

 private:
  std::optional<std::string_view> find(std::string_view name);

  const net::Request& request_;
  std::vector<std::string_view> asked_for_;
  std::optional<Error> wrong_;
};

}  // namespace rollcall::api
