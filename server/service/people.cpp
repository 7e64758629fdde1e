// Signing in and everything that touches a password or a session; accounts are in people_accounts.cpp.
#include "server/service/people.h"

#include "common/base/text.h"

namespace rollcall::service {
namespace {

using domain::Actor;

std::unexpected<Error> wrong() {
  return fail(Errc::unauthenticated, "the name or the password is wrong");
}

}  // namespace

Sha256 People::name_hash_of(std::string_view name) {
  return sha256("sign-in " + to_lower(trim(name)));
}

// Counted before the password is looked at, so that a thousand tries at once are not a thousand tries. A try
// during the lock neither counts nor hashes: it ends by itself, and cannot be drawn out.
Result<> People::count_try(const Sha256& name_hash) {
  return db_.write([&](sql::Transaction& transaction) -> Result<> {
    const std::int64_t now_ms = clock_.wall_ms();
    TRY(storage::forget_tries_before(transaction, now_ms - domain::kFailedTriesWindowMs));
    auto seen = TRY(storage::find_tries(transaction, name_hash));
    if (!seen || seen->window_start_ms > now_ms) seen = storage::Tries{.tries = 0, .window_start_ms = now_ms};
    if (seen->tries >= domain::kMaxFailedTries) {
      const std::int64_t left_ms = seen->window_start_ms + domain::kFailedTriesWindowMs - now_ms;
      return fail(Errc::rate_limited, "too many wrong tries; try again in " +
                                          std::to_string(left_ms / kMinuteMs + 1) + " minutes");
    }
    ++seen->tries;
    return storage::put_tries(transaction, name_hash, *seen);
  });
}

Result<> People::forgive(const Sha256& name_hash) {
  return db_.write(
      [&](sql::Transaction& transaction) { return storage::forget_tries(transaction, name_hash); });
}

// An unknown name and a disabled account cost as much as a wrong password.
Result<People::Verified> People::verify(const Passwords::Turn& turn, std::string_view name,
                                        std::string_view password) {
  Verified out;
  out.row = TRY(db_.read([&](sql::Snapshot& snapshot) {
    return storage::find_user_by_name(snapshot, domain::normalise_user_name(name).value_or(""));
  }));
  const bool same =
      passwords_.verify(turn, out.row ? std::string_view(out.row->password_hash) : "", password);
  out.right = same && !out.row->user.disabled;
  return out;
}

Result<std::string> People::accepted_hash(const Passwords::Turn& turn, std::string_view password,
                                          std::string_view old_password, std::string_view user_name) {
  std::string objection = domain::password_objection(password, user_name);
  if (objection.empty() && password == old_password) objection = "the new password is the old one";
  if (!objection.empty()) {
    TRY(forgive(name_hash_of(user_name)));
    return fail(Errc::invalid_argument, std::move(objection), "new_password");
  }
  return passwords_.hash(turn, password);
}

// `seen` is what the password was compared with: when it changed while we hashed, this sign-in is void.
Result<Sessions::Opened> People::open_session(const storage::UserRow& seen,
                                              const std::optional<std::string>& new_hash,
                                              domain::SessionKind kind, const char* action) {
  const std::scoped_lock changing(change_mutex_);
  Sessions::Prepared session;
  // A one-time password never opened a session, so those that are open were minted on the server's shell.
  const bool end_others = new_hash && !seen.user.one_time_until_ms;
  TRY(db_.write([&](sql::Transaction& transaction) -> Result<> {
    auto row = TRY(storage::find_user(transaction, seen.user.user_id));
    if (!row || row->user.disabled || row->password_hash != seen.password_hash) return wrong();
    if (new_hash) {
      row->password_hash = *new_hash;
      row->user.one_time_until_ms.reset();
    }
    row->user.last_sign_in_ms = clock_.wall_ms();
    TRY(storage::update_user(transaction, *row));
    TRY(storage::forget_tries(transaction, name_hash_of(row->user.name)));
    if (end_others) TRY(sessions_.revoke_all(transaction, row->user.user_id));
    session = sessions_.prepare(row->user, kind);
    TRY(sessions_.store(transaction, session));
    return audit_.append(transaction, {Actor::Kind::user, row->user.user_id}, action,
                         "user:" + row->user.user_id,
                         new_hash ? std::string(domain::name_of(kind)) + ", new password"
                                  : std::string(domain::name_of(kind)));
  }));
  if (end_others) sessions_.revoked_all(seen.user.user_id);
  sessions_.opened(session);
  return session.opened;
}

Result<Sessions::Opened> People::sign_in(std::string_view name, std::string_view password,
                                         const std::optional<std::string>& new_password,
                                         domain::SessionKind kind) {
  if (password.size() > domain::kMaxPasswordBytes || name.size() > 4 * domain::kMaxUserName) return wrong();
  const auto turn = TRY(passwords_.wait_for_turn());
  if (auto counted = count_try(name_hash_of(name)); !counted) {
    if (counted.error().code == Errc::rate_limited) {
      TRY(audit_.refused({}, "session.open", "", "too many wrong tries"));
    }
    return std::unexpected(counted.error());
  }
  const Verified who = TRY(verify(turn, name, password));
  if (!who.right) {
    TRY(audit_.refused({}, "session.open", who.target(), "wrong name or password"));
    return wrong();
  }
  const auto& until_ms = who.row->user.one_time_until_ms;
  if (until_ms && *until_ms <= clock_.wall_ms()) {
    TRY(audit_.refused({}, "session.open", who.target(), "one-time password ran out"));
    return fail(Errc::unauthenticated, "this one-time password has run out; ask for a new one");
  }
  if (until_ms && !new_password) {
    TRY(forgive(name_hash_of(name)));
    return fail(Errc::conflict, "choose a password of your own to sign in", "new_password");
  }
  std::optional<std::string> new_hash;
  if (new_password) new_hash = TRY(accepted_hash(turn, *new_password, password, who.row->user.name));
  return open_session(*who.row, new_hash, kind, "session.open");
}

Result<Sessions::Opened> People::change_password(const domain::Principal& who, std::string_view password,
                                                 std::string_view new_password) {
  const auto turn = TRY(passwords_.wait_for_turn());
  TRY(count_try(name_hash_of(who.name)));
  const Verified known = TRY(verify(turn, who.name, password));
  if (!known.right) {
    TRY(audit_.refused(Actor::of(who), "user.password", "user:" + who.user_id, "wrong password"));
    return fail(Errc::permission_denied, "the password is wrong", "password");
  }
  const std::string hash = TRY(accepted_hash(turn, new_password, password, who.name));
  return open_session(*known.row, hash, who.kind, "user.password");
}

}  // namespace rollcall::service
