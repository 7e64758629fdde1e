#include "server/service/sign_in_tries.h"

#include <algorithm>
#include <vector>

#include "common/base/text.h"
#include "server/domain/user.h"
#include "server/storage/user_store.h"

namespace rollcall::service {
namespace {

using Half = std::string_view;

// Everything that is counted for a name starts with the same half, so that it can be forgotten together.
Sha256 joined(Half first, Half second) {
  Sha256 key{};
  std::copy_n(first.begin(), key.size() / 2, key.begin());
  std::copy_n(second.begin(), key.size() / 2, key.begin() + key.size() / 2);
  return key;
}

const std::string kFirst(16, '\0'), kLast(16, '\xFF');

Sha256 hash_of_name(std::string_view name) { return sha256("sign-in " + to_lower(trim(name))); }

Sha256 pair_key(const SignInTries::Try& it) {
  return joined(bytes_of(hash_of_name(it.name)), bytes_of(sha256("from " + it.neighborhood)));
}

Sha256 name_key(const SignInTries::Try& it) { return joined(bytes_of(hash_of_name(it.name)), kFirst); }

Sha256 neighborhood_key(const SignInTries::Try& it) { return sha256("from " + it.neighborhood); }

}  // namespace

struct SignInTries::Limit {
  Sha256 key;
  std::int64_t tries;
};

std::vector<SignInTries::Limit> SignInTries::limits_of(const Try& it) {
  std::vector<Limit> limits{{pair_key(it), domain::kMaxFailedTries}};
  if (it.neighborhood.empty()) return limits;
  const std::scoped_lock lock(mutex_);
  if (familiar_.contains(limits[0].key)) return limits;
  limits.push_back({name_key(it), domain::kMaxFailedTriesOfName});
  limits.push_back({neighborhood_key(it), domain::kMaxFailedTriesFromOnePlace});
  return limits;
}

Result<std::int64_t> SignInTries::wait_ms(sql::Snapshot& snapshot, const Try& it) {
  const std::int64_t now_ms = clock_.wall_ms();
  std::int64_t longest_ms = 0;
  for (const Limit& limit : limits_of(it)) {
    const auto seen = TRY(storage::find_tries(snapshot, limit.key));
    if (!seen || seen->tries < limit.tries || seen->window_start_ms > now_ms) continue;
    longest_ms = std::max(longest_ms, seen->window_start_ms + domain::kFailedTriesWindowMs - now_ms);
  }
  return longest_ms;
}

Result<> SignInTries::count(const Try& it) {
  return db_.write([&](sql::Transaction& transaction) -> Result<> {
    const std::int64_t now_ms = clock_.wall_ms();
    TRY(storage::forget_tries_before(transaction, now_ms - domain::kFailedTriesWindowMs));
    if (const auto left_ms = TRY(wait_ms(transaction, it)); left_ms > 0) {
      return fail(Errc::rate_limited, "too many wrong tries; try again in " +
                                          std::to_string(left_ms / kMinuteMs + 1) + " minutes");
    }
    for (const Limit& limit : limits_of(it)) {
      auto seen = TRY(storage::find_tries(transaction, limit.key));
      if (!seen || seen->window_start_ms > now_ms) seen = storage::Tries{.tries = 0, .window_start_ms = now_ms};
      ++seen->tries;
      TRY(storage::put_tries(transaction, limit.key, *seen));
    }
    return {};
  });
}

Result<std::int64_t> SignInTries::wait_s(const Try& it) {
  const auto left_ms = TRY(db_.read([&](sql::Snapshot& snapshot) { return wait_ms(snapshot, it); }));
  return (left_ms + kSecondMs - 1) / kSecondMs;
}

Result<> SignInTries::forgive(sql::Transaction& transaction, const Try& it) {
  TRY(forget_name(transaction, it.name));
  if (limits_of(it).size() == 1) return {};  // its neighborhood was not charged
  auto seen = TRY(storage::find_tries(transaction, neighborhood_key(it)));
  if (!seen || seen->tries == 0) return {};
  --seen->tries;
  return storage::put_tries(transaction, neighborhood_key(it), *seen);
}

Result<> SignInTries::forget_name(sql::Transaction& transaction, std::string_view name) {
  const auto hash = hash_of_name(name);
  return storage::forget_tries(transaction, joined(bytes_of(hash), kFirst), joined(bytes_of(hash), kLast));
}

void SignInTries::succeeded(const Try& it) {
  const std::scoped_lock lock(mutex_);
  if (familiar_.size() >= kMaxFamiliar) familiar_.clear();
  familiar_.insert(pair_key(it));
}

}  // namespace rollcall::service
