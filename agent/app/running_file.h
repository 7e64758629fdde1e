// What `status` reads of a running agent: a small file in memory (/run), rewritten after each check-in. On
// disk it would cost more writes than everything else together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/files.h"

namespace rollcall::app {

struct Running {
  std::int64_t pid{};
  std::int64_t noted_ms{};                    // wall clock
  std::optional<std::int64_t> reached_ms{};   // last accepted check-in
  std::uint64_t waiting{}, thinned{};
};

class RunningFile {
 public:
  // One file per state folder, so that two agents do not share it.
  RunningFile(Files& files, std::string folder, const std::string& state);

  void write(const Running& running);  // a failure is logged once and is otherwise of no consequence
  std::optional<Running> read() const;
  void remove();

 private:
  Files& files_;
  std::string folder_;
  std::string path_;
  bool failed_{};
};

}  // namespace rollcall::app
