// Enrollment without a person: takes the file that imaging left, tries until the server has answered, takes the file
// away. Stepped from outside, like sync::Cycle; starts nothing by itself.
//
// The network being away is waited for with full jitter. A token that the server refuses is not tried again, not after a
// restart either: only another file is. The key is kept from one try to the next, so that a lost reply spends no second
// use of the token.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "agent/app/enrol_file.h"
#include "agent/app/enrolment_note.h"
#include "agent/sync/backoff.h"
#include "agent/sync/enrol.h"
#include "agent/sync/state_folder.h"
#include "common/base/clock.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/base/result.h"

namespace rollcall::app {

// Not thread-safe; times are monotonic milliseconds.
class FileEnrolment {
 public:
  // References outlive it.
  struct Parts {
    const Clock& clock;
    Random& random;
    Files& files;
    sync::StateFolder& folder;
    std::string path;  // of the file; empty: there never is one
    sync::OpenForEnrolment open;
    std::function<Result<wire::Identity>(const std::string& hash_key)> identify;
    sync::Urgent urgent{};
    std::int64_t start_jitter_ms{5 * kSecondMs};
  };

  explicit FileEnrolment(Parts parts);

  // Whether this laptop is enrolled: it has credentials, and they were not copied here from other hardware together with
  // a new file. A file that has nothing left to say is taken away. Errors: those of the state folder but not_found.
  Result<bool> is_enrolled();

  std::int64_t next_due_ms() const { return due_ms_; }
  void run_due();
  void resumed();  // the machine is back: earlier failures no longer count

  const EnrolmentNote& note() const { return note_; }

 private:
  Result<EnrolFile> look() const;
  void attempt(const EnrolFile& file);
  void settle(EnrolmentNote note);
  void take_file_away();
  bool is_this_laptop(const sync::Credentials& known) const;
  void warn_once(std::string text);

  Parts parts_;
  sync::Backoff backoff_;
  EnrolmentNote note_;
  std::optional<Sha256> seen_;  // the file that the back-off is about
  std::int64_t due_ms_;
  std::int64_t not_before_ms_{};
  std::string warned_;
};

}  // namespace rollcall::app
