// How often a password may be guessed. Ten wrong tries in a quarter of an hour lock a name out of one neighborhood
// (an IPv4 address, or the /64 of an IPv6 one), so that nobody is locked out by somebody elsewhere. Beside that a
// name takes a hundred and a neighborhood fifty, which no name must heed where it signed in before (since this
// program's start): one guesser behind a school's single address does not lock the school out.
// What somebody typed into the name's field (their password, at times) is kept as a hash only. Thread-safe; it
// commits, so on worker threads only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/result.h"
#include "common/sql/sql.h"

namespace rollcall::service {

class SignInTries {
 public:
  SignInTries(sql::Database& db, const Clock& clock) : db_(db), clock_(clock) {}

  // Who tries what, where from. An empty neighborhood is counted by name alone.
  struct Try {
    std::string name;
    std::string neighborhood;
  };
  // Before the password is looked at, so that a thousand tries at once are not a thousand tries. One during the
  // lock neither counts nor prolongs it. Errors: rate_limited.
  Result<> count(const Try& it);
  // Seconds until count() would let it through; 0: now.
  Result<std::int64_t> wait_s(const Try& it);

  // The password was right: what was counted for the name is forgotten.
  Result<> forgive(sql::Transaction& transaction, const Try& it);
  Result<> forget_name(sql::Transaction& transaction, std::string_view name);
  // After that commit: this name is known to come from there.
  void succeeded(const Try& it);

 private:
  struct Limit;
  Result<std::int64_t> wait_ms(sql::Snapshot& snapshot, const Try& it);
  std::vector<Limit> limits_of(const Try& it);

  static constexpr std::size_t kMaxFamiliar = 100'000;

  sql::Database& db_;
  const Clock& clock_;
  std::mutex mutex_;  // guards what follows
  std::set<Sha256> familiar_;
};

}  // namespace rollcall::service
