// What happened, line by line. The hash over all lines is a run's fingerprint: the same seed gives the same
// one on every machine, so nothing that differs from run to run (addresses, paths, the real clock) may be noted.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace rollcall::sim {

// "704 08:15:30.250": the day (of the epoch, without its thousands) and the time, UTC.
std::string time_of_day(std::int64_t ms);

class Trace {
 public:
  explicit Trace(bool print) : print_(print) {}

  template <class... Args>
  void note(std::int64_t at_ms, fmt::format_string<Args...> format, Args&&... args) {
    line(at_ms, fmt::format(format, std::forward<Args>(args)...));
  }

  std::uint64_t hash() const { return hash_; }
  std::uint64_t lines() const { return lines_; }

 private:
  void line(std::int64_t at_ms, std::string_view text);

  bool print_;
  std::uint64_t lines_{};
  std::uint64_t hash_{0xcbf29ce484222325};  // FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
};

}  // namespace rollcall::sim
