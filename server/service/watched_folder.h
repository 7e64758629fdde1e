// A folder in which the student system leaves its export every night: what is complete and new there is handed to the
// imports, OneRoster as it is and a table that is none as a list of students. The folder's own files are left as they
// are. One thread.
//
// Complete: nothing in it has changed for kQuietMs, by this machine's clock: a file server's may be hours off. So a
// transfer that writes under another name and renames at the end is taken soon after that, and one that writes in place
// when it has come to rest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/result.h"
#include "server/service/imports.h"

namespace rollcall::service {

class WatchedFolder {
 public:
  static constexpr std::int64_t kLookEveryMs = kMinuteMs;
  static constexpr std::int64_t kQuietMs = 2 * kMinuteMs;

  // `folder`: empty to watch none. After a restart what lies there is imported once more, which changes nothing.
  WatchedFolder(Files& files, const Clock& clock, Imports& imports, std::string folder)
      : files_(files), clock_(clock), imports_(imports), folder_(std::move(folder)) {}

  std::int64_t next_due() const { return folder_.empty() ? INT64_MAX : due_ms_; }  // wall clock
  void run_due(std::int64_t now_ms);

 private:
  // What lies there: the newest .zip, or else every .csv file.
  struct Content {
    std::string zip{};  // path; empty: the folder itself
    std::string signature{};
    std::int64_t newest_ms{};  // of the zip, by the file server's clock
  };
  Result<std::optional<Content>> look() const;
  Result<> hand_over(const Content& content);
  Result<> copy(const std::string& from, const std::string& to) const;
  domain::ImportKind kind_of(const std::string& path) const;

  Files& files_;
  const Clock& clock_;
  Imports& imports_;
  const std::string folder_;
  std::int64_t due_ms_{}, seen_since_ms_{};
  std::string seen_, taken_;  // signatures: of the last look, of what was handed over
  std::string complained_;
};

}  // namespace rollcall::service
