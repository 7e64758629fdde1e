// A list of holidays as somebody keeps it, read into dates. Pure: no I/O, no clock. Thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/local_time.h"
#include "common/base/result.h"

namespace rollcall::holidays {

inline constexpr std::size_t kMaxBytes = 1 << 20;
inline constexpr std::size_t kMaxDates = 2'000;
inline constexpr std::size_t kMaxNotes = 100;
inline constexpr std::size_t kMaxName = 100;  // bytes

// Both ends belong to it; a file may hold decades.
struct Range {
  LocalDate first{};
  LocalDate last{};
};

struct List {
  std::map<LocalDate, std::string> dates{};  // name, without anything invisible; the first of several
  std::vector<std::string> notes{};          // what was left out and why, for the person who imports
  std::size_t entries{};                     // events or items that were there
};

// `text` is an .ics file or a YAML list, told apart by its content; `zone` is where an event without one takes place.
// Errors: too_large, invalid_argument (neither of the two; nothing in it; YAML with its place).
Result<List> read_holidays(std::string_view text, std::string_view zone, const Range& range);

// For the readers: keeps limits and range.
class Collector {
 public:
  explicit Collector(const Range& range) : range_(range) {}
  // False: no room for more.
  bool add(LocalDate date, std::string_view name);
  void add(LocalDate first, LocalDate last, std::string_view name);
  void note(std::string text);
  void count() { ++list_.entries; }
  const Range& range() const { return range_; }
  List take() && { return std::move(list_); }

 private:
  Range range_;
  List list_;
};

Result<> read_ics(std::string_view text, std::string_view zone, Collector& out);
Result<> read_yaml(std::string_view text, Collector& out);

}  // namespace rollcall::holidays
