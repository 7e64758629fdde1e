// How enrollment by file stands, kept in the state folder for `status` and for the next start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/files.h"
#include "common/base/result.h"

namespace rollcall::app {

inline constexpr std::string_view kEnrolmentNote = "enrollment.json";  // in the state folder

struct EnrolmentNote {
  enum class State {
    waiting,   // there is no file
    unusable,  // there is one that cannot be used as it is
    trying,    // the server was not reached, or could not answer
    refused,   // it will not take this token: only another file helps
  };
  State state{State::waiting};
  std::string reason{};        // a sentence; empty for `waiting`
  std::int64_t at_ms{};        // since when, by the wall clock
  std::int64_t next_try_ms{};  // of `trying`; 0: unknown
  std::string file{};          // the digest of the file that it is about, hex

  bool operator==(const EnrolmentNote&) const = default;
};

std::string_view name_of(EnrolmentNote::State state);

// One that cannot be read is as good as none.
std::optional<EnrolmentNote> read_enrolment_note(const Files& files, const std::string& path);
Result<> write_enrolment_note(Files& files, const std::string& path, const EnrolmentNote& note);

}  // namespace rollcall::app
